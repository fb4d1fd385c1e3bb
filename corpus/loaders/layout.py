"""From the printed lines of pages back to paragraphs, headings and items.

Knows lines with their positions, not the format that they come from. Running heads, running feet, page
numbers and lines of a table of contents are marked as removed; a paragraph that runs over a page's end
becomes one block again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.document import Block
from corpus.loaders.lines import LIST_MARKER, unwrap

EDGE = 3  # lines at the top and at the foot of a page that may be running heads or feet
REPEATS = 3  # pages on which a line must stand to be one; two are enough for a bare page number
MOST = 0.5  # of the pages have a running head that says something else in each chapter
HEADING_SIZE = 1.12  # times the size of the body
SAME_SIZE = 0.97  # of a height: less is another; as measured it depends on the letters
JUSTIFIED = 0.3  # of the lines of a column end at the same place
LONGEST_HEADING = 200  # characters

_NUMBER = re.compile(r"\d+")
_BARE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page|seite|p\.|第)?\s*(?:\d+|[ivxl]+)\s*(?:页|(?:of|/|von|de)\s*\d+)?[-–—|\s]*",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"(?:\. ?){5,}\s*(?:\d+|[ivxl]+)$")  # of contents: dots lead to the page
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
    furniture = _furniture(lines)
    body = [line for line in lines if line not in furniture]
    if not body:
        return [Block(line.text, page=line.page) for line in lines]
    blocks = list(_paragraphs(body))
    marked = [Block(line.text, page=line.page, removed_by=rule) for line, rule in furniture.items()]
    order = {"page-header": 0, None: 1}
    return sorted(
        _rejoin(blocks) + marked, key=lambda block: (block.page or 0, order.get(block.removed_by, 2))
    )


def _furniture(lines: Sequence[Line]) -> dict[Line, str]:
    """The lines that repeat at page edges, up to a number that counts with the pages, or are no text of
    the document for another reason; and the rule."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges: dict[str, list[list[Line]]] = {"page-header": [], "page-footer": []}  # outermost line first
    for page in pages.values():
        ordered = sorted(page, key=lambda line: -line.top)
        edges["page-header"].append(ordered[:EDGE])
        edges["page-footer"].append(ordered[: -EDGE - 1 : -1])
    heads = _heads(lines, edges["page-header"])
    found = {line: "contents" for line in lines if _ENTRY.search(line.text)}
    for rule, edge in edges.items():
        counts = Counter(key for page in edge for key in set[str]().union(*map(_keys, page)))
        for page in edge:
            for line in page:
                bare = _BARE_NUMBER.fullmatch(line.text) is not None
                repeats = max(counts[key] for key in _keys(line)) >= (2 if bare else REPEATS)
                if not repeats and line not in heads:
                    break
                found.setdefault(line, "page-number" if bare else rule)
    return found


def _heads(lines: Sequence[Line], tops: Sequence[Sequence[Line]]) -> set[Line]:
    """The first lines of pages that stand at the same height on most, well above the rest and no larger.

    tops: the first lines of each page, in order.
    """
    body = _body_size(lines)
    usual = median([one.bottom - two.top for one, two in pairwise(lines) if one.page == two.page] or [0.0])
    apart = [
        first
        for first, second, *_ in (page for page in tops if len(page) > 1)
        if first.size < HEADING_SIZE * body and first.bottom - second.top > usual + first.size
    ]
    counts = Counter(round(line.top) for line in apart)
    return {line for line in apart if counts[round(line.top)] >= max(REPEATS, MOST * len(tops))}


def _keys(line: Line) -> set[str]:
    """What a line has in common with its like on other pages: its text, or that with one number relative
    to the page's. "Figure 3" and "Figure 7" have nothing in common, "12 | Report" and "13 | Report" have."""
    keys = set() if _BARE_NUMBER.fullmatch(line.text) else {line.text}
    for number in _NUMBER.finditer(line.text):
        if number.end() - number.start() < 7:
            offset = int(number[0]) - line.page
            keys.add(f"{line.text[: number.start()]}\0{offset}\0{line.text[number.end() :]}")
    return keys or {"" if _BARE_NUMBER.fullmatch(line.text) else line.text}  # a number in letters: "iv"


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    body = _body_size(lines)
    sizes = _heading_sizes(lines, body)
    leading = _leading(lines, body)
    margins = _right_margins(lines)
    paragraph: list[Line] = []
    for line in lines:
        if paragraph:
            heads = line.size >= HEADING_SIZE * body  # its lines break and begin where they will
            margin = None if heads else margins[_column(paragraph[-1])]
            if not _continues(paragraph, line, leading, margin):
                yield _block(paragraph, body, sizes)
                paragraph = []
        paragraph.append(line)
    yield _block(paragraph, body, sizes)


def _heading_sizes(lines: Iterable[Line], body: float) -> list[float]:
    """The largest height of each level of headings, in order."""
    sizes: list[float] = []
    for size in sorted({line.size for line in lines if line.size >= HEADING_SIZE * body}, reverse=True):
        if not sizes or size < SAME_SIZE * sizes[-1]:
            sizes.append(size)
    return sizes


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


def _right_margins(lines: Sequence[Line]) -> dict[tuple[int, int, int], float]:
    """How far each column goes to the right; in justified text a line that sticks out does not count."""
    ends: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for line in lines:
        ends[_column(line)[1:]][round(line.right)] += 1
    margins: dict[tuple[int, int, int], float] = {}
    for line in lines:
        key = _column(line)
        [(end, times)] = ends[key[1:]].most_common(1)
        justified = times >= max(REPEATS, JUSTIFIED * ends[key[1:]].total())
        right = min(line.right, end + 1) if justified else line.right
        margins[key] = max(margins.get(key, 0.0), right)
    return margins


def _continues(paragraph: Sequence[Line], line: Line, leading: float, margin: float | None) -> bool:
    """Whether `line` was wrapped off `paragraph`: set alike, close below, and its first word had no room.
    margin: None where lines end anywhere."""
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
    if margin is None:
        return True
    first_word = line.text.split(maxsplit=1)[0]
    letter = (line.right - line.left) / len(line.text)
    if before.right + letter * (len(first_word) + 1) < margin:
        return False
    indent = line.left - before.left
    return indent < 0.8 * line.size or LIST_MARKER.match(paragraph[0].text) is not None


def _block(paragraph: Sequence[Line], body: float, sizes: Sequence[float]) -> Block:
    text, page, size = unwrap(line.text for line in paragraph), paragraph[0].page, paragraph[0].size
    if size >= HEADING_SIZE * body and len(text) <= LONGEST_HEADING and re.search(r"[^\W\d]", text):
        return Block(text, "heading", min(sum(size <= one for one in sizes), 6), page)
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
