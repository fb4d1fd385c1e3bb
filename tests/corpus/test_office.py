"""Word, PowerPoint and EPUB: what was written into them is read back, broken ones say why not."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from typing import Any

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
from tests.corpus.word import define, level, put

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


def listed(*items: tuple[int, int, str], definitions: Sequence[tuple[Any, ...]], lists: Any = None) -> bytes:
    """A document of list items: the number of the list, the level, the text."""
    document = docx.Document()
    for number, *levels in definitions:
        define(document, number, *levels, lists=lists)
    for number, at, text in items:
        put(document.add_paragraph(text), number, at)
    return saved(document)


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


def test_clauses_of_a_word_file_carry_the_numbers_that_word_shows(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(
        document,
        50,
        level(0, "%1.", style="Heading1"),
        level(1, "%1.%2"),
        level(2, "(%3)", "lowerLetter"),
        level(3, "(%4)", "lowerRoman"),
    )
    put(document.styles["Heading 1"], 50)
    document.add_heading("Supply Agreement", 0)
    for heading, clauses in {
        "Goods": [
            (1, "Flour is meant."),
            (1, "Orders state:"),
            (2, "the day;"),
            (3, "in full;"),
            (2, "the mill."),
        ],
        "Payment": [(1, "Invoices are monthly."), (1, "Payment is due in May."), (2, "By transfer.")],
    }.items():
        document.add_heading(heading, 1)
        for at, text in clauses:
            put(document.add_paragraph(text), 50, at)
    loaded = load_bytes("a.docx", saved(document))
    assert headings(loaded) == [(1, "Supply Agreement"), (1, "1. Goods"), (1, "2. Payment")]
    assert loaded.text.split("\n\n")[2::2] == [
        "1.1 Flour is meant.\n1.2 Orders state:\n(a) the day;\n(i) in full;\n(b) the mill.",
        "2.1 Invoices are monthly.\n2.2 Payment is due in May.\n(a) By transfer.",
    ]


@pytest.mark.parametrize(
    ("form", "pattern", "shown"),
    [
        ("decimal", "%1)", ["1)", "2)", "3)"]),
        ("decimalZero", "%1", ["01", "02", "03"]),
        ("lowerLetter", "(%1)", ["(a)", "(b)", "(c)"]),
        ("upperLetter", "%1.", ["A.", "B.", "C."]),
        ("lowerRoman", "%1.", ["i.", "ii.", "iii."]),
        ("upperRoman", "Part %1:", ["Part I:", "Part II:", "Part III:"]),
        ("ordinal", "%1", ["1st", "2nd", "3rd"]),
        ("russianLower", "%1)", ["а)", "б)", "в)"]),
        ("chineseCountingThousand", "第%1条", ["第一条", "第二条", "第三条"]),
        ("decimalEnclosedCircle", "%1", ["①", "②", "③"]),
        ("cardinalText", "Article %1", ["Article 1", "Article 2", "Article 3"]),  # not written in words
        ("bullet", "o", ["-", "-", "-"]),
    ],
)
def test_numbers_are_written_as_the_list_has_them(
    load_bytes: LoadBytes, form: str, pattern: str, shown: list[str]
) -> None:
    data = listed(*[(70, 0, "x")] * 3, definitions=[(70, level(0, pattern, form))])
    assert load_bytes("a.docx", data).text == "\n".join(f"{number} x" for number in shown)


@pytest.mark.parametrize(
    ("form", "start", "shown"),
    [
        ("lowerLetter", 26, ["z.", "aa.", "bb."]),
        ("upperRoman", 1_948, ["MCMXLVIII.", "MCMXLIX.", "MCML."]),
        ("upperRoman", 999_999_998, ["999999998.", "999999999.", "1000000000."]),
        ("ordinal", 11, ["11th.", "12th.", "13th."]),
        ("chineseCounting", 10, ["十.", "十一.", "十二."]),
        ("japaneseCounting", 109, ["一百零九.", "一百一十.", "一百一十一."]),
        ("decimal", 0, ["0.", "1.", "2."]),
    ],
)
def test_lists_count_from_where_they_start(
    load_bytes: LoadBytes, form: str, start: int, shown: list[str]
) -> None:
    data = listed(*[(70, 0, "x")] * 3, definitions=[(70, level(0, "%1.", form, start=start))])
    assert load_bytes("a.docx", data).text == "\n".join(f"{number} x" for number in shown)


def test_lists_of_one_definition_go_on_unless_one_starts_anew(load_bytes: LoadBytes) -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    data = listed(
        *[(number, 0, "x") for number in (61, 61, 62, 63, 63, 61)],
        definitions=[(60, level(0, "%1."))],
        lists={61: "", 62: "", 63: anew},
    )
    assert load_bytes("a.docx", data).text == "1. x\n2. x\n3. x\n1. x\n2. x\n3. x"


def test_a_list_goes_on_behind_what_interrupts_it(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(document, 70, level(0, "%1."))
    put(document.add_paragraph("x"), 70)
    document.add_paragraph("Between.")
    put(document.add_paragraph("y"), 70)
    assert load_bytes("a.docx", saved(document)).text == "1. x\n\nBetween.\n\n2. y"


@pytest.mark.parametrize(
    ("more", "last"),
    [("", "(a)"), ('<w:lvlRestart w:val="0"/>', "(b)"), ('<w:lvlRestart w:val="1"/>', "(b)")],
)
def test_a_level_counts_anew_behind_those_above_it_that_it_names(
    load_bytes: LoadBytes, more: str, last: str
) -> None:
    levels = level(0, "%1."), level(1, "%1.%2"), level(2, "(%3)", "lowerLetter", more=more)
    data = listed(
        *[(70, at, "x") for at in (0, 1, 2, 1, 2)],
        definitions=[(70, *levels)],
    )
    assert load_bytes("a.docx", data).text == f"1. x\n1.1 x\n(a) x\n1.2 x\n{last} x"


def test_legal_numbers_are_figures_throughout(load_bytes: LoadBytes) -> None:
    levels = level(0, "Article %1", "upperRoman"), level(1, "Section %1.%2", more="<w:isLgl/>")
    data = listed((70, 0, "Rent"), (70, 1, "It is paid."), definitions=[(70, *levels)])
    assert load_bytes("a.docx", data).text == "Article I Rent\nSection 1.1 It is paid."


def test_a_style_gives_its_paragraphs_and_styles_based_on_it_their_numbers(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(document, 70, level(0, "%1", style="Heading1"), level(1, "%1.%2", style="Heading2"))
    put(document.styles["Heading 1"], 70, None)
    put(document.styles["Heading 2"], 70, None)
    schedule = document.styles.add_style("Schedule", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    schedule.base_style = document.styles["Heading 2"]
    document.add_heading("Scope", 1)
    document.add_heading("Parts", 2)
    document.add_paragraph("Parts of the mill.", style="Schedule")
    put(document.add_heading("Annex", 1), 0, None)  # in no list
    assert load_bytes("a.docx", saved(document)).text.split("\n\n") == [
        "1 Scope",
        "1.1 Parts",
        "1.2 Parts of the mill.",
        "Annex",
    ]


def test_a_definition_by_a_style_of_lists_is_found(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(document, 80, '<w:numStyleLink w:val="Legal"/>')
    define(document, 70, '<w:styleLink w:val="Legal"/>', level(0, "§ %1"))
    put(document.add_paragraph("The rent."), 80)
    assert load_bytes("a.docx", saved(document)).text == "§ 1 The rent."


def test_a_level_of_one_list_may_be_defined_otherwise(load_bytes: LoadBytes) -> None:
    otherwise = f'<w:lvlOverride w:ilvl="0">{level(0, "%1)", "upperLetter")}</w:lvlOverride>'
    data = listed((80, 0, "x"), definitions=[(70, level(0, "•", "bullet"))], lists={80: otherwise})
    assert load_bytes("a.docx", data).text == "A) x"


def test_text_follows_a_number_at_once_only_where_it_closes_it(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(document, 70, level(0, "Article %1", style="Heading1", more='<w:suff w:val="nothing"/>'))
    put(document.styles["Heading 1"], 70)
    for text in (": Rent", "Deposit"):
        document.add_heading(text, 1)
    assert load_bytes("a.docx", saved(document)).text == "Article 1: Rent\n\nArticle 2 Deposit"


def test_empty_paragraphs_are_counted_and_shown_only_where_their_number_says_something(
    load_bytes: LoadBytes,
) -> None:
    document = docx.Document()
    define(document, 70, level(0, "Article %1"))
    define(document, 80, level(0, "%1."))
    for number, text in ((70, ""), (80, "x"), (80, ""), (80, "y")):
        put(document.add_paragraph(text), number)
    table = document.add_table(3, 2)
    for row, texts in zip(table.rows, (("No.", "Flour"), ("", "Rye"), ("", "Oats")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
        if not texts[0]:
            put(row.cells[0].paragraphs[0], 80)
    assert load_bytes("a.docx", saved(document)).text.split("\n") == [
        "Article 1",
        "",
        "1. x",
        "3. y",
        "",
        "No.: 4.; Flour: Rye.",
        "No.: 5.; Flour: Oats.",
    ]


def test_a_hidden_number_and_one_of_no_kind_are_not_shown(load_bytes: LoadBytes) -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    data = listed(
        (70, 0, "x"),
        (80, 0, "y"),
        definitions=[(70, level(0, "%1.", more=hidden)), (80, level(0, "%1", "none"))],
    )
    assert load_bytes("a.docx", data).text == "x\n\ny"


def test_numbers_of_deleted_paragraphs_are_not_counted(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    define(document, 70, level(0, "%1."))
    for text in ("x", "deleted", "y"):
        put(document.add_paragraph(text), 70)
    deleted = document.paragraphs[1]._p
    deleted.get_or_add_pPr().append(parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="1"/></w:rPr>'))
    deletion = parse_xml(f'<w:del {nsdecls("w")} w:id="2"/>')
    deletion.append(deleted.r_lst[0])
    deleted.append(deletion)
    assert load_bytes("a.docx", saved(document)).text == "1. x\n2. y"


def test_moved_text_is_read_where_it_was_moved_to_and_text_of_fields_is_read(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("See clause ")
    for tag, text in (("fldSimple", "4.2"), ("moveTo", " as moved"), ("moveFrom", " from here")):
        run = f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"
        paragraph._p.append(parse_xml(f"<w:{tag} {nsdecls('w')}>{run}</w:{tag}>"))
    assert load_bytes("a.docx", saved(document)).text == "See clause 4.2 as moved"


def test_numbers_typed_by_hand_stay_as_they_are(load_bytes: LoadBytes) -> None:
    document = docx.Document()
    document.add_heading("2. Definitions", 1)
    document.add_paragraph("2.1 Goods means flour.")
    assert load_bytes("a.docx", saved(document)).text == "2. Definitions\n\n2.1 Goods means flour."


def test_a_document_is_read_without_numbers_where_its_numbering_is_broken(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.docx", with_numbering(b"<w:numbering"))
    assert (document.text, document.metadata["numbering"]) == (
        "The rent is due.",
        "broken, read without the numbers of headings and lists",
    )


@pytest.mark.parametrize("damage", ["defined nowhere", "no number", "no level"])
def test_a_paragraph_of_a_list_that_contradicts_itself_has_no_number(
    load_bytes: LoadBytes, damage: str
) -> None:
    document = docx.Document()
    define(document, 70, level(0, "%1."), lists={70: "", 80: '<w:lvlOverride w:ilvl="x"/>'})
    number, at = {"defined nowhere": (99, 0), "no number": (-1, 0), "no level": (80, 5)}[damage]
    put(document.add_paragraph("The rent is due."), number, at)
    assert load_bytes("a.docx", saved(document)).text == "The rent is due."


def with_numbering(numbering: bytes) -> bytes:
    """A document of one list item, with this for its part of numbers."""
    whole = listed((70, 0, "The rent is due."), definitions=[(70, level(0, "%1."))])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(buffer, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, numbering if name == "word/numbering.xml" else archive.read(name))
    return buffer.getvalue()
