"""Table rows as sentences: "Header: value; Header: value.", one block a row. Empty cells are left out.

Shared by every format that has tables. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Block
from corpus.encoding import one_line

_NUMBER_OR_DATE = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,:/\s-]*[%)]?")


def table_blocks(
    table: Sequence[Sequence[str]], *, header: bool | None = None, page: int | None = None
) -> list[Block]:
    """The rows of `table` as blocks; `header` says whether its first row names the columns, None looks.

    A column name with no value below it would show nowhere: such names are kept as removed.
    """
    rows = [[one_line(cell) for cell in row] for row in table]
    rows = [row for row in rows if any(row)]
    if header is None:
        header = len(rows) > 1 and names_columns(rows[0])
    if not header or len(rows) == 1:
        return [Block(row_text((), row), "row", page=page) for row in rows]
    if not rows:
        return []
    names, *body = rows
    blocks = [Block(row_text(names, row), "row", page=page) for row in body]
    unused = [
        name for i, name in enumerate(names) if name and not any(i < len(row) and row[i] for row in body)
    ]
    if unused:
        blocks.insert(0, Block(row_text((), unused), "row", page=page, removed_by="empty-column"))
    return blocks


def names_columns(row: Sequence[str]) -> bool:
    """Whether a first row reads as column names: all there, all different, no numbers or dates."""
    return len(set(row)) == len(row) and all(row) and not any(_NUMBER_OR_DATE.fullmatch(cell) for cell in row)


def row_text(names: Sequence[str], row: Sequence[str]) -> str:
    """`row` as a sentence. It ends with a stop, unless its last value brings one."""
    parts = []
    for i, value in enumerate(row):
        if value:
            name = names[i].rstrip(":：") if i < len(names) else ""
            parts.append(f"{name}: {value}" if name else value)
    text = "; ".join(parts)
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else f"{text}."
