"""What was written onto slides is read back, in the order in which it is seen."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from tests.corpus.office import PIXEL, saved, slides
from tests.corpus.reading import LoadBytes, headings, removed


def test_slides_are_pages_and_their_lines_paragraphs(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.pptx", slides())
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "First slide\n\nOne bullet\n\nAnother <bullet>\n\nNotes:\n\nA note."),
        (2, "Second slide\n\nProvince: Hainan; Parks: 4."),
    ]
    assert headings(document) == [(1, "First slide"), (3, "Notes:"), (1, "Second slide")]


def test_text_on_a_slide_is_no_markup_and_its_title_comes_first(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Costs"
    slide.shapes.title.top = Inches(3)
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    box.text_frame.text = "# of ships * 2\n1986. A good year"
    assert load_bytes("a.pptx", saved(deck)).text == "Costs\n\n# of ships * 2\n\n1986. A good year"


@pytest.mark.parametrize(
    ("boxes", "read"),
    [
        (  # figures, each with its label right below
            [(1, 2, 3, 1, "22%"), (5, 2, 3, 1, "0.47"), (1, 3, 3, 1, "fail"), (5, 3, 3, 1, "cost")],
            "22% fail 0.47 cost",
        ),
        (  # with room between the rows
            [(1, 1, 3, 1, "a"), (5, 1, 3, 1, "b"), (1, 3, 3, 1, "c"), (5, 3, 3, 1, "d")],
            "a b c d",
        ),
        (  # labels beside what they head
            [(1, 2, 1, 1, "1."), (2, 2, 6, 1, "Goals"), (1, 3, 1, 1, "2."), (2, 3, 6, 1, "Costs")],
            "1. Goals 2. Costs",
        ),
        (  # below a line over both, and above another
            [
                (1, 1, 7, 1, "top"),
                (1, 2, 3, 3, "left"),
                (5, 2, 3, 1, "b"),
                (5, 3, 3, 1, "c"),
                (1, 6, 7, 1, "end"),
            ],
            "top left b c end",
        ),
    ],
)
def test_columns_of_a_slide_are_read_one_after_the_other(
    load_bytes: LoadBytes, boxes: list[tuple[int, int, int, int, str]], read: str
) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for *place, text in boxes:
        slide.shapes.add_textbox(*map(Inches, place)).text_frame.text = text
    assert load_bytes("a.pptx", saved(deck)).text.split() == read.split()


def test_tables_of_a_slide_are_apart_and_keep_merged_cells(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for top, rows in (
        (1, [("Port", "Tons"), ("Ayr", "5"), ("", "6")]),
        (4, [("Task", "By"), ("Plan", "Ann")]),
    ):
        shape = slide.shapes.add_table(len(rows), 2, Inches(1), Inches(top), Inches(4), Inches(1))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                shape.table.cell(i, j).text = text
        if top == 1:
            shape.table.cell(1, 0).merge(shape.table.cell(2, 0))
    assert (
        load_bytes("a.pptx", saved(deck)).text
        == "Port: Ayr; Tons: 5.\nPort: Ayr; Tons: 6.\nTask: Plan; By: Ann."
    )


def test_a_picture_says_what_its_author_wrote_and_no_file_name(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for description in ("logo.png", "A ship at anchor", ""):
        picture = slide.shapes.add_picture(io.BytesIO(PIXEL), Inches(1), Inches(1))
        picture._element.nvPicPr.cNvPr.set("descr", description)
    assert load_bytes("a.pptx", saved(deck)).text == "A ship at anchor"


def test_a_chart_is_a_table_under_its_title(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Tons", (5.5, None))
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(3), Inches(3), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "Freight"
    assert load_bytes("a.pptx", saved(deck)).text == "Freight\n\nNorth; Tons: 5.5.\nSouth."


def test_the_number_of_a_slide_is_kept_as_removed(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Costs"
    box = slide.shapes.add_textbox(0, 0, Inches(1), Inches(1))
    box.text_frame.text = "7"
    box._element.nvSpPr.nvPr.append(parse_xml(f'<p:ph {nsdecls("p")} type="sldNum"/>'))
    document = load_bytes("a.pptx", saved(deck))
    assert (document.text, removed(document)) == ("Costs", [("slide-footer", "7")])
