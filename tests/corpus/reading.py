"""How the tests of this folder look at documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus import Document

LoadBytes = Callable[[str, bytes], Document]
ReasonOf = Callable[[str, bytes], str]


def headings(document: Document) -> list[tuple[int, str]]:
    return [(each.level, document.text[each.start : each.end]) for each in document.headings]


def removed(document: Document) -> list[tuple[str, str]]:
    return [(each.rule, each.text) for each in document.removed]


def write(path: Path, text: str = "Some text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
