"""What a sentence needs to be understood is quoted with it."""

from corpus.document import Document
from qa.question import Kind
from qa.widen import widen

TEXT = """Hunan has a plan. It wants 40,000 stations.

Three fields matter:

- finance
- health care
- farming

Nothing else does."""
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


def test_a_line_that_announces_a_list_is_quoted_with_its_items() -> None:
    assert quoted("Three fields matter:") == "Three fields matter:\n\n- finance\n- health care\n- farming"


def test_where_a_number_is_asked_for_the_announcement_is_enough() -> None:
    assert quoted("Three fields matter:", "count") == "Three fields matter:"


def test_an_item_is_quoted_alone_or_with_its_whole_list() -> None:
    assert quoted("health care") == "health care"
    assert quoted("health care", "list") == "Three fields matter:\n\n- finance\n- health care\n- farming"
