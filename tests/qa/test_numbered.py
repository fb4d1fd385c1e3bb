"""A part of a document is found by its number, and quoted with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from index import Embedder, Index
from qa import Assistant
from tests.corpus.word import define, level, put

STATUTE = """# Statute of the library association

## Article 4 Board

1. The board has seven members.
2. It meets four times a year, as article 7 says of the accounts.

## Article 7 Duties of the treasurer

1. The treasurer keeps the accounts.
2. Payments above 5,000 kronor require two signatures.

## Annex B Fees

Members pay 200 kronor a year.
"""
HANDBOOK = """Handbook of the mill

1. Safety

The mill is closed at night, and 4 guards walk around it.

1.2 Nobody enters the silo alone. In an emergency:
(a) stop the mill;
(b) call the guard, who will:
(i) open the gate; and
(ii) ring the bell.

1.20 Boots are worn.

1.3 Helmets are worn.
1.3 Helmets are blue.
"""


def contract(path: Path) -> None:
    document = docx.Document()
    define(
        document, 50, level(0, "%1.", style="Heading1"), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter")
    )
    put(document.styles["Heading 1"], 50)
    document.add_heading("Supply agreement", 0)
    for heading, clauses in {
        "Goods": [(1, "Goods means flour and meal."), (1, "Orders state the day of delivery.")],
        "Payment": [
            (1, "The Supplier sends an invoice each month."),
            (1, "Payment is due within thirty days of an invoice."),
            (1, "The Customer may withhold payment where:"),
            (2, "the invoice is disputed; or"),
            (2, "the Goods were not delivered."),
        ],
        "Notices": [(1, "Notices are sent by post.")],
    }.items():
        document.add_heading(heading, 1)
        for at, text in clauses:
            put(document.add_paragraph(text), 50, at)
    document.save(str(path))


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("papers")
    (root / "statute.md").write_text(STATUTE, encoding="utf-8")
    (root / "handbook.txt").write_text(HANDBOOK, encoding="utf-8")
    contract(root / "contract.docx")
    with Index.open(root / ".index", embedder=real_embedder) as index:
        index.sync([root])
        yield Assistant(index)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What does clause 2.2 say?", "2.2 Payment is due within thirty days of an invoice."),
        (
            "What does Section 2.2 of the supply agreement provide?",
            "2.2 Payment is due within thirty days of an invoice.",
        ),
        (
            "What does clause 2.3 say?",
            "2.3 The Customer may withhold payment where:\n(a) the invoice is disputed; or\n"
            "(b) the Goods were not delivered.",
        ),
        ("Show me clause 2.3(b).", "(b) the Goods were not delivered."),
        ("What is in clause 3 of the supply agreement?", "3. Notices\n\n3.1 Notices are sent by post."),
        (
            "What does article 7 require?",
            "Article 7 Duties of the treasurer\n\n1. The treasurer keeps the accounts.\n"
            "2. Payments above 5,000 kronor require two signatures.",
        ),
        ("What does Article 7(2) say?", "2. Payments above 5,000 kronor require two signatures."),
        ("What does Annex B say?", "Annex B Fees\n\nMembers pay 200 kronor a year."),
        ("What does rule 1.20 say?", "1.20 Boots are worn."),
        ("What does rule 1.2(b)(ii) say?", "(ii) ring the bell."),
    ],
)
def test_a_part_is_quoted_by_its_number(papers: Assistant, question: str, quote: str) -> None:
    assert [one.quote for one in papers.ask(question).citations] == [quote]


@pytest.mark.parametrize(
    "question",
    [
        "What does clause 9.9 say?",  # there is none
        "What does clause 2.2 of the statute say?",  # nor there
        "What does rule 1.2(d) say?",
        "What does rule 1.3 say?",  # which of the two?
        "Who broke clause 2.2?",
    ],
)
def test_where_no_one_part_is_meant_none_is_quoted(papers: Assistant, question: str) -> None:
    assert papers.ask(question).abstained


def test_what_a_part_says_of_something_is_asked_as_any_question(papers: Assistant) -> None:
    (citation,) = papers.ask("How many signatures does article 7 require for payments?").citations
    assert citation.quote == "Payments above 5,000 kronor require two signatures."


def test_a_part_that_several_documents_have_is_quoted_from_each(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    for name, text in {"mill": "4.2 Flour is dry.", "ship": "4.2 Decks are wet."}.items():
        (tmp_path / f"{name}.txt").write_text(f"Rules of the {name}\n\n4.1 It is clean.\n\n{text}\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        papers = Assistant(index)
        shown = {one.quote for one in papers.ask("What does rule 4.2 say?").citations}
        assert shown == {"4.2 Flour is dry.", "4.2 Decks are wet."}
        (citation,) = papers.ask("What does rule 4.2 of the ship say?").citations
        assert citation.quote == "4.2 Decks are wet."


def test_a_long_part_is_quoted_up_to_the_end_of_a_line(tmp_path: Path, real_embedder: Embedder) -> None:
    rules = "\n\n".join(
        f"Rule of the mill number {number} is to be kept by everybody." for number in range(99)
    )
    (tmp_path / "rules.md").write_text(f"# Rules\n\n## Chapter 3 The mill\n\n{rules}\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        (citation,) = Assistant(index).ask("What does chapter 3 say?").citations
    assert 1_400 < len(citation.quote) <= 1_500
    assert citation.quote.endswith("by everybody.")


def test_a_long_part_of_one_line_is_quoted_up_to_the_end_of_a_sentence(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    said = " ".join(f"Rule {number} of clause 4.2 is to be kept by everybody." for number in range(34))
    (tmp_path / "rules.txt").write_text(f"Rules of the mill\n\n4.1 It is clean.\n\n4.2 {said}\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        (citation,) = Assistant(index).ask("What does clause 4.2 say?").citations
    assert citation.quote.startswith("4.2 Rule 0 of clause 4.2")
    assert 1_400 < len(citation.quote) <= 1_500
    assert citation.quote.endswith("by everybody.")


@pytest.mark.parametrize(
    ("headings", "question", "quotes"),
    [
        (
            ("Chapter 4 Mills", "Article 4 Boats"),
            "What does Article 4 say?",
            ["Article 4 Boats\n\nFlour is dry."],
        ),
        (("Chapter 4 Mills",), "What does Article 4 say?", []),
        (("Section 4 Mills",), "What does clause 4 say?", ["Section 4 Mills\n\nFlour is dry."]),
        (("§ 4 Mills",), "What does section 4 say?", ["§ 4 Mills\n\nFlour is dry."]),
        (("Part 4 Mills",), "What does paragraph 4 say?", []),
    ],
)
def test_a_part_of_another_kind_is_not_meant(
    tmp_path: Path, real_embedder: Embedder, headings: tuple[str, ...], question: str, quotes: list[str]
) -> None:
    parts = "\n\n".join(f"## {heading}\n\nFlour is dry." for heading in headings)
    (tmp_path / "rules.md").write_text(f"# Rules\n\n{parts}\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        assert [one.quote for one in Assistant(index).ask(question).citations] == quotes
