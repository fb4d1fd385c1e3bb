"""Marks, citations and the check that each quote is the text that is stored.

Every sentence of every answer passes here, whoever wrote it: a quote that is not exactly
`document.text[start:end]` raises SpanMismatch and is never shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.document import Document
from index import Passage
from qa.answer import Citation, Sentence, Support
from qa.errors import SpanMismatch

Read = Callable[[str], Document]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start to end, half-open, of the document that `passage` comes from."""

    passage: Passage
    start: int
    end: int


class Citer:
    """Numbers the citations of one answer: the first span is [1], and one cited again keeps its number."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.citations: list[Citation] = []

    def quote(self, spans: Sequence[Span]) -> Sentence:
        """The text of the first span as a sentence of the answer, carried by all of them."""
        return self._marked(self.read(spans[0]), spans, "quoted")

    def state(self, text: str, spans: Sequence[Span]) -> Sentence:
        """A sentence in other words than the spans', which carry it."""
        return self._marked(text, spans, "supported")

    def read(self, span: Span) -> str:
        """The text of a span that may be cited."""
        return self._read(span.passage.document_id).text[span.start : span.end]

    def _marked(self, text: str, spans: Sequence[Span], support: Support) -> Sentence:
        citations = tuple(self._cite(span) for span in spans)
        marks = "".join(f"[{citation.number}]" for citation in citations)
        return Sentence(f"{text} {marks}", citations, support)

    def _cite(self, span: Span) -> Citation:
        for citation in self.citations:
            if (citation.document_id, citation.start, citation.end) == (
                span.passage.document_id,
                span.start,
                span.end,
            ):
                return citation
        document = self._read(span.passage.document_id)
        citation = Citation(
            number=len(self.citations) + 1,
            document_id=document.id,
            source=document.source,
            title=document.title,
            start=span.start,
            end=span.end,
            quote=document.text[span.start : span.end],
            page=page_at(document, span.start),
            metadata=document.metadata,
        )
        check(citation, span)
        self.citations.append(citation)
        return citation


def check(citation: Citation, span: Span) -> None:
    """Raise SpanMismatch unless the quote and its passage agree, to the character, where they overlap."""
    passage = span.passage
    first, last = max(span.start, passage.start), min(span.end, passage.end)
    found = passage.text[first - passage.start : last - passage.start]
    stored = citation.quote[first - span.start : last - span.start]
    if (
        not 0 <= span.start < span.end
        or first >= last
        or found != stored
        or len(citation.quote) != span.end - span.start
    ):
        raise SpanMismatch(citation.source, span.start, span.end)


def page_at(document: Document, position: int) -> int | None:
    """The number of the page that `position` lies on, None where the format has no pages."""
    index = bisect_right([page.start for page in document.pages], position) - 1
    return document.pages[index].number if index >= 0 else None
