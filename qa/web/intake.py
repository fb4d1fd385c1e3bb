"""Files moved in among the uploads and indexed; what cannot be read is taken out again.

Knows paths and what a sync reports; nothing of people or of how files were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index import SyncReport

Outcome = Literal["added", "changed", "unchanged"]
SAID: Mapping[Outcome, str] = {
    "added": "added",
    "changed": "replaces the one that you had",
    "unchanged": "you had it already",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a file that was sent. text: in words, one line. source: of the document, or empty."""

    name: str
    outcome: Outcome | Literal["failed"]
    text: str
    source: str = ""


def line_of(name: str, became: str, source: str = "") -> Line:
    """became: an outcome, or why the file is not among the documents."""
    for outcome, said in SAID.items():
        if became == outcome:
            return Line(name, outcome, f"{name}: {said}", source)
    return Line(name, "failed", f"{name}: {became}")


def take_in(
    files: Mapping[str, Path], place: Callable[[str], Path], sync: Callable[[], SyncReport]
) -> dict[str, str]:
    """What became of each file, as `line_of` takes it. files: where each lies, by its source. place: where
    the file of a source belongs.

    A file that lay there comes back where the new one cannot be stored or read, or where `sync` raises.
    """
    moved: list[str] = []
    earlier: dict[str, Path] = {}
    became: dict[str, str] = {}

    def take_out(sources: Iterable[str]) -> None:
        for source in sources:
            if source in earlier:
                earlier[source].replace(place(source))
            else:
                place(source).unlink(missing_ok=True)

    try:
        for source, path in files.items():
            target = place(source)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.is_file():
                    earlier[source] = target.replace(path.with_suffix(".earlier"))
                path.replace(target)
                moved.append(source)
            except OSError as error:  # "a.md" is a folder by now, or no space is left
                became[source] = f"cannot be stored: {(error.strerror or str(error)).lower()}"
                if source in earlier:
                    take_out([source])
        report = sync()
        unread = {one.source: one.reason for one in report.failed if one.source in moved}
        if unread:
            take_out(unread)
            sync()
    except BaseException:
        take_out(moved)
        raise
    outcomes: dict[str, str] = dict.fromkeys(report.changed, "changed")
    outcomes |= dict.fromkeys(report.unchanged, "unchanged")
    return {source: outcomes.get(source, "added") for source in files} | unread | became
