"""What the checker finds: a verdict and its faults. Types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "name", "number", "unit", "date", "negation", "modality", "comparison", "merged", "roles", "content"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """`what`: the words of the sentence, or of the span where the sentence leaves them out."""

    kind: FaultKind
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    supported: bool
    faults: tuple[Fault, ...]
