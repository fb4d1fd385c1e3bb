"""What was written into a Word file is read back."""

from __future__ import annotations

import io

import docx
import docx.enum.style
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.corpus.office import PIXEL, saved, word
from tests.corpus.reading import LoadBytes, headings, removed


def test_a_word_file_keeps_headings_items_tables_and_every_character(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.docx", word())
    assert headings(document) == [(1, "The parks"), (1, "Plans")]
    assert document.text.split("\n\n")[2:] == [
        "Four provinces planned parks_and_things * 2, for x <b> & y.",
        "- first\n- second",
        "Province: Hainan; Parks: 4.\nProvince: Gansu.",
        "[1]: http://x.y",
    ]


def test_a_word_file_says_its_title_and_author(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.docx", word())
    assert (document.title, document.metadata) == ("Parks of the provinces", {"author": "Ann Lee"})


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Word Document",
        "PowerPoint 演示文稿",
        "PptxGenJS Presentation",
        "Microsoft Word - draft.docx",
        "draft.docx",
        "Untitled 1",
    ],
)
def test_a_title_that_a_program_wrote_is_no_title(load_bytes: LoadBytes, title: str) -> None:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("The parks", 1)
    assert load_bytes("a.docx", saved(document)).title == "The parks"


def test_a_word_file_shows_no_marks_of_emphasis_and_keeps_powers(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The law")
    paragraph.add_run(", ").bold = True
    paragraph.add_run("of 10")
    paragraph.add_run("5").font.superscript = True
    paragraph.add_run(" ships.")
    assert load_bytes("a.docx", saved(document)).text == "The law, of 10^5 ships."


def test_merged_cells_of_a_word_table_keep_their_columns(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for i, row in enumerate([("Region", "Port", "Tons"), ("North", "Ayr", "5"), ("", "Wick", "7")]):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert load_bytes("a.docx", saved(document)).text == (
        "Region: North; Port: Ayr; Tons: 5.\nRegion: North; Port: Wick; Tons: 7."
    )


def test_a_list_in_a_cell_stays_in_its_row(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for i, row in enumerate([("Post", "Duties"), ("Clerk", "")]):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    for duty in ("files", "answers"):
        table.cell(1, 1).add_paragraph(duty, style="List Bullet")
    assert load_bytes("a.docx", saved(document)).text == "Post: Clerk; Duties: - files - answers."


def test_a_cell_in_several_runs_keeps_its_numbers_and_words_whole(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for i, row in enumerate([("", "Sum"), ("Ayr", "1,2")]):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    head = table.cell(0, 0).paragraphs[0]
    head.add_run("P").bold = True
    head.add_run("ort")
    table.cell(1, 1).paragraphs[0].add_run("00").bold = True
    for line in ("Tons", "Gross"):
        table.cell(1, 1).add_paragraph(style="Heading 2").add_run(line).bold = True
    assert load_bytes("a.docx", saved(document)).text == "Port: Ayr; Sum: 1,200 Tons Gross."


def test_the_contents_of_a_word_file_are_kept_as_removed(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("The parks\t1", style="toc 1")
    document.add_heading("The parks", 1)
    loaded = load_bytes("a.docx", saved(document))
    assert (loaded.title, loaded.text) == ("The parks", "The parks")
    assert removed(loaded) == [("contents", "The parks 1")]


def test_a_picture_in_a_word_file_says_what_its_author_wrote(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    for description in ("A ship at anchor", "logo.png"):
        paragraph = document.add_paragraph()
        paragraph.add_run().add_picture(io.BytesIO(PIXEL))._inline.docPr.set("descr", description)
    assert load_bytes("a.docx", saved(document)).text == "A ship at anchor"


def test_moved_text_is_read_where_it_was_moved_to_and_text_of_fields_is_read(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("See clause ")
    for tag, text in (("fldSimple", "4.2"), ("moveTo", " as moved"), ("moveFrom", " from here")):
        run = f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"
        paragraph._p.append(parse_xml(f"<w:{tag} {nsdecls('w')}>{run}</w:{tag}>"))
    assert load_bytes("a.docx", saved(document)).text == "See clause 4.2 as moved"
