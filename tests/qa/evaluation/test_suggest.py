"""Suggestions hold what a question could ask for, word for word."""

from __future__ import annotations

import pytest

from corpus import Document
from index import Index
from qa.evaluation.suggest import facts_in, suggest


def document(text: str) -> Document:
    return Document(source="docs/a.md", title="A", text=text, content_hash="")


@pytest.mark.parametrize(
    ("sentence", "kind", "facts"),
    [
        ("Parks are planned by Chongqing, Hainan and Shaanxi.", "list", ("Chongqing", "Hainan", "Shaanxi")),
        ("Yang Yong, a manager in Loudi, said that it takes one day.", "who", ("Yang Yong",)),
        ("The bid was won on 1 March 2019 by a large company.", "date", ("1 March 2019",)),
        ("The fund of the city holds 1.5 billion yuan in all.", "number", ("1.5 billion",)),
        ("In 2019 some 350,000 sets were registered in the city.", "number", ("350,000",)),
    ],
)
def test_a_sentence_is_proposed_with_what_it_tells(sentence: str, kind: str, facts: tuple[str, ...]) -> None:
    (found,) = suggest(document(sentence))
    assert (found.kind, found.facts, found.quote) == (kind, facts, sentence)
    assert not any(fact in found.gapped for fact in facts)


@pytest.mark.parametrize(
    "sentence",
    ["In 2019 it was the same as ever before.", "Only 22 parks.", "The 22 provinces of the list are these:"],
)
def test_years_labels_and_announcements_of_lists_are_left_out(sentence: str) -> None:
    assert list(suggest(document(sentence))) == []


def test_sentences_that_are_asked_about_already_are_left_out() -> None:
    text = "The fund of the city holds 1.5 billion yuan. The fund of the town holds 3 million yuan."
    (found,) = suggest(document(text), quoted=[text[:44]])
    assert found.facts == ("3 million",)


def test_suggestions_of_the_shipped_documents_stand_in_them(shipped: Index) -> None:
    documents = [shipped.document(info.id) for info in shipped.documents()]
    found = [(document, one) for document in documents for one in suggest(document)]
    assert len(found) > 50
    assert {one.kind for _, one in found} == {"list", "who", "date", "number"}
    for document, one in found:
        assert one.quote in document.text
        assert all(fact in one.quote for fact in one.facts)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It was Hainan and Chongqing, not Tibet.", ("Hainan", "Chongqing", "Tibet")),
        ("Hainan planned it. Five others did not.", ("Hainan",)),
        ("The bid of 1.5 billion yuan was won on 1 March 2019.", ("1.5 billion", "1 March 2019")),
        ("nine of them, in 2019 and in 2019", ("2019",)),
        ("The People's Bank of China did", ("People's Bank of China",)),
        ("not that one", ()),
    ],
)
def test_the_facts_of_a_text_are_its_dates_numbers_and_names_in_order(
    text: str, facts: tuple[str, ...]
) -> None:
    assert facts_in(text, is_name={"Hainan"}.__contains__) == facts
