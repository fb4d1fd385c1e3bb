"""A quote that is not what stands in the stored document is never shown."""

from dataclasses import replace

import pytest

from index import Index, Passage
from qa.cite import Citer, Span, page_at
from qa.errors import SpanMismatch


@pytest.fixture
def passage(shipped: Index) -> Passage:
    return shipped.search("Which provinces planned industrial parks?", k=1)[0]


def test_a_sentence_is_its_first_quote_with_the_marks_of_all(shipped: Index, passage: Passage) -> None:
    citer = Citer(shipped.document)
    (first, last), *_ = passage.sentences
    sentence = citer.quote([Span(passage, first, last), Span(passage, passage.start, passage.end)])
    document = shipped.document(passage.document_id)
    assert sentence.text == f"{document.text[first:last]} [1][2]"
    assert [citation.quote for citation in sentence.citations] == [document.text[first:last], passage.text]


def test_a_span_cited_again_keeps_its_number(shipped: Index, passage: Passage) -> None:
    citer = Citer(shipped.document)
    span = Span(passage, passage.start, passage.end)
    assert citer.quote([span]) == citer.quote([span])
    assert len(citer.citations) == 1


def test_a_passage_that_is_not_the_stored_text_is_refused(shipped: Index, passage: Passage) -> None:
    changed = replace(passage, text=passage.text.replace("a", "o"))
    with pytest.raises(SpanMismatch, match=f"{passage.source}:{passage.start}-{passage.end}"):
        Citer(shipped.document).quote([Span(changed, passage.start, passage.end)])


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (0, 10**9)])
def test_a_span_outside_its_document_is_refused(
    shipped: Index, passage: Passage, start: int, end: int
) -> None:
    with pytest.raises(SpanMismatch):
        Citer(shipped.document).quote([Span(passage, start, end)])


def test_a_document_without_pages_has_no_page(shipped: Index, passage: Passage) -> None:
    assert page_at(shipped.document(passage.document_id), 0) is None
