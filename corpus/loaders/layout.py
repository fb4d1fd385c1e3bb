"""From the printed lines of pages back to paragraphs, headings and items.

Knows lines with their positions, not the format that they come from. Running heads, running feet and page
numbers are marked as removed; a paragraph that runs over a page's end becomes one block again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.document import Block
from corpus.loaders.lines import LIST_MARKER, unwrap

EDGE = 3  # lines at the top and at the foot of a page that may be running heads or feet
REPEATS = 3  # pages on which a line must stand to be one; two are enough for a bare page number
HEADING_SIZE = 1.12  # times the size of the body
LONGEST_HEADING = 200  # characters

_NUMBER = re.compile(r"\d+")
_BARE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page|seite|p\.|第)?\s*\d+\s*(?:页|(?:of|/|von|de)\s*\d+)?[-–—|\s]*", re.IGNORECASE
)
_ENDS = re.compile(r"""[.!?:;。！？：；…]["'”’»)\]）」』]*$""")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. Coordinates in points from the lower left; `size` is the height of its font."""

    text: str
    page: int  # counted from 1
    left: float
    right: float
    top: float
    bottom: float
    size: float


def page_blocks(lines: Sequence[Line]) -> list[Block]:
    """`lines`, in reading order, as blocks."""
    furniture = _running(lines)
    body = [line for line in lines if line not in furniture]
    if not body:
        return [Block(line.text, page=line.page) for line in lines]
    blocks = list(_paragraphs(body))
    marked = [Block(line.text, page=line.page, removed_by=rule) for line, rule in furniture.items()]
    order = {"page-header": 0, None: 1}
    return sorted(
        _rejoin(blocks) + marked, key=lambda block: (block.page or 0, order.get(block.removed_by, 2))
    )


def _running(lines: Sequence[Line]) -> dict[Line, str]:
    """The lines that repeat at page edges, up to a number that counts with the pages, and the rule."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges: dict[str, list[list[Line]]] = {"page-header": [], "page-footer": []}  # outermost line first
    for page in pages.values():
        ordered = sorted(page, key=lambda line: -line.top)
        edges["page-header"].append(ordered[:EDGE])
        edges["page-footer"].append(ordered[: -EDGE - 1 : -1])
    found: dict[Line, str] = {}
    for rule, edge in edges.items():
        counts = Counter(key for page in edge for key in set[str]().union(*map(_keys, page)))
        for page in edge:
            for line in page:
                bare = _BARE_NUMBER.fullmatch(line.text) is not None
                if max(counts[key] for key in _keys(line)) < (2 if bare else REPEATS):
                    break
                found.setdefault(line, "page-number" if bare else rule)
    return found


def _keys(line: Line) -> set[str]:
    """What a line has in common with its like on other pages: its text, or that with one number relative
    to the page's. "Figure 3" and "Figure 7" have nothing in common, "12 | Report" and "13 | Report" have."""
    keys = set() if _BARE_NUMBER.fullmatch(line.text) else {line.text}
    for number in _NUMBER.finditer(line.text):
        if number.end() - number.start() < 7:
            offset = int(number[0]) - line.page
            keys.add(f"{line.text[: number.start()]}\0{offset}\0{line.text[number.end() :]}")
    return keys or {line.text}


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    body = _body_size(lines)
    sizes = sorted({round(line.size, 1) for line in lines if line.size >= HEADING_SIZE * body}, reverse=True)
    leading = _leading(lines, body)
    margins = _right_margins(lines)
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _continues(paragraph, line, leading, margins[_column(paragraph[-1])]):
            yield _block(paragraph, body, sizes)
            paragraph = []
        paragraph.append(line)
    yield _block(paragraph, body, sizes)


def _body_size(lines: Iterable[Line]) -> float:
    """The font height in which most characters are set."""
    counts: Counter[float] = Counter()
    for line in lines:
        counts[round(line.size, 1)] += len(line.text)
    return counts.most_common(1)[0][0]


def _leading(lines: Sequence[Line], body: float) -> float:
    """The usual distance from the foot of a body line to the top of the next, often negative."""
    gaps = [
        one.bottom - two.top
        for one, two in pairwise(lines)
        if one.page == two.page
        and abs(one.size - body) < 1
        and abs(two.size - body) < 1
        and two.bottom < one.bottom
    ]
    return min(median(gaps), body / 2) if gaps else 0.0


def _column(line: Line) -> tuple[int, int, int]:
    """Lines with the same key share their right margin: same page, same size, about the same left edge."""
    return line.page, round(line.size), round(line.left / (3 * line.size or 1))


def _right_margins(lines: Iterable[Line]) -> dict[tuple[int, int, int], float]:
    margins: dict[tuple[int, int, int], float] = {}
    for line in lines:
        key = _column(line)
        margins[key] = max(margins.get(key, 0.0), line.right)
    return margins


def _continues(paragraph: Sequence[Line], line: Line, leading: float, margin: float) -> bool:
    """Whether `line` was wrapped off `paragraph`: set alike, close below, and its first word had no room."""
    before = paragraph[-1]
    if (
        line.page != before.page
        or abs(line.size - before.size) > 0.1 * before.size
        or LIST_MARKER.match(line.text)
    ):
        return False
    gap = before.bottom - line.top
    if abs(gap - leading) > 0.4 * line.size:
        return False
    first_word = line.text.split(maxsplit=1)[0]
    letter = (line.right - line.left) / len(line.text)
    if before.right + letter * (len(first_word) + 1) < margin:
        return False
    indent = line.left - before.left
    return indent < 0.8 * line.size or LIST_MARKER.match(paragraph[0].text) is not None


def _block(paragraph: Sequence[Line], body: float, sizes: Sequence[float]) -> Block:
    text, page, size = unwrap(line.text for line in paragraph), paragraph[0].page, paragraph[0].size
    if size >= HEADING_SIZE * body and len(text) <= LONGEST_HEADING and re.search(r"[^\W\d]", text):
        return Block(text, "heading", min(sizes.index(round(size, 1)) + 1, 6), page)
    return Block(text, "item" if LIST_MARKER.match(text) else "paragraph", page=page)


def _rejoin(blocks: Sequence[Block]) -> list[Block]:
    """Paragraphs that break off without a stop, joined to a next that begins inside a sentence."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if last is not None and _runs_on(last, block):
            text = unwrap((last.text, block.text))
            start = len(text) - len(block.text)
            last_page = (last.page or 0) + len(last.breaks)
            breaks = (*last.breaks, start) if block.page != last_page else last.breaks
            joined[-1] = replace(last, text=text, breaks=breaks)
        else:
            joined.append(block)
    return joined


def _runs_on(last: Block, block: Block) -> bool:
    page = (last.page or 0) + len(last.breaks)
    return (
        block.kind == ("paragraph" if last.kind == "item" else last.kind)
        and block.level == last.level
        and block.page in (page, page + 1)
        and not _ENDS.search(last.text)
        and (block.text[0].islower() or last.text.endswith("-"))
    )
