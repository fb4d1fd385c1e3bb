"""The slides of a PowerPoint file: its title, then what stands on it from top to bottom, where its boxes form
columns one column after the other, and its notes.

Text is taken as it stands: a "#" or "*" on a slide is no markup. What every slide repeats (its number, the
date, the footer) is kept as removed. Pictures say what their author wrote of them, if anything.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.document import Block
from corpus.encoding import one_line
from corpus.errors import LoadError
from corpus.loaders.loaded import description
from corpus.loaders.numbers import shown
from corpus.loaders.table import table_blocks

ROWS_APART = 182_880  # 0.2 inches, in the units of slides: boxes nearer than this are one under the other
OVERLAP = -45_720  # by which boxes beside each other may reach into each other
AS_WIDE = 2  # times as wide: a column beside a wider one is of labels, and read by the row

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
    yield from _shapes(
        (each for each in slide.shapes if title is None or each.shape_id != title.shape_id), page
    )
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        yield Block("Notes:", "heading", 3, page=page)
        yield from _paragraphs(notes, page, None)


def _shapes(shapes: Iterable[Any], page: int) -> list[Block]:
    """What the shapes say in the order in which they are read, what is in a group in its place."""
    boxes = []
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        blocks = list(_shape(shape, page)) if inner is None else _shapes(inner, page)
        if any(block.text.strip() for block in blocks):
            left, top = shape.left or 0, shape.top or 0
            boxes.append(_Box((left, top), (left + (shape.width or 0), top + (shape.height or 0)), blocks))
    return [block for box in _in_order(boxes) for block in box.blocks]


@dataclass(frozen=True, slots=True)
class _Box:
    """begin, end: from the left and from the top."""

    begin: tuple[int, int]
    end: tuple[int, int]
    blocks: list[Block]


def _in_order(boxes: list[_Box]) -> list[_Box]:
    """From the top to the bottom; of what has no room between, first one column, then the next."""
    columns = _parted(boxes, 0, OVERLAP)
    widths = [max(box.end[0] for box in each) - min(box.begin[0] for box in each) for each in columns]
    for parts in (
        _parted(boxes, 1, ROWS_APART),
        columns if max(widths, default=0) <= AS_WIDE * min(widths, default=0) else [boxes],
        _parted(boxes, 1, OVERLAP),
    ):
        if len(parts) > 1:
            return [box for part in parts for box in _in_order(part)]
    return sorted(boxes, key=lambda box: box.begin[::-1])


def _parted(boxes: Iterable[_Box], along: int, gap: int) -> list[list[_Box]]:
    """The boxes between gaps as wide as this. along: 0 from the left, 1 from the top."""
    parts: list[list[_Box]] = []
    reach = 0
    for box in sorted(boxes, key=lambda box: box.begin[along]):
        if parts and box.begin[along] < reach + gap:
            parts[-1].append(box)
            reach = max(reach, box.end[along])
        else:
            parts.append([box])
            reach = box.end[along]
    return parts


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
