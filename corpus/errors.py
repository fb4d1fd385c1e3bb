"""What can go wrong while reading documents.

CorpusError
├── MissingFolder  a path to read from does not exist; carries the path
├── BadPath        a path to read from leads nowhere, or may not be looked at; carries it and the reason
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


class BadPath(CorpusError):
    """There can be no folder or file at the path that was given, or none that can be looked at."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}: check the path, or rename what it names")
        self.path = path
        self.reason = reason


class LoadError(CorpusError):
    """One file cannot be read. The others can."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
