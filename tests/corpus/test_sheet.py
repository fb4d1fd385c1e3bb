"""Spreadsheets: each data row is a sentence that names its columns."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from corpus.loaders import numbers
from tests.corpus.reading import LoadBytes, ReasonOf, headings, removed

TABLE = "Province: Hainan; Parks: 4; Note: free port.\nProvince: Gansu; Note: Digital Gansu, Ruyi Chain."


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_csv_row_names_its_columns_whatever_the_delimiter(
    load_bytes: LoadBytes, delimiter: str, encoding: str
) -> None:
    rows = [
        ["Province", "Parks", "Note"],
        ["Hainan", "4", "free port"],
        ["Gansu", "", '"Digital Gansu, Ruyi Chain"'],
    ]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    assert load_bytes("a.csv", data).text == TABLE


def test_a_csv_without_a_header_shows_its_values(load_bytes: LoadBytes) -> None:
    assert load_bytes("a.csv", b"Hainan,4\nGansu,5\n").text == "Hainan; 4.\nGansu; 5."
    assert load_bytes("a.csv", b"only,a,header\n").text == "only; a; header."


def test_a_value_in_quotes_may_hold_line_breaks_and_end_with_a_stop(load_bytes: LoadBytes) -> None:
    assert load_bytes("a.csv", b'Name,Text\nx,"one\ntwo."\n').text == "Name: x; Text: one two."


def test_a_quote_that_is_never_closed_swallows_no_rows(load_bytes: LoadBytes) -> None:
    shows = [("1", "Ships, old", "2000"), ("2", '"Heroes', "2001"), ("3", "Parks, new", "2002")]
    rows = ["\t".join(row) for row in [("Rank", "Title", "Year"), *shows, ("4", "Ports, all", "2003")]]
    text = load_bytes("a.tsv", "\n".join(rows).encode()).text
    assert text.split("\n") == [
        "Rank: 1; Title: Ships, old; Year: 2000.",
        'Rank: 2; Title: "Heroes; Year: 2001.',
        "Rank: 3; Title: Parks, new; Year: 2002.",
        "Rank: 4; Title: Ports, all; Year: 2003.",
    ]
    cut_off = b'Name,Text\nx,"one, ""1""\ntwo"\ny,"three'
    assert load_bytes("a.csv", cut_off).text == 'Name: x; Text: one, "1" two.\nName: y; Text: "three.'


def test_a_cell_may_be_long(load_bytes: LoadBytes) -> None:
    text = load_bytes("a.csv", f"Name,Text\nx,{'word ' * 30_000}\n".encode()).text
    assert text == f"Name: x; Text: {' '.join(['word'] * 30_000)}."


def test_a_column_without_values_is_kept_as_removed(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.csv", b"Name,Unused\nx,\ny,\n")
    assert document.text == "Name: x.\nName: y."
    assert removed(document) == [("empty-column", "Unused.")]


def test_a_row_longer_than_the_header_loses_nothing(load_bytes: LoadBytes) -> None:
    assert load_bytes("a.csv", b"A,B\nx,y,z\n").text == "A: x; B: y; z."


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    for position, (title, rows) in enumerate(sheets):
        sheet = book.create_sheet(title, position)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_has_a_heading_for_each_sheet_with_rows(load_bytes: LoadBytes) -> None:
    data = workbook(
        ("Parks", [["Province", "Parks"], ["Hainan", 4], ["Gansu", None]]),
        ("Years", [[], ["Caption of the table"], [], ["Year", "Reports", "Share"], [2020, 22.0, 0.5]]),
    )
    document = load_bytes("a.xlsx", data)
    assert headings(document) == [(1, "Parks"), (1, "Years")]
    assert document.text == (
        "Parks\n\nProvince: Hainan; Parks: 4.\nProvince: Gansu.\n\n"
        "Years\n\nCaption of the table\n\nYear: 2020; Reports: 22; Share: 0.5."
    )


def test_dates_and_percentages_look_as_in_the_spreadsheet(load_bytes: LoadBytes) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Day", "Hour", "Share"])
    sheet.append([datetime.date(2020, 1, 17), datetime.datetime(2020, 1, 17, 9, 30), 0.125])
    sheet["C2"].number_format = "0.0%"
    buffer = io.BytesIO()
    book.save(buffer)
    document = load_bytes("a.xlsx", buffer.getvalue())
    assert document.text.endswith("Day: 2020-01-17; Hour: 2020-01-17 09:30:00; Share: 12.5%.")


def test_a_truncated_workbook_is_refused(reason_of: ReasonOf) -> None:
    data = workbook(("Parks", [["Province", "Parks"], ["Hainan", 4]]))
    assert reason_of("a.xlsx", data[:-200]).startswith("truncated or corrupt: ")
    assert reason_of("a.xlsx", b"Province,Parks\n").startswith("truncated or corrupt: ")


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (-1234.5, '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', "($1,234.50)"),
        (-5, "0.00", "-5.00"),
        (-5000, "#,##0;[Red]#,##0", "-5,000"),
        (-5000, "#,##0;[Red]-#,##0", "-5,000"),
        (-0.2, "#,##0;[Red]#", "-0.2"),
        (-5000, "#,##0.0_);[Red][$€-407] #,##0.0", "-€ 5,000.0"),
        (-5000, "#,##0;[Red][$-409]_-#,##0", "-5,000"),
        (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
        (1234.5, "#,##0", "1,235"),
        (5.25, "0.0##", "5.25"),
        (501, "00000", "00501"),
        (5, '0" kg"', "5 kg"),
        (0, '#,##0;-#,##0;"-"??', "-"),
        (27.299999999999997, "General", "27.3"),
        (0.5, "# ?/?", "0.5"),
        (12345, "0.00E+00", "12345"),
        (-3, "0.0;(0/0)", "-3"),
        (1e300, "0.00", "1e+300"),
    ],
)
def test_an_amount_is_shown_in_the_format_of_its_cell(value: float, form: str, shown: str) -> None:
    assert numbers.shown(value, form) == shown


def test_truth_and_hours_look_as_in_the_spreadsheet(load_bytes: LoadBytes) -> None:
    data = workbook(
        ("Work", [["Name", "Done", "Hours"], ["Ann", True, datetime.timedelta(hours=26, minutes=5)]])
    )
    assert load_bytes("a.xlsx", data).text.endswith("Name: Ann; Done: TRUE; Hours: 26:05:00.")


def test_each_table_of_a_sheet_has_its_own_names(load_bytes: LoadBytes) -> None:
    rows: list[list[object]] = [
        ["Sales"],
        ["Region", "Tons"],
        ["North", 5],
        [],
        ["South", 7],
        [],
        ["Source: the harbour"],
        [],
        ["Ship", "Crew"],
        ["Star", 12],
    ]
    assert load_bytes("a.xlsx", workbook(("All", rows))).text == (
        "All\n\nSales\n\nRegion: North; Tons: 5.\nRegion: South; Tons: 7.\n\nSource: the harbour\n\n"
        "Ship: Star; Crew: 12."
    )


def test_a_hidden_sheet_is_kept_as_removed(load_bytes: LoadBytes) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Shown"])
    hidden = book.create_sheet("Lists")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    document = load_bytes("a.xlsx", buffer.getvalue())
    assert document.text == "Sheet\n\nShown."
    assert removed(document) == [("hidden-sheet", "Lists"), ("hidden-sheet", "secret.")]


def test_a_cell_far_below_costs_nothing(load_bytes: LoadBytes) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Port", "Tons"])
    book.worksheets[0].append(["Ayr", 5])
    book.worksheets[0].cell(60_000, 300).value = " "
    buffer = io.BytesIO()
    book.save(buffer)
    assert load_bytes("a.xlsx", buffer.getvalue()).text == "Sheet\n\nPort: Ayr; Tons: 5."
