"""Printed lines and their places: what is a running head, one level of headings, the right margin."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.loaders.layout import Line, page_blocks

BODY = "It was said at the time that the province is to build a park for"
SIZE = 10.0


def page(
    number: int, *texts: str, top: float = 700.0, size: float = SIZE, right: float = 500.0
) -> Iterator[Line]:
    """Lines of one size, one close below the other; `right` is where they end."""
    for text in texts:
        yield Line(text, number, 80.0, right, top, top - size, size)
        top -= size + 2


def test_a_running_head_may_say_something_else_on_each_page() -> None:
    lines: list[Line] = []
    for number in range(1, 7):
        if number != 2:  # a chapter begins
            lines += page(number, f"{number}. OF {'PARKS' * number}", top=760.0)
        lines += page(number, *(f"{BODY} {word * number}" for word in ("tea", "ore", "ice")))
    heads = [block.text for block in page_blocks(lines) if block.removed_by == "page-header"]
    assert heads == [f"{number}. OF {'PARKS' * number}" for number in (1, 3, 4, 5, 6)]


def test_the_first_lines_of_double_spaced_pages_stay() -> None:
    lines = [
        line
        for number in range(1, 7)
        for place, word in enumerate(("park", "road", "bridge", "tower"))
        for line in page(number, f"{word * number} and its cost", top=700.0 - 40 * place)
    ]
    assert not [block for block in page_blocks(lines) if block.removed_by]


def test_entries_of_a_table_of_contents_and_page_numbers_in_letters_go() -> None:
    lines = [*page(1, "1.1 Parks . . . . . . . . . . 7", "A. Roads ..... iv"), *page(1, "iii", top=40.0)]
    lines += [*page(2, BODY, "the tram in May."), *page(2, "iv", top=40.0)]
    blocks = page_blocks(lines)
    assert [block.text for block in blocks if not block.removed_by] == [f"{BODY} the tram in May."]
    assert [block.removed_by for block in blocks] == ["contents"] * 2 + ["page-number", None, "page-number"]


def test_headings_whose_letters_measure_a_little_less_are_of_one_level() -> None:
    lines = [
        *page(1, "Of Parks", top=760.0, size=24.9),
        *page(1, "Of roads", top=730.0, size=14.4),
        *page(1, BODY),
        *page(1, "On sea", top=660.0, size=14.3),
        *page(1, BODY, top=640.0),
        *page(1, "All things that are", "built of stone", top=600.0, size=24.8),
        *page(1, BODY, top=540.0),
    ]
    assert [(block.level, block.text) for block in page_blocks(lines) if block.kind == "heading"] == [
        (1, "Of Parks"),
        (2, "Of roads"),
        (2, "On sea"),
        (1, "All things that are built of stone"),
    ]


def test_a_line_that_sticks_out_of_justified_text_does_not_make_the_others_short() -> None:
    lines = [*page(1, *[BODY] * 6, "Hainan."), *page(1, BODY, top=600.0, right=560.0)]
    assert [block.text for block in page_blocks(lines)] == [" ".join([BODY] * 6) + " Hainan.", BODY]
