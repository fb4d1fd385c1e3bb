"""What a sentence needs to be understood is quoted with it."""

import pytest

from corpus.document import Document, Heading
from qa.question import Kind
from qa.widen import widen

TEXT = """Hunan has a plan. It wants 40,000 stations.

Three fields matter:

- finance
- health care
- farming

Nothing else does. The first field takes what its name says. While it lasts, the others wait.

"Tea is the gold of the south." This saying of Li Wei, a farmer, is old."""
DOCUMENT = Document(source="a/b.md", title="T", text=TEXT, content_hash="0" * 64)


def quoted(sentence: str, kind: Kind = "what") -> str:
    start = TEXT.index(sentence)
    first, last = widen(DOCUMENT, start, start + len(sentence), kind)
    return TEXT[first:last]


def test_a_sentence_that_stands_alone_stays_as_it_is() -> None:
    assert quoted("Hunan has a plan.") == "Hunan has a plan."
    assert quoted("Nothing else does.") == "Nothing else does."


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    assert quoted("It wants 40,000 stations.") == "Hunan has a plan. It wants 40,000 stations."


def test_so_is_one_that_speaks_of_its_own_or_of_what_lasts() -> None:
    own = "The first field takes what its name says."
    assert quoted(own) == f"Nothing else does. {own}"
    assert quoted("While it lasts, the others wait.") == f"{own} While it lasts, the others wait."


@pytest.mark.parametrize(
    ("above", "leans", "quoted"),
    [
        ("Li Wei grows tea.", "He owns two fields.", "Li Wei grows tea.\n\nHe owns two fields."),
        ("All do. Li Wei grows tea.", "In 2019, he won.", "Li Wei grows tea.\n\nIn 2019, he won."),
        ("Li Wei grows tea.", "It rained in May.", "It rained in May."),
        ("Li Wei, farmer", "He owns two fields.", "He owns two fields."),
        ("- Li Wei grows tea.", "He owns two fields.", "He owns two fields."),
    ],
)
def test_somebody_who_opens_a_paragraph_is_quoted_with_who_that_is(
    above: str, leans: str, quoted: str
) -> None:
    text = f"{above}\n\n{leans}"
    document = Document(source="a/b.md", title="T", text=text, content_hash="0" * 64)
    start, end = widen(document, text.index(leans), len(text), "what")
    assert text[start:end] == quoted


def test_what_was_said_is_quoted_with_who_said_it_where_that_is_asked() -> None:
    said = '"Tea is the gold of the south."'
    assert quoted(said, "who") == f"{said} This saying of Li Wei, a farmer, is old."
    assert quoted(said) == said


def test_a_line_that_announces_a_list_is_quoted_with_its_items() -> None:
    assert quoted("Three fields matter:") == "Three fields matter:\n\n- finance\n- health care\n- farming"


def test_where_a_number_is_asked_for_the_announcement_is_enough() -> None:
    assert quoted("Three fields matter:", "count") == "Three fields matter:"


def test_an_item_is_quoted_alone_or_with_its_whole_list() -> None:
    assert quoted("health care") == "health care"
    assert quoted("health care", "list") == "Three fields matter:\n\n- finance\n- health care\n- farming"


CLAUSES = """2.3 Orders state:
(a) the day;
(b) the mill, which:
(i) grinds; and
(ii) packs;
(c) the price.
2.4 Orders are final.

3. Price

3.1 The price is fixed.

4. Packing:

1. boxes
2. sacks of:
1. ten; or
2. twenty
3. tins"""


@pytest.mark.parametrize(
    ("announces", "last"),
    [
        ("2.3 Orders state:", "(c) the price."),
        ("(b) the mill, which:", "(ii) packs;"),
        ("Packing:", "3. tins"),
        ("sacks of:", "3. tins"),  # whose ranks tell nothing
    ],
)
def test_a_list_ends_before_what_ranks_above_it_and_before_a_heading(announces: str, last: str) -> None:
    headings = tuple(
        Heading(CLAUSES.index(one), CLAUSES.index(one) + len(one), 1) for one in ("3. Price", "4. Packing:")
    )
    document = Document("a.md", "T", CLAUSES, "0" * 64, headings=headings)
    start = CLAUSES.index(announces)
    first, end = widen(document, start, start + len(announces), "what")
    assert (first, CLAUSES[:end].rsplit("\n", 1)[-1]) == (start, last)


def test_an_item_of_a_clause_is_quoted_with_what_announces_it() -> None:
    document = Document("a.md", "T", CLAUSES, "0" * 64)
    start = CLAUSES.index("(b) the mill, which:") + len("(b) the mill, which:\n(i) ")
    first, end = widen(document, start, start + len("grinds; and"), "list")
    assert CLAUSES[first:end] == "(b) the mill, which:\n(i) grinds; and\n(ii) packs;"
