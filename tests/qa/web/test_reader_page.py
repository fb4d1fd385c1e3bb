from __future__ import annotations

import re
import time
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from corpus.document import Block, Document, assemble
from index import Index
from index.chunk import Chunk
from qa.web.reader_page import reader_page, reader_url


def document(*blocks: Block, **metadata: str) -> Document:
    return assemble(blocks, source="docs/a.pdf", title="On <tea>", content_hash="", metadata=metadata)


TEA = document(
    Block("Growing", "heading", level=1, page=1),
    Block("Tea is grown in Zhejiang & sold.", page=1),
    Block("Page 1 of 2", page=1, removed_by="page number"),
    Block("Green", "item", page=2),
    Block("Black", "item", page=2),
    Block("Page 2 of 2", removed_by="page number"),
    publisher="Leaf <Press>",
)


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def shown(page: str) -> str:
    """The text of the document as the page holds it, without what was added to it, line by line."""
    (main,) = parsed(page).iter("main")
    for sign in main.xpath(".//span"):
        sign.drop_tree()
    return "\n".join(block.text_content() for block in main)


def marked(page: str) -> str:
    return "\n".join(mark.text_content() for mark in parsed(page).iter("mark"))


def test_the_page_holds_title_source_metadata_headings_and_pages() -> None:
    page = reader_page(TEA, [])

    assert parsed(page).findtext(".//title") == "On <tea>"
    assert [dd.text for dd in parsed(page).iter("dd")] == ["docs/a.pdf", "Leaf <Press>", "2", "54"]
    assert [one.text_content() for one in parsed(page).iter("h2")] == ["page 1Growing"]
    assert [one.text for one in parsed(page).xpath("//span[@class='page']")] == ["page 1", "page 2"]
    assert shown(page).split("\n") == ["Growing", "Tea is grown in Zhejiang & sold.", "Green", "Black"]


def test_the_quote_is_marked_once_however_many_lines_it_has() -> None:
    start = TEA.text.index("Zhejiang")
    page = reader_page(TEA, [], start, len(TEA.text))

    assert marked(page) == "Zhejiang & sold.\nGreen\nBlack"
    assert [mark.get("id") for mark in parsed(page).iter("mark")] == ["quote", None, None]
    assert 'href="#quote"' in page


def test_a_place_outside_the_text_marks_nothing() -> None:
    for start, end in ((None, None), (5, 5), (9, 3), (10_000, 10_010), (-5, 0)):
        assert marked(reader_page(TEA, [], start, end)) == ""
    assert marked(reader_page(TEA, [], -3, 10_000)) == TEA.text.replace("\n\n", "\n")


def test_chunks_begin_where_they_begin_and_are_shown_when_asked_for() -> None:
    cuts = [Chunk(0, 7, "Growing", (), (), 1), Chunk(9, 54, TEA.text[9:], (), (), 12)]
    page = reader_page(TEA, cuts)

    assert [one.text for one in parsed(page).xpath("//span[@class='cut']")] == [
        "chunk 1 · 1 token",
        "chunk 2 · 12 tokens",
    ]
    assert "Show the 2 chunks" in page
    assert re.search(r"#chunks:checked ~ main \.cut \{ display", page)
    assert shown(page) == shown(reader_page(TEA, []))


def test_what_cleaning_removed_stands_behind_by_rule() -> None:
    page = parsed(reader_page(TEA, []))

    assert page.findtext(".//summary") == "What cleaning removed: 2 pieces"
    assert page.findtext(".//footer//h3") == "page number (2)"
    assert [item.text for item in page.iter("li")] == ["Page 1 of 2", "Page 2 of 2"]
    assert "Cleaning removed nothing." in reader_page(document(Block("Tea.")), [])


HOSTILE = st.text(st.sampled_from("<>&\"'/= abscript\u202e\x00é]"), min_size=1, max_size=60)


@given(st.lists(HOSTILE.filter(str.strip), min_size=1, max_size=5), st.integers(0, 80), st.integers(0, 80))
def test_every_text_is_escaped_and_the_quote_is_exact(texts: list[str], start: int, end: int) -> None:
    made = assemble(
        [Block(one) for one in texts] + [Block(texts[0], removed_by=texts[0])],
        source=texts[0],
        title=texts[0],
        content_hash="",
        metadata={texts[0]: texts[-1]},
    )
    page = reader_page(made, [Chunk(0, 1, made.text[:1], (), (), 1)], start, end)
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)

    tags = set(re.findall(r"<(/?[a-z]\w*)", body))
    assert tags <= {
        f"{slash}{tag}"
        for slash in ("", "/")
        for tag in "html head meta title body header nav a h1 dl dt dd input label main p mark span footer "
        "details summary h3 ul li".split()
    }
    quoted = re.findall(r"<mark[^>]*>(.*?)</mark>", re.sub(r"<span.*?</span>", "", body), re.DOTALL)
    assert "".join(map(unescape, quoted)) == made.text[start:end].replace("\n", "")


def test_a_shipped_document_is_whole(shipped: Index) -> None:
    for info in shipped.documents():
        one = shipped.document(info.id)
        assert shown(reader_page(one, shipped.chunks(info.id))) == re.sub(r"\n+", "\n", one.text)


def test_five_megabytes_take_no_longer_than_a_breath() -> None:
    line = "The harbour of Vardo was opened in 1896 by Ole Hansen, and was full of ships. " * 4
    long = document(*(Block(f"{n}. {line}", page=1 + n // 10) for n in range(16_000)))
    assert len(long.text) > 5_000_000
    cuts = [Chunk(at, at + 600, long.text[at : at + 600], (), (), 120) for at in range(0, 5_000_000, 600)]
    began = time.process_time()
    page = reader_page(long, cuts, 2_500_000, 2_500_100)

    assert time.process_time() - began < 2
    assert marked(page).replace("\n", "") == long.text[2_500_000:2_500_100].replace("\n", "")


def test_the_address_leads_to_the_quote() -> None:
    assert reader_url("0123456789abcdef") == "/documents/0123456789abcdef"
    assert reader_url("0123456789abcdef", 5, 9) == "/documents/0123456789abcdef?start=5&end=9#quote"
