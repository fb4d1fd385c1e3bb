"""Table rows as sentences: "Header: value; Header: value.", one block a row. Empty cells are left out.

Shared by every format that has tables. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Block
from corpus.encoding import one_line

MOST = 0.8  # of a column's cells that are numbers or dates, where it is one of numbers
OPENING = 12  # rows in which the names of the columns may stand
SEVERAL = 3  # columns; in a narrower table a first row of one cell may name its column

_NUMBER_OR_DATE = re.compile(r"[-+(]*[$€£¥]?\s?-?\d[\d.,:/\s-]*[%)€$£¥]*")
_PERIOD = re.compile(r"(?:18|19|20|21)\d\d(?:-\d\d(?:-\d\d)?)?")  # a year, month or day, as names of columns

Rows = Sequence[Sequence[str]]


def table_blocks(table: Rows, *, header: int | None = None, page: int | None = None) -> list[Block]:
    """The rows of `table` as blocks; `header`: how many of its first rows name the columns, None looks.

    What stands above the names is a caption. A row of a single cell, in a table of more columns, is no value
    of the first of them. A column name with no value below it would show nowhere: it is kept as removed.
    """
    rows = _without_empty([[one_line(cell) for cell in row] for row in table])
    heads = sum(map(any, table[:header])) if header else header
    start, count = _names_at(rows) if heads is None else (_captions(rows), heads)
    captions, rows = rows[:start], rows[start:]
    blocks = [_unnamed(row, page) for row in captions]
    if not count or len(rows) <= count:
        return blocks + [Block(row_text((), row), "row", page=page) for row in rows]
    names, body = _joined(rows[:count]), rows[count:]
    named = [row if len(row) > 1 or len(names) == 1 else [] for row in body]
    unused = [
        name for i, name in enumerate(names) if name and not any(row[i : i + 1] > [""] for row in named)
    ]
    if unused:
        blocks.append(Block(row_text((), unused), "row", page=page, removed_by="empty-column"))
    for row, own in zip(body, named, strict=True):
        blocks.append(Block(row_text(names if own else (), row), "row", page=page))
    return blocks


def _without_empty(rows: list[list[str]]) -> list[list[str]]:
    """Without the rows and columns that hold nothing."""
    used = [i for i in range(max(map(len, rows), default=0)) if any(row[i : i + 1] > [""] for row in rows)]
    return [[row[i] for i in used if i < len(row)] for row in rows if any(row)]


def _unnamed(row: Sequence[str], page: int | None) -> Block:
    """A caption is a paragraph; a row without names is one of values."""
    filled = [cell for cell in row if cell]
    return Block(filled[0], page=page) if len(filled) == 1 else Block(row_text((), row), "row", page=page)


def _captions(rows: Rows) -> int:
    """How many first rows are one cell over all columns."""
    wide = max(map(len, rows), default=0) > 1
    return next((i for i, row in enumerate(rows) if len(row) > 1), 0) if wide else 0


def _names_at(rows: Rows) -> tuple[int, int]:
    """Where the rows that name the columns begin, and how many they are: (0, 0) where none does.

    Below the first row they are taken for such only where less than half as wide rows stand above them, or
    where they head numbers.
    """
    width = max(map(len, rows), default=0)
    first = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    if _two_name_columns(rows[first:]):
        return first, 2
    for start in range(min(len(rows) - 1, OPENING)):
        above, below = rows[:start], rows[start:]
        if len(below[0]) < (width if start else min(width, 2)):
            continue
        narrow = all(2 * sum(map(bool, row)) <= width and width >= SEVERAL for row in above)
        if (not start or narrow or _head_numbers(below)) and names_columns(below[0], below[1:]):
            return start, 1
        if any(_NUMBER_OR_DATE.fullmatch(cell) and not _PERIOD.fullmatch(cell) for cell in below[0]):
            break  # a row of values
    gaps = rows and len(rows[0]) == width and _head_numbers(rows) and 2 * sum(map(bool, rows[0])) >= width
    return _captions(rows), int(bool(gaps and names_columns([cell for cell in rows[0] if cell], [])))


def _head_numbers(rows: Rows) -> bool:
    """Whether a column with a text in the first row holds numbers or dates below it."""
    return any(
        cell and not _NUMBER_OR_DATE.fullmatch(cell) and numeric(rows, i) for i, cell in enumerate(rows[0])
    )


def numeric(rows: Rows, column: int) -> bool:
    """Whether what stands below the first row in a column is mostly numbers or dates."""
    cells = [row[column] for row in rows[1:] if column < len(row) and row[column]]
    return bool(cells) and sum(map(bool, map(_NUMBER_OR_DATE.fullmatch, cells))) >= MOST * len(cells)


def names_columns(row: Sequence[str], below: Rows) -> bool:
    """Whether a first row reads as column names: all there but for the corner, all different, and no numbers
    or dates but years and days, one for each column, with other things below."""
    names = row[1:] if len(row) > 2 and not row[0] else row
    periods = [i for i, cell in enumerate(row) if _PERIOD.fullmatch(cell)]
    return (
        len(set(names)) == len(names)
        and all(names)
        and len(periods) < len(row)
        and not any(_NUMBER_OR_DATE.fullmatch(cell) for i, cell in enumerate(row) if i not in periods)
        and not any(_PERIOD.fullmatch(other[i]) for other in below for i in periods if i < len(other))
    )


def _two_name_columns(rows: Rows) -> bool:
    """Whether the first row names groups of columns, and the second the columns of each, over numbers."""
    if len(rows) < 3 or len(rows[0]) != len(rows[1]) or len(set(filter(None, rows[0]))) < 2:
        return False
    if any(_NUMBER_OR_DATE.fullmatch(cell) and not _PERIOD.fullmatch(cell) for cell in rows[1]):
        return False
    gaps = [i for i, cell in enumerate(rows[1]) if not cell]
    grouped = len(set(rows[0])) < len(rows[0]) and gaps == list(range(len(gaps)))
    return grouped and names_columns(_joined(rows[:2]), rows[2:]) and _head_numbers([rows[1], *rows[2:]])


def _joined(rows: Rows) -> list[str]:
    """The names of columns on several rows: the group, which stands over its first column, before each."""
    *groups, names = rows
    joined = [[name] for name in names]
    for group in reversed(groups):
        name = ""
        for i, cell in enumerate(group[: len(names)]):
            name = cell or (name if names[i] else "")
            if name and name not in joined[i]:
                joined[i].insert(0, name)
    return [" ".join(filter(None, parts)) for parts in joined]


def row_text(names: Sequence[str], row: Sequence[str]) -> str:
    """`row` as a sentence. It ends with a stop, unless its last value brings one."""
    parts = []
    for i, value in enumerate(row):
        if value:
            name = names[i].rstrip(":：") if i < len(names) else ""
            parts.append(f"{name}: {value}" if name else value)
    text = "; ".join(parts)
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else f"{text}."
