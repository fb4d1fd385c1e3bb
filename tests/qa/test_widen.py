"""What a sentence needs to be understood is quoted with it."""

from corpus.document import Document
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
