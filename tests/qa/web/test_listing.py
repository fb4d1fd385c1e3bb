from __future__ import annotations

import pytest

from index import DocumentInfo
from qa.web.intake import line_of
from qa.web.library import Narrowed, Row
from qa.web.listing import ORDERS, ROWS, details_html, listing, narrowed_html, outcome_html


def row(source: str, title: str = "", date: str = "", pages: int = 0, chunks: int = 1) -> Row:
    info = DocumentInfo(
        source, source, title or source, {"date": date} if date else {}, chunks, 10, pages, "2026-01-02T03:04"
    )
    return Row(source, info, "indexed", "", own=False, shared=False)


FAILED = Row("c.pdf", None, "failed", "no <text> found in it", own=True, shared=False)
ROWS_OF_THREE = [row("b.md", "Zinc", "2019", 3, 2), row("a.md", "Ash", "2020-05", 0, 9), FAILED]


@pytest.mark.parametrize(
    ("order", "sources"),
    [
        ("Source", ["a.md", "b.md", "c.pdf"]),
        ("Title", ["a.md", "c.pdf", "b.md"]),
        ("Date, newest first", ["a.md", "b.md", "c.pdf"]),
        ("Pages, most first", ["b.md", "a.md", "c.pdf"]),
        ("Chunks, most first", ["a.md", "b.md", "c.pdf"]),
        ("State", ["c.pdf", "b.md", "a.md"]),
    ],
)
def test_the_list_can_be_ordered_by_each_column(order: str, sources: list[str]) -> None:
    assert [cells[1] for cells in listing(ROWS_OF_THREE, order, 1).table] == sources


def test_a_row_shows_what_is_known_and_leaves_the_rest_empty() -> None:
    assert listing(ROWS_OF_THREE, "Source", 1).table == [
        ["Ash", "a.md", "2020-05", "", 9, "indexed"],
        ["Zinc", "b.md", "2019", 3, 2, "indexed"],
        ["c.pdf", "c.pdf", "", "", "", "failed"],
    ]


def test_ten_thousand_documents_come_a_hundred_at_a_time() -> None:
    rows = [row(f"{number:05}.md") for number in range(10_000)]

    first, last = listing(rows, next(iter(ORDERS)), 0), listing(rows, next(iter(ORDERS)), 999)
    assert (len(first.table), first.table[0][1], first.page) == (ROWS, "00000.md", 1)
    assert (len(last.table), last.table[-1][1], last.page) == (ROWS, "09999.md", 100)
    assert first.said == "10,000 documents, page 1 of 100"
    assert listing([], "Source", 1) == ([], 1, 1, "0 documents, page 1 of 1")


def test_the_details_are_escaped_and_lead_to_the_text() -> None:
    html = details_html(row("<b>.md", "<script>", "2020"))

    assert "<h3>&lt;script&gt;</h3>" in html
    assert "<dd>&lt;b&gt;.md</dd><dt>date</dt><dd>2020</dd><dt>Indexed</dt><dd>2026-01-02 03:04</dd>" in html
    assert '<a href="/documents/<b>.md"' not in html
    assert "no &lt;text&gt; found in it" in details_html(FAILED)
    assert "href" not in details_html(FAILED)


def test_an_upload_is_told_by_the_line_failures_first() -> None:
    html = outcome_html([line_of("a.md", "added"), line_of("<b>.pdf", "empty")])

    assert "1 of 2 files taken." in html
    assert html.index("&lt;b&gt;.pdf: empty") < html.index("a.md: added")


def test_what_the_chat_asks_is_told_in_words() -> None:
    assert "all documents" in narrowed_html(Narrowed())
    assert "asks only</b> a&lt;.md." in narrowed_html(Narrowed(frozenset({"a<.md"})))
    assert "2 chosen documents" in narrowed_html(Narrowed(frozenset({"a", "b"})))
    assert "publisher is Leaf" in narrowed_html(Narrowed(where={"publisher": "Leaf"}))
