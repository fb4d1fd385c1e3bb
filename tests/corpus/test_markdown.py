"""Markdown: front matter is metadata, markup is reduced to its text, structure stays."""

from __future__ import annotations

import pytest

from tests.corpus.reading import LoadBytes, ReasonOf, headings, removed


def text_of(load_bytes: LoadBytes, source: str) -> str:
    return load_bytes("a.md", source.encode()).text


def test_front_matter_becomes_metadata_of_strings(load_bytes: LoadBytes) -> None:
    source = (
        "---\nTitle: Parks\nauthor: Ann\ndate: 2020-01-17\ntags: [a, 1]\ndraft: true\nnone:\n---\n\nText.\n"
    )
    document = load_bytes("a.md", source.encode())
    assert document.title == "Parks"
    assert document.metadata == {"author": "Ann", "date": "2020-01-17", "tags": "a, 1", "draft": "true"}
    assert document.text == "Text."


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "---\ntitle: x\nauthor: a: b\n---\n",
            "broken front matter in line 3: mapping values are not allowed",
        ),
        ("---\ndate: 2020-13-45\n---\n", "broken front matter: month must be in 1..12"),
        ("---\nx: [1, 2\n---\n", "broken front matter in line"),
        (f"---\nx: {'[' * 2000}\n---\n", "broken front matter: "),
    ],
)
def test_broken_front_matter_is_refused_with_its_line(reason_of: ReasonOf, source: str, reason: str) -> None:
    assert reason_of("a.md", source.encode()).startswith(reason)


def test_rulers_around_prose_are_no_front_matter(load_bytes: LoadBytes) -> None:
    assert text_of(load_bytes, "---\nJust prose.\n\n---\n\nMore.\n") == "Just prose.\n\nMore."
    assert text_of(load_bytes, "---\n\nJust a ruler above.\n") == "Just a ruler above."


def test_headings_keep_their_levels_and_lose_their_marks(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.md", b"# One *two*\n\ntext\n\nSetext\n------\n\n### `Deep` ###\n\ntext\n")
    assert headings(document) == [(1, "One two"), (2, "Setext"), (3, "Deep")]


def test_inline_markup_is_reduced_to_what_a_reader_sees(load_bytes: LoadBytes) -> None:
    source = (
        '**Bold**, _em_, ~~struck~~, `code_x`, [a link](http://x.y "t"), ![an image](i.png), <b>tag</b>,\n'
        "R&amp;D, 2 \\* 3, snake_case, Dear <Name>, <https://x.y>, a<br>break.\n"
    )
    assert text_of(load_bytes, source) == (
        "Bold, em, struck, code_x, a link, an image, tag, "
        "R&D, 2 * 3, snake_case, Dear <Name>, https://x.y, a break."
    )


def test_soft_wrapped_lines_are_one_line_and_chinese_without_a_space(load_bytes: LoadBytes) -> None:
    assert text_of(load_bytes, "one\ntwo  \nthree\n\n中文\n换行\n") == "one two three\n\n中文换行"


def test_items_nested_ones_too_are_lines_with_a_marker(load_bytes: LoadBytes) -> None:
    source = "* one\n  - nested\n    wrapped\n* two\n\n  its second paragraph\n\n3. three\n4. four\n"
    assert text_of(load_bytes, source) == (
        "- one\n- nested wrapped\n- two\n\nits second paragraph\n\n3. three\n4. four"
    )


def test_a_table_row_names_its_columns_and_keeps_what_it_has_too_many(load_bytes: LoadBytes) -> None:
    source = (
        "| Province | Parks | Note |\n|---|--:|---|\n| **Hainan** | 4 | a \\| b | more |\n| Gansu |  |  |\n"
    )
    assert text_of(load_bytes, source) == "Province: Hainan; Parks: 4; Note: a | b; more.\nProvince: Gansu."


def test_each_line_of_code_is_a_line(load_bytes: LoadBytes) -> None:
    assert (
        text_of(load_bytes, "```python\ndef f():\n    return 1\n\n\nf()\n```\n") == "def f():\nreturn 1\nf()"
    )


def test_raw_html_shows_its_text_and_what_is_hidden_is_removed(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.md", b"<!-- a note -->\n\n<div>Some <b>text</b></div>\n<script>x()</script>\n")
    assert document.text == "Some text"
    assert removed(document) == [("html-comment", "a note"), ("html-code", "<script>x()</script>")]


def test_the_cells_of_a_table_in_raw_html_stand_apart(load_bytes: LoadBytes) -> None:
    head = "<table><thead><tr><th>Item</th><th>2020</th></tr></thead>"
    row = "<tr><td>Revenue</td><td>1,<b>200</b></td></tr>"
    assert text_of(load_bytes, f"{head}{row}</table>\nin dollars\n") == (
        "Item: Revenue; 2020: 1,200.\n\nin dollars"
    )
    assert text_of(load_bytes, f"{head}\n\n{row}\n\n</table>\n") == "Item; 2020\n\nRevenue; 1,200"
    assert text_of(load_bytes, "<tr>\n<td>Costs\n<td></td>\n<td>of all\n</tr>\n") == "Costs; of all"


def test_lists_quotations_and_pictures_in_raw_html_show_no_tags(load_bytes: LoadBytes) -> None:
    source = (
        "<dl><dt>Port</dt><dd>Ayr</dd></dl>\n\n<blockquote>It sails.</blockquote>\n\n"
        "<figure><img src='a.png'><figcaption>A ship</figcaption></figure>\n"
    )
    assert text_of(load_bytes, source) == "Port\n\nAyr\n\nIt sails.\n\nA ship"


def test_the_target_of_a_reference_link_is_kept_as_removed(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.md", b"See [the report][r].\n\n[r]: http://x.y 'Title'\n")
    assert document.text == "See the report."
    assert removed(document) == [("link-definition", "[R]: http://x.y Title")]


def test_what_is_nested_too_deep_for_the_parser_is_refused_not_dropped(
    load_bytes: LoadBytes, reason_of: ReasonOf
) -> None:
    assert text_of(load_bytes, ">" * 50 + " deep") == "deep"
    assert reason_of("a.md", (">" * 70 + " deep").encode()).startswith("its lists or quotations are nested")


def test_badges_are_kept_as_removed(load_bytes: LoadBytes) -> None:
    badges = "[![Build](b.svg)](x)\n[![Version](v.svg)](y)"
    document = load_bytes("a.md", f"# Ship\n\n{badges}\n\nIt sails.\n\n![A ship](ship.png)\n".encode())
    assert document.text == "Ship\n\nIt sails.\n\nA ship"
    assert removed(document) == [("badges", "Build Version")]


def test_a_box_begins_with_what_it_is_called(load_bytes: LoadBytes) -> None:
    assert text_of(load_bytes, "> [!WARNING]\n> It may sink.\n") == "Warning: It may sink."


def test_the_attributes_of_a_heading_are_no_text(load_bytes: LoadBytes) -> None:
    text = "# Options {#options .unnumbered}\n\n## Use {name}\n\n# Notes {-}\n"
    assert text_of(load_bytes, text) == "Options\n\nUse {name}\n\nNotes"


def test_a_version_is_no_title(load_bytes: LoadBytes) -> None:
    assert (
        load_bytes("Changes.md", b"## 3.1.0 (2020-01-17)\n\nFixed.\n\n## 3.0.9\n\nMade.\n").title == "Changes"
    )
