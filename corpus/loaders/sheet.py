"""Spreadsheets: .csv, .tsv and .xlsx. Each data row becomes one block, each sheet of a workbook a heading.

A formula shows the value that the spreadsheet program last computed for it.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterable

from corpus.document import Block
from corpus.encoding import decode
from corpus.errors import LoadError
from corpus.loaders.archive import open_archive
from corpus.loaders.loaded import Loaded, meaningful_title
from corpus.loaders.table import table_blocks

DELIMITERS = ",;\t|"
_SAMPLE_LINES = 50


def read_csv(data: bytes, name: str) -> Loaded:
    text = decode(data, name)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise LoadError(name, f"broken table: {error}") from error
    return Loaded(table_blocks(rows))


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first lines into the same number of columns."""
    sample = [line for line in text.split("\n") if line.strip()][:_SAMPLE_LINES]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1)
        except csv.Error:
            return (0, 0)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def read_xlsx(data: bytes, name: str) -> Loaded:
    import openpyxl

    open_archive(data, name)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        # reset_dimensions: the size that a sheet declares is often wrong, and cuts rows off when trusted.
        sheets = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
            sheets.append((sheet.title, [[_show(cell) for cell in row] for row in sheet.iter_rows()]))
    except Exception as error:  # openpyxl lets KeyError, ValueError, lxml's errors and more through
        raise LoadError(name, f"corrupt workbook: {error}") from error
    properties = workbook.properties
    metadata = {"author": properties.creator} if properties.creator not in (None, "", "openpyxl") else {}
    blocks: list[Block] = []
    for title, rows in sheets:
        body = list(_sheet_blocks(rows))
        blocks += [Block(title, "heading", 1), *body] if body else []
    return Loaded(blocks, meaningful_title(properties.title or ""), metadata)


def _sheet_blocks(rows: list[list[str]]) -> Iterable[Block]:
    """Lone cells above the table are its captions; the first full row names the columns."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    width = max((sum(map(bool, row)) for row in rows), default=0)
    first = next((i for i, row in enumerate(rows) if width == 1 or sum(map(bool, row)) > 1), 0)
    for row in rows[:first]:
        yield Block(next(filter(None, row)))
    body = rows[first:]
    used = [i for i in range(max(map(len, body), default=0)) if any(i < len(row) and row[i] for row in body)]
    yield from table_blocks([[row[i] if i < len(row) else "" for i in used] for row in body])


def _show(cell: object) -> str:
    """A cell as a person sees it: no midnight in dates, no ".0" in whole numbers, percentages."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, float):
        percent = re.search(r"(?:\.(0+))?%", str(getattr(cell, "number_format", "")))
        if percent:
            return f"{value:.{len(percent.group(1) or '')}%}"
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
