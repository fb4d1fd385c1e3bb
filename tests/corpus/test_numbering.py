"""The numbers that Word counts are read as it shows them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import docx.enum.style
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.corpus.office import saved
from tests.corpus.reading import LoadBytes, headings
from tests.corpus.word import define, level, put


def listed(*items: tuple[int, int, str], definitions: Sequence[tuple[Any, ...]], lists: Any = None) -> bytes:
    """A document of list items: the number of the list, the level, the text."""
    document = docx.Document()
    for number, *levels in definitions:
        define(document, number, *levels, lists=lists)
    for number, at, text in items:
        put(document.add_paragraph(text), number, at)
    return saved(document)


def with_numbering(numbering: bytes) -> bytes:
    """A document of one list item, with this for its part of numbers."""
    whole = listed((70, 0, "The rent is due."), definitions=[(70, level(0, "%1."))])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive, zipfile.ZipFile(buffer, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, numbering if name == "word/numbering.xml" else archive.read(name))
    return buffer.getvalue()


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
