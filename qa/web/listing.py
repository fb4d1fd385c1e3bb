"""The list of documents as a table: which rows stand on a page, in what order, and one of them in full.

Pure functions from the library's rows to plain values and escaped HTML. Knows nothing of Gradio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from qa.web.intake import Line
from qa.web.library import Narrowed, Row
from qa.web.reader_page import reader_url

ROWS = 100  # on a page: a browser lays 10,000 out in seconds, and nobody reads them
COLUMNS = ("Title", "Source", "Date", "Pages", "Chunks", "State")
SOURCE = COLUMNS.index("Source")

Cell = str | int
ORDERS: dict[str, Callable[[Row], tuple[bool, Cell]]] = {  # what has no value stands last
    "Source": lambda row: (False, row.source.casefold()),
    "Title": lambda row: (False, row.title.casefold()),
    "Date, newest first": lambda row: (not _date(row), _backwards(_date(row))),
    "Pages, most first": lambda row: (False, -(row.info.pages if row.info else 0)),
    "Chunks, most first": lambda row: (False, -(row.info.chunks if row.info else 0)),
    "State": lambda row: (row.state == "indexed", row.state),
}


class Listing(NamedTuple):
    """A page of the list. page, pages: from 1. said: what is shown of how many."""

    table: list[list[Cell]]
    page: int
    pages: int
    said: str


def listing(rows: Sequence[Row], order: str, page: int) -> Listing:
    """The page nearest to the one asked for. order: of ORDERS."""
    pages = max(1, math.ceil(len(rows) / ROWS))
    page = min(max(1, page), pages)
    ordered = sorted(rows, key=ORDERS[order])[(page - 1) * ROWS : page * ROWS]
    said = f"{len(rows):,} document{'' if len(rows) == 1 else 's'}"
    return Listing([_cells(row) for row in ordered], page, pages, f"{said}, page {page:,} of {pages:,}")


def details_html(row: Row) -> str:
    """All that is known of a document, with a link to its text."""
    head = f"<h3>{escape(row.title)}</h3>"
    if row.reason:
        head += f'<p class="fault"><b>Could not be read.</b> {escape(row.reason)}</p>'
    if row.info is None:
        return f'<div class="details">{head}<p class="origin">{escape(row.source)}</p></div>'
    facts = {"Source": row.source, **row.info.metadata, "Indexed": row.info.indexed_at.replace("T", " ")[:16]}
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    link = f'<a href="{escape(reader_url(row.info.id))}">Open the document</a>'
    return f'<div class="details">{head}<p>{link}</p><dl>{listed}</dl></div>'


def outcome_html(lines: Sequence[Line]) -> str:
    """What became of an upload: those that failed first, each on a line."""
    failed = [line for line in lines if line.outcome == "failed"]
    taken = len(lines) - len(failed)
    head = f"<p><b>{taken} of {len(lines)} file{'' if len(lines) == 1 else 's'} taken.</b></p>"
    items = "".join(
        f'<li class="{line.outcome}">{escape(line.text)}</li>'
        for line in [*failed, *(line for line in lines if line.outcome != "failed")][:ROWS]
    )
    more = f"<li>and {len(lines) - ROWS:,} more</li>" if len(lines) > ROWS else ""
    return f'<div role="status">{head}<ul>{items}{more}</ul></div>'


def narrowed_html(narrowed: Narrowed) -> str:
    """Which documents the chat asks."""
    if not narrowed:
        return '<p role="status">The chat asks all documents.</p>'
    parts = [f"{name} is {value}" for name, value in narrowed.where.items()]
    if len(narrowed.sources) == 1:
        parts += narrowed.sources
    elif narrowed.sources:
        parts.append(f"{len(narrowed.sources):,} chosen documents")
    return f'<p role="status"><b>The chat asks only</b> {escape(", ".join(parts))}.</p>'


def _cells(row: Row) -> list[Cell]:
    pages = row.info.pages if row.info else 0
    state = f"{row.state}, shared" if row.shared else row.state
    return [row.title, row.source, _date(row), pages or "", row.info.chunks if row.info else "", state]


def _date(row: Row) -> str:
    return row.info.metadata.get("date", "") if row.info else ""


def _backwards(date: str) -> str:
    """In an order in which later dates come first."""
    return "".join(chr(0x10FFFF - ord(letter)) for letter in date)
