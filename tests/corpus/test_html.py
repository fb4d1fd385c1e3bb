"""Web pages: the main text is kept with its structure, the rest is removed by name, nothing vanishes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.loaders import html
from tests.corpus.reading import LoadBytes, headings, removed

BODY = (
    "The provinces of <b>Chongqing</b>, Shandong, Hainan and Shaanxi proposed the building of parks. "
    "Beijing and Gansu <a href='/x'>mentioned</a> the scenarios in which they would use the technology first."
)
SECOND = "The second paragraph has<br>a break in it, and is long enough to be a paragraph of the story."
TABLE = "<table><tr><th>Province<th>Parks<tr><td>Hainan<td>4<tr><td>Gansu<td></table>"
PAGE = f"""<!doctype html><html><head><title>Parks | The Site</title><meta name="author" content="Ann Lee">
<meta property="og:site_name" content="The Site"><script>var hidden = "script text";</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav>
<article><h1>Where parks were planned</h1><p>{BODY}</p><h2>What came next</h2><p>{SECOND}</p>
<ul><li>First item of the list in the story</li><li>Second item</li></ul>
<ol><li>One thing<li>Another thing</ol>
{TABLE}</article><footer><p>Copyright 2020 The Site. All rights reserved.</p></footer></body></html>"""


def test_the_main_text_of_a_page_keeps_its_structure(load_bytes: LoadBytes) -> None:
    document = load_bytes("page.html", PAGE.encode())
    assert headings(document) == [(1, "Where parks were planned"), (2, "What came next")]
    assert document.text.split("\n\n")[1:] == [
        "The provinces of Chongqing, Shandong, Hainan and Shaanxi proposed the building of parks. "
        "Beijing and Gansu mentioned the scenarios in which they would use the technology first.",
        "What came next",
        "The second paragraph has a break in it, and is long enough to be a paragraph of the story.",
        "- First item of the list in the story\n- Second item\n1. One thing\n2. Another thing",
        "Province: Hainan; Parks: 4.\nProvince: Gansu.",
    ]


def test_what_is_not_main_text_is_removed_by_name(load_bytes: LoadBytes) -> None:
    assert removed(load_bytes("page.html", PAGE.encode())) == [
        ("outside-main-text", "- Home"),
        ("outside-main-text", "- About us"),
        ("outside-main-text", "Copyright 2020 The Site. All rights reserved."),
    ]


def test_lists_and_headings_between_two_parts_of_the_main_text_stay(load_bytes: LoadBytes) -> None:
    said = BODY.replace("technology", "technology, and who is to pay for it,")
    page = f"""<html><head><title>Parks</title></head><body><div>
<ul><li><a href="/">Home</a></ul><p>{said}</p>
<p>It is used on:<ul><li>Every ferry<li>Every tram of the coast</ul>
<h2>How many?</h2><p>{SECOND} {said}</p><ul><li><a href="/x">More on parks</a></ul>
<h2>2.1. Sizes</h2><p>At most 2<sup>64</sup> of 10<sup>-3</sup> m, as on the 25<sup>th</sup> was said by
the provinces in 2019<sup><a href="#n">a</a></sup>; it holds for each that is named.</p></div>"""
    document = load_bytes("page.html", page.encode())
    assert headings(document) == [(2, "How many?"), (2, "2.1. Sizes")]
    assert "- Every ferry\n- Every tram of the coast" in document.text
    assert "At most 2^64 of 10^-3 m, as on the 25th was said by the provinces in 2019a;" in document.text
    assert [text for _, text in removed(document)] == ["- Home", "- More on parks"]


def test_boxes_code_and_what_stands_under_the_first_heading_stay(load_bytes: LoadBytes) -> None:
    box = "A park of the coast is a place in which several firms work, and share the cost of roads and ports."
    cookies = box.replace("coast", "cookie")
    page = f"""<html><head><title>Parks</title></head><body><div class="nav"><ul>
<li><a href="#how">How they pay</a><li>|</ul></div><div class="cookie-banner"><p>{cookies}</p></div>
<ul><li><a href="/">Home</a></ul><h1>Parks<a href="#p">¶</a></h1><div class="sidebar"><p>{box}</p></div>
<p>{BODY}</p><div class="sidebar"><p>{box.upper()}</p><p>Share this</p></div>
<h2>How they pay<a href="#how">¶</a></h2><p>{SECOND} {BODY}</p><pre>pay 25\nrun</pre><p>{BODY} {SECOND}</p>"""
    document = load_bytes("page.html", page.encode())
    assert headings(document) == [(1, "Parks"), (2, "How they pay")]
    assert [text for _, text in removed(document)] == [
        "- How they pay",
        "- |",
        cookies,
        "- Home",
        "Share this",
    ]
    assert document.text.startswith(f"Parks\n\n{box}\n\n")
    assert f"{box.upper()}\n\nHow they pay" in document.text
    assert "pay 25\nrun" in document.text


def test_an_empty_table_is_nothing(load_bytes: LoadBytes) -> None:
    page = f"<title>T</title><p>{BODY}</p><table><tr><td><td><tr><td><td></table><p>{SECOND} {BODY}</p>"
    assert len(load_bytes("page.html", page.encode()).text.split("\n\n")) == 2


def test_a_heading_that_is_a_link_stays_with_what_it_heads_and_the_name_of_the_site_goes(
    load_bytes: LoadBytes,
) -> None:
    page = f"""<title>Parks</title><h1><a href="/">The Parks of the Provinces</a></h1>
<ul><li><a href="/x">More</a></ul><p>{BODY} The Parks of the Provinces are many.</p>
<h2><a href="#s">Sizes of the parks</a></h2><p>{SECOND} {BODY}</p>"""
    document = load_bytes("page.html", page.encode())
    assert headings(document) == [(2, "Sizes of the parks")]


def test_title_author_and_publisher_are_taken_where_declared_and_no_date_is_guessed(
    load_bytes: LoadBytes,
) -> None:
    document = load_bytes("page.htm", PAGE.encode())
    assert document.title == "Where parks were planned"
    assert document.metadata == {"author": "Ann Lee", "publisher": "The Site"}
    dated = PAGE.replace("<title>", "<meta property='article:published_time' content='2020-01-17'><title>")
    assert load_bytes("page.htm", dated.encode()).metadata["date"] == "2020-01-17"


def test_the_name_of_the_site_is_no_title(load_bytes: LoadBytes) -> None:
    page = PAGE.replace("<nav>", "<nav><h1>The Site</h1>").replace("h1>Where", "h2>Where")
    assert (
        load_bytes("page.html", page.replace("planned</h1>", "planned</h2>").encode()).title
        == "Parks | The Site"
    )


def test_a_page_without_a_main_text_is_kept_whole_and_says_so(load_bytes: LoadBytes) -> None:
    document = load_bytes("page.html", b"<title>T</title><ul><li><a href=x>One</a><li><a href=y>Two</a></ul>")
    assert document.text == "- One\n- Two"
    assert document.title == "T"
    assert document.metadata == {"main_text": "not found, whole page kept"}


def test_a_declared_encoding_is_used_and_an_untrue_one_is_not(load_bytes: LoadBytes) -> None:
    page = "<html><head><meta charset='{}'></head><body><p>{}</p></body></html>"
    russian, chinese = "Правительство опубликовало отчёт.", "重庆和山东提出建设产业园区。"
    assert load_bytes("a.html", page.format("koi8-r", russian).encode("koi8-r")).text == russian
    assert load_bytes("a.html", page.format("iso-8859-1", chinese).encode()).text == chinese
    assert load_bytes("a.html", page.format("no-such", chinese).encode("gb18030")).text == chinese
    assert load_bytes("a.html", page.format("utf-16", chinese).encode("utf-16")).text == chinese
    assert load_bytes("a.html", page.format("iso-2022-jp", chinese).encode()).text == chinese


@pytest.mark.parametrize(
    ("declared", "written", "words"),
    [
        ("euc-kr", "cp949", "똠방각하가 왔다."),
        ("gb2312", "gb18030", "朱镕基总理"),
        ("iso-8859-1", "cp1252", "It’s €500."),
        ("iso-2022-jp", "iso-2022-jp", "港は五月に開きます。"),
    ],
)
def test_a_declared_encoding_means_what_browsers_read_it_as(
    load_bytes: LoadBytes, declared: str, written: str, words: str
) -> None:
    page = f"<html><head><meta charset={declared}></head><body><p>{words}</p></body></html>"
    assert load_bytes("a.html", page.encode(written)).text == words


def test_deep_nesting_loses_nothing(load_bytes: LoadBytes) -> None:
    page = "<div>" * 1000 + "<p>At the bottom.</p>" + "</div>" * 1000
    assert "At the bottom." in load_bytes("deep.html", page.encode()).text


def test_a_page_saved_by_a_browser_names_the_address_it_is_from(load_bytes: LoadBytes) -> None:
    def address(mark: str) -> str | None:
        page = PAGE.replace("<html>", f"\n<!-- saved from url={mark} -->\n<html>")
        document = load_bytes("page.html", page.encode())
        assert document.text == load_bytes("page.html", PAGE.encode()).text
        return document.metadata.get("url")

    assert address("(0028)https://example.org/a?b=c%20d") == "https://example.org/a?b=c%20d"
    assert address("(0014)about:internet") is None
    assert address("(0013)file:///tmp/a") is None
    short = load_bytes(
        "page.html", b"<!-- saved from url=(0021)https://example.org/a -->\n<ul><li><a>One</a>"
    )
    assert short.metadata == {"main_text": "not found, whole page kept", "url": "https://example.org/a"}


tags = st.sampled_from(
    ["p", "div", "b", "a", "br", "h1", "ul", "li", "table", "tr", "td", "th", "pre", "script", "!--"]
)
letters = st.one_of(  # a page of which a tenth is control bytes is no text, and is refused
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&"), st.sampled_from("\t\n\r")
)
pieces = st.one_of(
    st.text(letters, max_size=12),
    tags.map(lambda tag: f"<{tag}>"),
    tags.map(lambda tag: f"</{tag}>"),
)


@settings(max_examples=60)
@given(words=st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=1), markup=st.lists(pieces))
def test_every_word_of_a_page_is_kept_or_removed_whatever_surrounds_it(
    words: list[str], markup: list[str]
) -> None:
    page = f"<p>{' '.join(words)}</p>{''.join(markup)}"
    text = " ".join(block.text for block in html.read(page.encode(), "page").blocks)
    assert " ".join(words) in text


@pytest.mark.parametrize(
    "written",
    [
        "by <nobr>45 votes</nobr> to 12",
        "by <st1:City w:st='on'>45 votes</st1:City> to 12",
        "by <ruby>45 votes<rt></rt></ruby> to 12",
        "by <my-number>45 votes</my-number> to 12",
        "by <a href='/v'>45 votes <svg/></a> to 12",
        "by <a href='/v'>45 votes <svg viewBox='0'><title>Out</title></svg></a> to 12",
        "by <noscript><img src='a.png'></noscript>45 votes<script>count()</script> to 12",
        "by <math><mn>45</mn> <mi>votes</mi></math> to 12",
    ],
)
def test_a_sentence_is_cut_only_where_a_browser_begins_a_line(load_bytes: LoadBytes, written: str) -> None:
    page = f"""<html><head><title>Parks</title></head><body><article><h1>Parks</h1><p>{BODY}</p>
<p>The law was passed {written}, and it is in force since the first of May.</p><p>{SECOND} {BODY}</p>
</article></body></html>"""
    document = load_bytes("page.html", page.encode())
    assert document.text.split("\n\n")[2] == (
        "The law was passed by 45 votes to 12, and it is in force since the first of May."
    )
    letter = f"Subject: Parks\nContent-Type: text/html\n\n<p>It was passed {written}.</p>"
    assert load_bytes("a.eml", letter.encode()).text == "Parks\n\nIt was passed by 45 votes to 12."


def test_merged_cells_keep_their_columns(load_bytes: LoadBytes) -> None:
    table = (
        "<table><tr><th rowspan=2>Region</th><th colspan=2>2020</th></tr><tr><th>Q1</th><th>Q2</th></tr>"
        "<tr><td rowspan=2>North</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>"
        "<tr><td colspan=3>Provisional</td></tr></table>"
    )
    prose = f"<h1>Sales</h1><p>{'The sales of the year. ' * 20}</p>"
    page = f"<html><body><article>{prose}{table}</article></body></html>"
    assert load_bytes("a.html", page.encode()).text.split("\n\n")[-1] == (
        "Region: North; 2020 Q1: 1; 2020 Q2: 2.\nRegion: North; 2020 Q1: 3; 2020 Q2: 4.\nProvisional."
    )


def test_a_cell_says_what_it_shows_and_parts_words_only_where_a_line_breaks(load_bytes: LoadBytes) -> None:
    table = (
        "<table><tr><th>Port</th><th>Note</th></tr>"
        "<tr><td>A<b>yr</b></td><td>10<sup>6</sup> m H<sub>2</sub>O<script>x()</script></td></tr>"
        "<tr><td>Wick<br>North</td><td><p>1,2<b>00</b></p><p>tons</p></td></tr>"
        "<tr><td>O<i style='display: inline'>ban</i></td>"
        "<td><span style='display:none'>0075</span>75</td></tr></table>"
    )
    page = f"<html><body><article><h1>Ports</h1><p>{BODY}</p>{table}<p>{SECOND}</p></article></body></html>"
    assert load_bytes("a.html", page.encode()).text.split("\n\n")[2] == (
        "Port: Ayr; Note: 10^6 m H2O.\nPort: Wick North; Note: 1,200 tons.\nPort: Oban; Note: 0075 75."
    )


def test_comments_of_readers_do_not_stay_between_two_parts_of_the_main_text(load_bytes: LoadBytes) -> None:
    comment = "I have heard from my cousin that there will be no parks at all, whatever they may write of it."
    page = f"""<html><head><title>Parks</title></head><body><article><p>{BODY}</p>
<div class="comments"><p>{comment}</p></div><p>{SECOND} {BODY}</p></article></body></html>"""
    assert ("outside-main-text", comment) in removed(load_bytes("page.html", page.encode()))


def test_who_wrote_is_the_only_person_whose_page_a_page_links_to(load_bytes: LoadBytes) -> None:
    def author(links: str) -> str | None:
        page = (
            f"<html><head><title>Parks</title></head><body>{links}<p>{BODY}</p><p>{SECOND}</p></body></html>"
        )
        return load_bytes("page.html", page.encode()).metadata.get("author")

    ann = '<h3><a href="/people/ann-lee">Ann Lee</a></h3>'
    assert author(ann) == "Ann Lee"
    assert author(f'{ann}<p><a href="/people/bo-berg">Bo Berg</a></p>') is None
    assert author('<p><a href="/people/">all our people</a></p>') is None
