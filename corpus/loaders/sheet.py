"""Spreadsheets: .csv, .tsv and .xlsx. Each data row becomes one block, each sheet of a workbook a heading.

A formula shows the value that the spreadsheet program last computed for it.
"""

from __future__ import annotations

import csv
import datetime
import io
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.document import Block
from corpus.encoding import decode
from corpus.errors import LoadError
from corpus.loaders.archive import open_archive
from corpus.loaders.loaded import Loaded, meaningful_title
from corpus.loaders.numbers import shown
from corpus.loaders.table import Rows, names_columns, numeric, table_blocks

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

DELIMITERS = ",;\t|"
PROSE = 60  # characters; a column of longer texts is no list
_SAMPLE_LINES = 50

csv.field_size_limit(2**31 - 1)  # a cell may be as long as its file, which has a limit of its own


def read_csv(data: bytes, name: str) -> Loaded:
    text = decode(data, name)
    try:
        rows = _records(text, _delimiter(text))
    except csv.Error as error:
        raise LoadError(name, f"broken table: {error}") from error
    return Loaded(table_blocks(rows))


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The rows of a table. A quote that is never closed is a character like others, as are those below it."""
    lines = list(io.StringIO(f"{text}\nend"))
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    begins, ended = 0, 0  # the lines before the last row, and with it
    for row in reader:
        rows.append(row)
        begins, ended = ended, reader.line_num
    return rows[:-1] + list(csv.reader(lines[begins:-1], delimiter=delimiter, quoting=csv.QUOTE_NONE))


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first lines into the same number of columns."""
    lines = [line for line in text.split("\n") if line.strip()]
    sample = "\n".join(lines[:_SAMPLE_LINES])

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in _records(sample, delimiter) if len(row) > 1)
        except csv.Error:
            return (0, 0)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def read_xlsx(data: bytes, name: str) -> Loaded:
    import openpyxl

    open_archive(data, name)
    try:
        with warnings.catch_warnings():  # of what it cannot keep: nothing is written back
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = [_rows(sheet) for sheet in workbook.worksheets]
    except Exception as error:  # openpyxl lets KeyError, ValueError, lxml's errors and more through
        raise LoadError(name, f"corrupt workbook: {error}") from error
    properties = workbook.properties
    metadata = {"author": properties.creator} if properties.creator not in (None, "", "openpyxl") else {}
    hidden = [sheet.sheet_state != "visible" for sheet in workbook.worksheets]
    blocks: list[Block] = []
    for sheet, rows, unseen in zip(workbook.worksheets, sheets, hidden, strict=True):
        body = list(_sheet_blocks(rows))
        found = [Block(sheet.title, "heading", 1), *body] if body else []
        blocks += [replace(block, removed_by="hidden-sheet") for block in found] if unseen else found
    return Loaded(blocks, meaningful_title(properties.title or ""), metadata)


def _rows(sheet: ReadOnlyWorksheet) -> list[list[str]]:
    """As wide as what is filled: a sheet may declare a million rows of thousands of empty cells."""
    sheet.reset_dimensions()  # the size that a sheet declares is often wrong, and cuts rows off when trusted
    rows: list[list[str]] = []
    for cells in sheet.iter_rows():
        row = [_show(cell) for cell in cells]
        filled = next((i + 1 for i in reversed(range(len(row))) if row[i].strip()), 0)
        if filled or (rows and rows[-1]):
            rows.append(row[:filled])
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _sheet_blocks(rows: Rows) -> Iterator[Block]:
    """Empty rows stand between tables, or within one; lone cells between them are captions and notes."""
    runs = [list(run) for filled, run in groupby(rows, lambda row: any(map(str.strip, row))) if filled]
    listed = len(runs) == 1 and max(len(cell) for row in runs[0] for cell in row) < PROSE
    tables: list[list[Sequence[str]]] = []
    for run in runs:
        lone = all(_filled(row) == 1 for row in run) and not listed
        if lone and (not tables or any(_first(row) == _first(tables[-1][0]) for row in run)):
            yield from table_blocks(tables.pop()) if tables else ()
            yield from (Block(next(filter(None, row))) for row in run)
        elif not tables or _begins(run, tables[-1]):
            yield from table_blocks(tables.pop()) if tables else ()
            tables.append(run)
        else:
            tables[-1] += run
    yield from table_blocks(tables.pop()) if tables else ()


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _first(row: Sequence[str]) -> int:
    return next(i for i, cell in enumerate(row) if cell)


def _begins(run: Rows, above: Rows) -> bool:
    """Whether rows below an empty one are another table: under a caption, wider, or with names over numbers
    where the table above has numbers."""
    lone = next((i for i, row in enumerate(run) if _filled(row) > 1), len(run))
    if len(run) - lone < 2:
        return False
    names = [cell for cell in run[lone] if cell]
    wider = max(map(_filled, run)) > max(map(_filled, above))
    again = any(cell and numeric(run[lone:], i) and numeric(above, i) for i, cell in enumerate(run[lone]))
    return (lone > 0 or wider or again) and names_columns(names, [])


def _show(cell: object) -> str:
    """A cell as a person sees it: amounts in their currency, percentages, no midnight in dates."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, int | float):
        return shown(value, str(getattr(cell, "number_format", "General")))
    return str(value)
