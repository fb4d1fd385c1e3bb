"""What one call of `qa fetch` did, as it is printed. Types only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brought:
    """file: its place below the folder."""

    url: str
    file: str


@dataclass(frozen=True, slots=True)
class Missed:
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class FetchReport:
    """removed: by --prune, as they are gone from where they were. left_out: pages beyond --most."""

    added: tuple[Brought, ...]
    changed: tuple[Brought, ...]
    unchanged: tuple[Brought, ...]
    removed: tuple[Brought, ...]
    failed: tuple[Missed, ...]
    left_out: int
