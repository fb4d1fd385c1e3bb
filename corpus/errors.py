"""What can go wrong while reading documents.

CorpusError
├── MissingFolder  a path to read from does not exist; carries the path
└── LoadError      one file cannot be read; carries the source's name and the reason
"""

from __future__ import annotations

from pathlib import Path


class CorpusError(Exception):
    """Base of the errors that reading documents raises."""


class MissingFolder(CorpusError):
    """There is no folder or file at the path that was given; an empty one is no path."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{str(path) or repr('')}: no such folder or file: check the path, or put documents there"
        )
        self.path = path


class LoadError(CorpusError):
    """One file cannot be read. The others can."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
