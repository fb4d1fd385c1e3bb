"""A part of a document by its place, as a citation names it: checked, so that nothing is cut short unseen."""

from __future__ import annotations

from dataclasses import dataclass

from corpus import Document
from qa.errors import QAError


class BadSpan(QAError):
    def __init__(self, start: int, end: int, document: Document) -> None:
        super().__init__(f"{start}-{end} is not within the 0-{len(document.text)} of {document.source}")
        self.start = start
        self.end = end
        self.source = document.source


@dataclass(frozen=True)
class Part:
    """`text` is exactly characters `start` to `end`, half-open, of the document's text."""

    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str


def part_of(document: Document, start: int | None = None, end: int | None = None) -> Part:
    """From `start`, or the beginning, to `end`, or the document's own. Raises BadSpan."""
    first, last = start or 0, len(document.text) if end is None else end
    if not 0 <= first <= last <= len(document.text) or (first == last and document.text):
        raise BadSpan(first, last, document)
    return Part(document.id, document.source, document.title, first, last, document.text[first:last])
