"""The slides of a PowerPoint file: its title, then what stands on it from top to bottom, and its notes.

Text is taken as it stands: a "#" or "*" on a slide is no markup. What every slide repeats (its number, the
date, the footer) is kept as removed. Pictures say what their author wrote of them, if anything.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corpus.document import Block
from corpus.encoding import one_line
from corpus.errors import LoadError
from corpus.loaders.loaded import description
from corpus.loaders.numbers import shown
from corpus.loaders.table import table_blocks

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape

FOOTERS = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")  # the placeholders of what slides repeat

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_PARAGRAPH, _TEXT = (f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{tag}" for tag in "pt")


def slide_blocks(data: bytes, name: str) -> list[Block]:
    from pptx import Presentation

    try:
        return [
            block
            for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, 1)
            for block in _slide(slide, number)
        ]
    except Exception as error:  # python-pptx raises whatever a broken file trips it into
        raise LoadError(name, f"corrupt: {one_line(str(error)) or type(error).__name__}") from error


def _slide(slide: Any, page: int) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None:
        yield Block(title.text, "heading", 1, page=page)
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape, page)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        yield Block("Notes:", "heading", 3, page=page)
        yield from _paragraphs(notes, page, None)


def _in_order(shapes: Any) -> Iterator[BaseShape]:
    """From the top to the bottom, what is in a group in its place."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        inner = getattr(shape, "shapes", None)
        yield from [shape] if inner is None else _in_order(inner)


def _shape(shape: Any, page: int) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        yield from _table(shape.table, page)
    elif getattr(shape, "has_chart", False):
        try:
            yield from list(_chart(shape.chart, page))
        except (NotImplementedError, KeyError, ValueError) as error:  # a kind that python-pptx does not know
            yield Block(f"chart, not read: {one_line(str(error))}", page=page, removed_by="chart")
    elif shape.has_text_frame:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        rule = "slide-footer" if kind is not None and kind.name in FOOTERS else None
        yield from _paragraphs(shape.text_frame, page, rule)
    else:
        yield from (Block(text, page=page) for text in _diagram(shape))
        yield Block(description(shape._element.xpath("string(.//p:cNvPr/@descr)")), page=page)


def _paragraphs(frame: Any, page: int, rule: str | None) -> Iterator[Block]:
    for paragraph in frame.paragraphs:
        yield Block(paragraph.text, page=page, removed_by=rule)


def _table(table: Any, page: int) -> list[Block]:
    """Its rows; a merged cell says the same of each of its rows, and names each of its columns."""
    grid = [["" for _ in table.columns] for _ in table.rows]
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            if cell.is_spanned:
                continue
            height, width = (cell.span_height, cell.span_width) if cell.is_merge_origin else (1, 1)
            for down in range(height):
                grid[i + down][j] = cell.text
            if i == 0:
                grid[0][j : j + width] = [cell.text] * width
    grouped = len(set(filter(None, grid[0]))) < len(list(filter(None, grid[0])))
    return table_blocks(
        grid, header=1 if table.first_row and any(grid[0]) and not grouped else None, page=page
    )


def _chart(chart: Any, page: int) -> Iterator[Block]:
    """Its title, and its numbers as a table of one row for each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield Block(chart.chart_title.text_frame.text, page=page)
    plots = list(chart.plots)
    series = [each for plot in plots for each in plot.series]
    categories = [str(category) for category in plots[0].categories] if plots else []
    values = [[*each.values] for each in series]
    rows = [
        [category, *(_number(each[i]) if i < len(each) else "" for each in values)]
        for i, category in enumerate(categories)
    ]
    yield from table_blocks([["", *(each.name for each in series)], *rows], header=1, page=page)


def _number(value: float | None) -> str:
    return "" if value is None else shown(value, "General")


def _diagram(shape: Any) -> list[str]:
    """The texts of a SmartArt diagram, which stand in a part of their own."""
    from defusedxml.ElementTree import fromstring

    found = [element.get(_RELATION) for element in shape._element.iter() if element.get(_RELATION)]
    if not found or found[0] not in shape.part.rels:
        return []
    root = fromstring(shape.part.related_part(found[0]).blob)
    return ["".join(text.text or "" for text in paragraph.iter(_TEXT)) for paragraph in root.iter(_PARAGRAPH)]
