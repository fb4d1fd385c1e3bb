"""Word, PowerPoint and EPUB: what was written into them is read back, broken ones say why not."""

from __future__ import annotations

import base64
import io
import zipfile

import docx
import docx.enum.style
import pytest
from docx.shared import Pt
from ebooklib import epub
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from corpus.loaders import archive
from tests.corpus.reading import LoadBytes, ReasonOf, headings, removed

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def word() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Parks of the provinces"
    document.core_properties.author = "Ann Lee"
    document.add_heading("The parks", 0)
    document.add_heading("Plans", 1)
    paragraph = document.add_paragraph("Four provinces ")
    paragraph.add_run("planned").bold = True
    run = paragraph.add_run(" parks_and_things * 2, for x <b> & y.")
    run.underline = True
    run.font.size = Pt(12)
    document.add_paragraph("first", style="List Bullet")
    document.add_paragraph("second", style="List Bullet")
    table = document.add_table(3, 2)
    for i, row in enumerate([("Province", "Parks"), ("Hainan", "4"), ("Gansu", "")]):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    document.add_paragraph("[1]: http://x.y")
    return saved(document)


def slides() -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "First slide"
    slide.placeholders[1].text = "One bullet\nAnother <bullet>"
    slide.notes_slide.notes_text_frame.text = "A note."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Second slide"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for (i, j), text in {(0, 0): "Province", (0, 1): "Parks", (1, 0): "Hainan", (1, 1): "4"}.items():
        table.cell(i, j).text = text
    return saved(deck)


def book() -> bytes:
    volume = epub.EpubBook()
    volume.set_identifier("id")
    volume.set_title("A book of parks")
    volume.set_language("en")
    volume.add_author("Ann Lee")
    chapter = epub.EpubHtml(title="One", file_name="one.xhtml")
    chapter.content = (
        "<h1>Chapter one</h1><p>Parks in <em>four</em> places &lt;planned&gt;.</p><ul><li>item</li></ul>"
    )
    volume.add_item(chapter)
    volume.spine = [chapter]
    volume.add_item(epub.EpubNcx())
    buffer = io.BytesIO()
    epub.write_epub(buffer, volume)
    return buffer.getvalue()


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


FILES = {"a.docx": word, "a.pptx": slides, "a.epub": book}


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


def test_slides_are_pages_and_their_lines_paragraphs(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.pptx", slides())
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "First slide\n\nOne bullet\n\nAnother <bullet>\n\nNotes:\n\nA note."),
        (2, "Second slide\n\nProvince: Hainan; Parks: 4."),
    ]
    assert headings(document) == [(1, "First slide"), (3, "Notes:"), (1, "Second slide")]


def test_a_book_has_its_chapters_and_what_it_says_of_itself(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.epub", book())
    assert document.title == "A book of parks"
    assert document.metadata == {"author": "Ann Lee", "language": "en"}
    assert document.text == "Chapter one\n\nParks in four places <planned>.\n\n- item"


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_office_file_is_refused(reason_of: ReasonOf, name: str) -> None:
    data = FILES[name]()
    for end in (50, len(data) // 2, len(data) - 30):
        assert reason_of(name, data[:end]).startswith("truncated or corrupt: ")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_part_is_found_by_its_checksum(reason_of: ReasonOf, name: str) -> None:
    data = bytearray(FILES[name]())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    assert reason_of(name, bytes(data)).startswith("truncated or corrupt: ")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_archive_of_something_else_is_corrupt(reason_of: ReasonOf, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as other:
        other.writestr("hello.txt", "hello")
    assert reason_of(name, buffer.getvalue()).startswith("corrupt")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_encrypted_and_old_office_files_are_refused_by_name(reason_of: ReasonOf, name: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    assert (
        reason_of(name, old + "EncryptedPackage".encode("utf-16-le"))
        == "encrypted: save it without a password"
    )
    assert reason_of(name, old + "WordDocument".encode("utf-16-le")).startswith("an old office format")


def test_a_book_with_rights_management_is_refused(reason_of: ReasonOf) -> None:
    buffer = io.BytesIO(book())
    with zipfile.ZipFile(buffer, "a") as volume:
        volume.writestr("META-INF/rights.xml", "<rights/>")
    assert reason_of("a.epub", buffer.getvalue()).startswith("encrypted: a book with digital rights")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    reason_of: ReasonOf, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(1_000_001))
    assert reason_of(name, buffer.getvalue()) == "too large: 1,000,001 bytes unpacked, the limit is 1,000,000"


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_bomb_that_hides_its_size_is_unpacked_no_further_than_it_says(
    reason_of: ReasonOf, name: str
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(1_000_000))
    lying = buffer.getvalue().replace((1_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert reason_of(name, lying).startswith("truncated or corrupt: ")


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


def test_the_contents_of_a_word_file_are_kept_as_removed(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("The parks\t1", style="toc 1")
    document.add_heading("The parks", 1)
    loaded = load_bytes("a.docx", saved(document))
    assert (loaded.title, loaded.text) == ("The parks", "The parks")
    assert removed(loaded) == [("contents", "The parks 1")]


def test_text_on_a_slide_is_no_markup_and_its_title_comes_first(load_bytes: LoadBytes) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Costs"
    slide.shapes.title.top = Inches(3)
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    box.text_frame.text = "# of ships * 2\n1986. A good year"
    assert load_bytes("a.pptx", saved(deck)).text == "Costs\n\n# of ships * 2\n\n1986. A good year"


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


def test_navigation_and_contents_of_a_book_are_kept_as_removed(load_bytes: LoadBytes) -> None:
    volume = epub.EpubBook()
    volume.set_title("A book of parks")
    pages = {
        "toc.xhtml": "<p>Ann Lee</p>"
        + "".join(f"<p><a href='one.xhtml#{i}'>The park of number {i}</a></p>" for i in range(9)),
        "one.xhtml": "<div role='navigation'><a href='toc.xhtml'>next</a></div>"
        "<h1>Park <span/>1</h1><p>x</p>",
    }
    for name, content in pages.items():
        page = epub.EpubHtml(title=name, file_name=name)
        page.content = content
        volume.add_item(page)
        volume.spine.append(page)
    volume.add_item(epub.EpubNcx())
    buffer = io.BytesIO()
    epub.write_epub(buffer, volume)
    document = load_bytes("a.epub", buffer.getvalue())
    assert document.text == "Ann Lee\n\nPark 1\n\nx"
    assert {rule for rule, _ in removed(document)} == {"contents", "navigation"}


def test_a_picture_in_a_word_file_says_what_its_author_wrote(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    for description in ("A ship at anchor", "logo.png"):
        paragraph = document.add_paragraph()
        paragraph.add_run().add_picture(io.BytesIO(PIXEL))._inline.docPr.set("descr", description)
    assert load_bytes("a.docx", saved(document)).text == "A ship at anchor"
