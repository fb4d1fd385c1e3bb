"""Plain text: paragraphs, headings and list items told apart by line lengths, blank lines and punctuation.

Every line of the file ends up in a block. What marks a list item stays in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from corpus.clean import RULER
from corpus.document import Block
from corpus.encoding import decode, one_line
from corpus.loaders.lines import LIST_MARKER, unwrap
from corpus.loaders.loaded import Loaded

WRAP_WIDTHS = range(40, 121)  # characters; shorter lines are verses and lists, longer ones paragraphs
MOST = 0.9  # of the lines that a sentence runs over end at most at the width
LONGER = 1.1  # times the width, at most, that the others are long
LONGEST_TITLE, LONGEST_HEADING = 200, 120  # characters
CENTRED = " " * 8  # what each line of a title on several begins with, most with more
UNEVEN = 2  # characters by which a title and its underline may differ in length

_LABELS = {
    "author": r"author|text|by|written by|作者|文",
    "publisher": r"source|production|publisher|published by|来源|出品",
    "date": r"date|published|published on|posted|updated|日期",
    "": r"editor|editors?|editor['’]s note|note|translation|translator|photo|compiled by|编辑|译者",
}
_LABEL = {
    key: re.compile(rf":?(?:{names})\s*(?:[:：]|\s\|)\s*(\S.*)", re.IGNORECASE)
    for key, names in _LABELS.items()
}
_STOP = re.compile(r"""[.!?:;,。！？：；，、…]["'”’»)\]）」』]*$""")
_TITLE_STOP = re.compile(r"""[.:;,。：；，、]["'”’»)\]）」』]*$""")
_GOES_ON = re.compile(r"\s*[^\W\d_A-Z]")  # a small letter, or one of a script without capitals
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+[^\W\d_][^.]*[^.:;,]$")  # "6.2. What are distributions?"
_BYLINE_BLOCKS = 8  # an author or source is named among the first blocks, if at all


def read(data: bytes, name: str) -> Loaded:
    blocks = text_blocks(decode(data, name))
    return Loaded(blocks, metadata=_byline(blocks))


def text_blocks(text: str) -> list[Block]:
    runs = groupby(text.split("\n"), lambda line: bool(line.strip()))
    groups = [group for filled, lines in runs if filled for group in _apart(list(lines))]
    width = _wrap_width(groups)
    blocks: list[Block] = []
    for i, group in enumerate(groups):
        following = groups[i + 1][0] if i + 1 < len(groups) else None
        level = _heading_level(group, following, first=i == 0)
        for lines in _paragraphs(group, (width, _wrap_width([group]))):
            line = one_line(unwrap(lines))
            if level:
                blocks.append(Block(line, "heading", 1 if i == 0 else 2))
                level = 0  # only the first line: an underline may follow
            else:
                blocks.append(Block(line, "item" if LIST_MARKER.match(line) else "paragraph"))
    return blocks


def _apart(run: list[str]) -> Iterator[list[str]]:
    """A run of lines without a blank one, without the underlined title that it may begin with; and that."""
    if len(run) > 2 and _is_underline(run[1], run[0]):
        yield run[:2]
        run = run[2:]
    yield run


def _is_underline(line: str, above: str) -> bool:
    return (
        RULER.fullmatch(line.strip()) is not None
        and RULER.fullmatch(above.strip()) is None
        and abs(len(line.strip()) - len(above.strip())) <= UNEVEN
    )


def _wrap_width(groups: list[list[str]]) -> int:
    """The length at which most lines of a hard-wrapped file end; 0 where no line breaks inside a sentence."""
    lengths = sorted(
        len(line.rstrip())
        for group in groups
        for line, following in pairwise(group)
        if _breaks(line, following)
    )
    return lengths[int(MOST * (len(lengths) - 1))] if lengths else 0


def _breaks(line: str, following: str) -> bool:
    """Whether a sentence plainly goes on from a line to the next."""
    return len(line) in WRAP_WIDTHS and not _STOP.search(line) and _GOES_ON.match(following) is not None


def _heading_level(group: list[str], following: str | None, *, first: bool) -> int:
    """0 where the group is no heading. A heading stands alone, is short, unstopped and heads something."""
    line = group[0].strip()
    underlined = len(group) == 2 and RULER.fullmatch(group[1].strip())
    whole = one_line(unwrap(group))
    numbered = len(group) <= 2 and len(whole) <= LONGEST_HEADING and _NUMBERED.match(whole)
    centred = first and all(line.startswith(CENTRED) for line in group)  # a title above its version
    if (len(group) > 1 and not underlined and not numbered and not centred) or following is None:
        return 0
    if any(label.match(line) for label in _LABEL.values()) or not re.search(r"[^\W\d]", line):
        return 0
    if first:
        return int(
            len(line) <= LONGEST_TITLE and not _TITLE_STOP.search(line) and not LIST_MARKER.match(line)
        )
    if len(line) > LONGEST_HEADING:
        return 0
    if numbered:
        return 2
    if _STOP.search(line):
        return 0
    if LIST_MARKER.match(line):  # "1. Introduction" heads a paragraph; "1. Milk" stands before "2. Eggs"
        prose = _STOP.search(following.strip()) or len(following) > LONGEST_HEADING
        return 2 if line[0].isdigit() and prose and not LIST_MARKER.match(following.strip()) else 0
    return 2


def _paragraphs(group: list[str], widths: Sequence[int]) -> Iterator[list[str]]:
    """The lines of each paragraph in a run of lines without a blank one. widths: of the file, and of the run,
    which may be narrower."""
    paragraph: list[str] = []
    for line in group:
        if paragraph and not _continues(paragraph, line, widths):
            yield [part.strip() for part in paragraph]
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield [part.strip() for part in paragraph]


def _continues(paragraph: list[str], line: str, widths: Sequence[int]) -> bool:
    """Whether `line` was wrapped off `paragraph`: its first word would not have fitted on the line before."""
    before, stripped = paragraph[-1].rstrip(), line.strip()
    if LIST_MARKER.match(stripped) or RULER.fullmatch(stripped) or RULER.fullmatch(before.strip()):
        return False
    indented = line[0].isspace()
    listed = LIST_MARKER.match(paragraph[0].strip())
    centred = line.startswith(CENTRED) and before.startswith(CENTRED)
    if centred and not listed and _indent(line) != _indent(before):
        return False
    if _breaks(paragraph[-1], line):
        return True
    if listed:
        if indented and len(before) <= max(WRAP_WIDTHS):
            return True
    elif indented and not before[0].isspace():
        return False
    if before.endswith(":"):
        return False
    longer = len(before) + 1 + len(stripped.split(maxsplit=1)[0])
    return any(len(before) <= LONGER * width < LONGER * longer for width in widths)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _byline(blocks: list[Block]) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in blocks[:_BYLINE_BLOCKS]:
        for key, label in _LABEL.items():
            match = label.fullmatch(block.text)
            if key and match and len(match[1]) <= LONGEST_HEADING and not match[1].endswith((".", "。")):
                found.setdefault(key, match[1])
    return found
