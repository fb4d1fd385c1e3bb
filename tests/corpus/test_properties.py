"""What holds for every file: a document or a LoadError, exact offsets, one block a line, nothing lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, LoadError
from corpus.encoding import normalise
from tests.corpus.reading import LoadBytes

characters = st.characters(exclude_categories=["Cs"])
furniture = [
    "Was this helpful?",
    "Discover more",
    "A Title of Some Other Story",
    "And a teaser that is cut of...",
]
words = st.one_of(
    st.text(characters, max_size=10), st.sampled_from(["The parks.", "区块链。", "1.", "- x", "•", "=="])
)
lines = st.one_of(st.lists(words, max_size=12).map(" ".join), st.sampled_from(["", "", "---", *furniture]))
texts = st.lists(lines, max_size=12).map("\n".join)
marks = ["# ", "- ", "1. ", "> ", "    ", "\n", "\n\n", "```", "**", "_", "`", "[x]", "(y)", "[x]: y\n"]
front_matter = ["---\n", "key: value\n", "date: 2020-99-99\n", "a: [b\n"]
raw_html = ["<b>", "<!--", "-->", "<script>", "</script>", "&#8232;", "<br>", "<Name>"]
columns = ["| a | b |\n|---|---|\n| ", " | ", "\\|"]
markdown = st.lists(st.sampled_from(marks + front_matter + raw_html + columns) | words, max_size=25).map(
    "".join
)
html_tags = [
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<th>",
    "<li>",
    "<ol>",
    "<pre>",
    "<h2>",
    "<br>",
]
odd_html = ["<?xml version='1.0' encoding='x'?>", "<meta charset=hex>", "<html>", "&#0;", "&nbsp;", "<title>"]
pages = st.lists(st.sampled_from(html_tags + raw_html + odd_html) | words, max_size=25).map("".join)
tables = st.lists(st.lists(st.text(characters, max_size=8), max_size=5), max_size=8)


def check(document: Document) -> None:
    """Every block on a line of its own, every offset in the text."""
    blocks = [line for line in document.text.split("\n") if line]
    assert blocks
    assert all(block == block.strip() and len(block.splitlines()) == 1 for block in blocks)
    for heading in document.headings:
        assert document.text[heading.start : heading.end] in blocks
    end = 0
    for page in document.pages:
        assert end <= page.start < page.end <= len(document.text)
        end = page.end
    assert all(0 <= each.position <= len(document.text) and each.rule for each in document.removed)
    assert document.title.strip()


def loaded(load_bytes: LoadBytes, name: str, data: bytes) -> Document | None:
    try:
        document = load_bytes(name, data)
    except LoadError:
        return None
    check(document)
    assert load_bytes(name, data) == document
    return document


def visible(text: str) -> list[str]:
    return sorted("".join(normalise(text).split()))


@given(text=texts)
def test_each_character_of_a_text_file_is_in_the_text_or_in_removed(load_bytes: LoadBytes, text: str) -> None:
    document = loaded(load_bytes, "a.txt", b"\xef\xbb\xbf" + text.encode())
    if document is None:
        assert visible(text) == []
    else:
        assert visible(document.text + "".join(each.text for each in document.removed)) == visible(text)


@given(text=markdown)
def test_any_markdown_loads_or_says_why_not(load_bytes: LoadBytes, text: str) -> None:
    loaded(load_bytes, "a.md", text.encode())


@given(page=pages)
def test_any_page_loads_or_says_why_not(load_bytes: LoadBytes, page: str) -> None:
    loaded(load_bytes, "a.html", page.encode())


@given(rows=tables)
def test_each_cell_of_a_table_is_in_the_text_or_in_removed(
    load_bytes: LoadBytes, rows: list[list[str]]
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[normalise(cell) for cell in row] for row in rows])
    document = loaded(load_bytes, "a.csv", b"\xef\xbb\xbf" + buffer.getvalue().encode())
    if document is not None:
        everything = "".join((document.text + "".join(each.text for each in document.removed)).split())
        assert not set(visible("".join(map("".join, rows)))) - set(everything) - set(",;\t|\"':：")


@given(
    data=st.binary(max_size=300),
    suffix=st.sampled_from(["txt", "md", "html", "csv", "pdf", "docx", "xlsx", "epub"]),
)
def test_any_bytes_load_or_are_refused(load_bytes: LoadBytes, data: bytes, suffix: str) -> None:
    loaded(load_bytes, f"a.{suffix}", data)


@settings(max_examples=30)
@given(cut=st.floats(0, 0.999), at=st.floats(0, 0.99), noise=st.binary(min_size=1, max_size=20))
@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.epub", "a.pdf"])
def test_a_file_damaged_anywhere_loads_or_is_refused(
    load_bytes: LoadBytes, whole_files: dict[str, bytes], name: str, cut: float, at: float, noise: bytes
) -> None:
    data = whole_files[name]
    place = int(at * len(data))
    loaded(load_bytes, name, data[: int(cut * len(data))])
    loaded(load_bytes, name, data[:place] + noise + data[place + len(noise) :])
