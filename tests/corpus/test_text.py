"""Plain text: what is a heading, an item, a wrapped line, and what the first lines say about the document."""

from __future__ import annotations

import pytest

from tests.corpus.reading import LoadBytes, headings, removed


def lines(load_bytes: LoadBytes, text: str) -> list[str]:
    return [line for line in load_bytes("a.txt", text.encode()).text.split("\n") if line]


def test_short_lines_between_blank_ones_are_headings_below_the_title(load_bytes: LoadBytes) -> None:
    document = load_bytes(
        "a.txt",
        b"The title: a tale\n\nFirst prose.\n\n01 policy first\n\nMore prose.\n\n1. Numbered\n\nThe end.\n",
    )
    assert headings(document) == [(1, "The title: a tale"), (2, "01 policy first"), (2, "1. Numbered")]


@pytest.mark.parametrize(
    "line", ["It ends with a stop.", "Author: Someone", "A question?", "* * *", "x " * 100]
)
def test_other_lines_are_no_headings(load_bytes: LoadBytes, line: str) -> None:
    document = load_bytes("a.txt", f"Title\n\nProse.\n\n{line}\n\nProse.\n".encode())
    assert headings(document) == [(1, "Title")]


def test_a_heading_heads_something(load_bytes: LoadBytes) -> None:
    assert headings(load_bytes("a.txt", b"Title\n\nProse.\n\nThe last words")) == [(1, "Title")]


def test_an_underlined_line_is_a_heading_and_its_underline_is_removed(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.txt", b"Title\n=====\n\nProse.\n\nSecond\n------\n\nMore prose.\n")
    assert headings(document) == [(1, "Title"), (2, "Second")]
    assert removed(document) == [("ruler", "====="), ("ruler", "------")]


def test_a_title_may_be_underlined_right_above_fields(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.txt", b"Title\n=====\n:Author: Ann Lee\n:Date: 2009/11/08\n\nSome prose.\n")
    assert headings(document) == [(1, "Title")]
    assert document.metadata == {"author": "Ann Lee", "date": "2009/11/08"}


def test_a_centred_title_may_stand_above_its_version(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.txt", f"{'THE LICENCE':>40}\n{'Version 3, 2007':>42}\n\nSome prose.\n".encode())
    assert headings(document) == [(1, "THE LICENCE")]
    assert document.text == "THE LICENCE\n\nVersion 3, 2007\n\nSome prose."


def test_a_numbered_heading_may_ask_and_may_be_wrapped(load_bytes: LoadBytes) -> None:
    asked = "1.5. What is the difference between the parks of the coast and the\nother ones?"
    document = load_bytes("a.txt", f"Title\n\nProse.\n\n{asked}\n\nThe end.\n".encode())
    assert headings(document)[1:] == [(2, asked.replace("\n", " "))]


def test_hard_wrapped_paragraphs_are_unwrapped(load_bytes: LoadBytes) -> None:
    text = (
        "The province planned four industrial parks in the year\n"
        "2020, and it promised in so many words to set up a well-\nknown fund for each.\n\nNext paragraph.\n"
    )
    assert lines(load_bytes, text) == [
        "The province planned four industrial parks in the year 2020, and it promised in so many words "
        "to set up a well-known fund for each.",
        "Next paragraph.",
    ]


def test_a_line_that_had_room_for_the_next_word_ends_its_paragraph(load_bytes: LoadBytes) -> None:
    text = "A line that is as long as any of the lines in this\none file.\nShort line\nAnother\n"
    assert lines(load_bytes, text) == [
        "A line that is as long as any of the lines in this one file.",
        "Short line",
        "Another",
    ]


def test_a_sentence_goes_on_in_a_line_for_which_there_was_room(load_bytes: LoadBytes) -> None:
    wrapped = (
        "Bugs\n\nWe recommend that you report what is broken by using the\nreporting program.\n\n"
        "This program takes you through everything that we need to know, one step after the\nother.\n"
    )
    assert lines(load_bytes, wrapped)[1:] == [
        "We recommend that you report what is broken by using the reporting program.",
        "This program takes you through everything that we need to know, one step after the other.",
    ]


def test_a_paragraph_may_be_wrapped_narrower_than_its_file(load_bytes: LoadBytes) -> None:
    wrapped = (
        "Report\n\nThis line goes on for longer than any of those that come after it, up to the\nmargin.\n\n"
        "The office of the coast is to pay for every one of\nthe ferries. It was told so by the province of\n"
        "Hainan in the year before.\n"
    )
    assert lines(load_bytes, wrapped)[2] == (
        "The office of the coast is to pay for every one of the ferries. It was told so by the province of "
        "Hainan in the year before."
    )


def test_one_line_that_is_too_long_does_not_make_the_others_short(load_bytes: LoadBytes) -> None:
    line = "The province of the coast is to build a park in every town of\n"
    long = "This one has an address, https://www.provinces.example/parks/2020/, and is not\n"
    wrapped = line + "more than three thousand souls: see https://\nwww.provinces.example for Linus\n" * 9
    text = f"Parks\n\n{wrapped}\n{long}wrapped at all, for it goes on.\n\n{line}Hainan by June.\n"
    assert lines(load_bytes, text)[-1] == line.strip() + " Hainan by June."
    assert "see https://www.provinces.example for" in lines(load_bytes, text)[1]


def test_a_file_in_which_no_line_breaks_inside_a_sentence_is_not_wrapped(load_bytes: LoadBytes) -> None:
    text = "The governor spoke for a good while about parks.\nThe mayor of the city spoke about a road.\n"
    assert lines(load_bytes, text) == text.splitlines()


def test_wrapped_chinese_is_joined_without_spaces(load_bytes: LoadBytes) -> None:
    wrapped = "区块链写入政府工作报告" * 5
    text = f"{wrapped}\n{wrapped}\n短句。\n结束。\n"
    assert lines(load_bytes, text) == [f"{wrapped}{wrapped}短句。", "结束。"]


def test_list_lines_are_items_that_keep_their_markers_and_stand_close(load_bytes: LoadBytes) -> None:
    text = "They are:\n\n  • Hebei\n  • Gansu\n- Hunan\n1. One\n2.Two\n3) Three\n"
    assert load_bytes("a.txt", text.encode()).text == (
        "They are:\n\n• Hebei\n• Gansu\n- Hunan\n1. One\n2.Two\n3) Three"
    )


def test_lettered_lines_are_items_which_a_sentence_goes_on_behind(load_bytes: LoadBytes) -> None:
    text = "You may:\n\n  a) sail\n  b. row\n iv. swim\nA. Lincoln sailed on the river, as was told\n   us.\n"
    assert load_bytes("a.txt", text.encode()).text == (
        "You may:\n\na) sail\nb. row\niv. swim\n\nA. Lincoln sailed on the river, as was told us."
    )


def test_a_number_at_the_start_of_a_sentence_is_no_item(load_bytes: LoadBytes) -> None:
    text = "3.14 is near pi.\n1,000 is more.\n"
    assert load_bytes("a.txt", text.encode()).text == "3.14 is near pi.\n\n1,000 is more."


def test_an_item_goes_on_in_its_indented_lines(load_bytes: LoadBytes) -> None:
    assert lines(load_bytes, "- an item that\n  goes on\n- next\n") == ["- an item that goes on", "- next"]


@pytest.mark.parametrize(
    ("line", "metadata"),
    [
        ("Author: Luo Tao", {"author": "Luo Tao"}),
        ("Text | Pisa", {"author": "Pisa"}),
        ("作者：李明", {"author": "李明"}),
        ("Production: PANews", {"publisher": "PANews"}),
        ("Source: Finance Institute 1", {"publisher": "Finance Institute 1"}),
        ("Editor's Note: The title was changed", {}),
        ("Text: this is a whole sentence.", {}),
    ],
)
def test_a_byline_becomes_metadata_and_stays_in_the_text(
    load_bytes: LoadBytes, line: str, metadata: dict[str, str]
) -> None:
    document = load_bytes("a.txt", f"Title\n\n{line}\n\nProse.\n".encode())
    assert document.metadata == metadata
    assert line in document.text


def test_a_text_file_may_be_in_any_encoding(load_bytes: LoadBytes) -> None:
    text = "区块链\n\n重庆、山东、海南和陕西提出建设产业园区。"
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030"):
        document = load_bytes("a.txt", text.encode(encoding))
        assert (document.title, document.text) == ("区块链", text)
