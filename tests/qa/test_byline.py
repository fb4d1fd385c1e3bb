"""Who wrote a document is answered by the line of it that says so, and by no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Embedder, Index
from qa import Assistant

PARKS = """Parks of the south

Author: Anna Berg

Source: Southern Post

Date: 3 May 2023

Hainan has planned two parks on its coast. The plan was written by a group of architects."""
TEA = """Tea of the west

Text | Carl Dahl

Yunnan grows tea, and the province drinks it hot. Boats bring it to the coast."""
BOATS = """Boats of the north

By hand and by sail, boats cross the lake. They are written of in many books."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("papers")
    for name, text in (("parks", PARKS), ("tea", TEA), ("boats", BOATS)):
        (root / f"{name}.txt").write_text(text, encoding="utf-8")
    with Index.open(root / ".index", embedder=real_embedder) as index:
        index.sync([root])
        yield Assistant(index)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who wrote the article on parks of the south?", "Author: Anna Berg"),
        ("author of the piece about tea", "Text | Carl Dahl"),
        ("Who is the author of the Southern Post article?", "Author: Anna Berg"),
        ("Who published the article on parks?", "Source: Southern Post"),
        ("When was the article on the parks of the south published?", "Date: 3 May 2023"),
    ],
)
def test_a_byline_answers_what_is_asked_of_its_document(papers: Assistant, question: str, quote: str) -> None:
    (citation,) = papers.ask(question).citations
    assert citation.quote == quote


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the article?",  # which of them?
        "Who wrote the article on boats of the north?",  # which names nobody
        "When was the article on tea published?",  # which gives no date
        "Who planned parks?",  # no document is asked of
        "Who wrote Xaver's article on parks of the south?",  # of which nothing is known
    ],
)
def test_where_no_one_document_says_so_no_byline_is_quoted(papers: Assistant, question: str) -> None:
    shown = {citation.quote for citation in papers.ask(question).citations}
    assert not any(line in shown for text in (PARKS, TEA) for line in text.splitlines()[2:-2] if line)


def test_a_byline_is_told_by_prose_where_it_says_so(assistant: Assistant) -> None:
    answer = assistant.ask("Who wrote the article about 44 policies?")
    assert [one.quote for one in answer.citations] == [
        "Pisa wrote this article on the 44 blockchain policies."
    ]
    assert "Wang Zelong" in assistant.ask("Who produced the article about the role of blockchain?").text


def test_what_stands_beside_the_text_cannot_be_quoted(tmp_path: Path, real_embedder: Embedder) -> None:
    """What a loader found in the page, but not in its text."""
    (tmp_path / "page.html").write_text(
        "<html><head><title>Parks of the south</title><meta name='author' content='Anna Berg'></head>"
        "<body><article><h1>Parks of the south</h1><p>Hainan has planned two parks on its coast this "
        "year, and a third is to follow.</p></article></body></html>"
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path / "page.html"])
        assert Assistant(index).ask("Who wrote the article on parks of the south?").abstained


def test_the_byline_of_one_of_many_by_the_same_author_is_found(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    for at in range(9):
        (tmp_path / f"{at}.md").write_text(
            f"---\nauthor: Anna Berg\ndate: 2020-03-{at + 10}\n---\n\n# Boats of the coast, part {at}\n\n"
            f"By Anna Berg\n\nMost boats of bay {at} are painted red by those who sail them.\n"
        )
    (tmp_path / "tea.md").write_text(
        "---\nauthor: Anna Berg\ndate: 2021-01-01\n---\n\n# Tea of the hills\n\nText: Anna Berg\n\n"
        "The hills grow tea, which is dried, rolled and drunk hot all winter long.\n"
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        (citation,) = Assistant(index).ask("Who wrote the article on tea of the hills?").citations
    assert citation.quote == "Text: Anna Berg"
