"""What a document is once it has been read: plain text with exact offsets, and what was cut from it.

A loader turns a file into blocks; `assemble` lays the kept blocks out, one to a line, and records where
each heading and page lies. All offsets in this project are characters into `Document.text`, half-open.
Knows nothing of files, chunks or indexes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row, on one line: `text` holds no line break."""

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0  # headings: 1 is the outermost
    page: int | None = None  # counted from 1, for formats that have pages
    breaks: tuple[int, ...] = ()  # offsets in `text` where the next page begins, for one that runs on
    removed_by: str | None = None  # the cleaning rule that cuts this block, None keeps it


@dataclass(frozen=True, slots=True)
class Heading:
    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Page:
    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that cleaning cut, the rule that cut it, and the offset in the cleaned text where it stood."""

    text: str
    rule: str
    position: int


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned document. `source` is its name in the index: "folder/inside/name.md", forward slashes."""

    source: str
    title: str
    text: str
    content_hash: str  # SHA-256 of the file's bytes, hex
    metadata: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def id(self) -> str:
        """Sixteen hex digits of the source's SHA-256: the same file in the same place keeps its id."""
        return document_id(self.source)


def document_id(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def assemble(
    blocks: Iterable[Block],
    *,
    source: str,
    title: str,
    content_hash: str,
    metadata: Mapping[str, str],
) -> Document:
    """Lay out the kept blocks, one to a line with an empty line around paragraphs and headings."""
    lines: list[str] = []
    length = 0
    previous: Block | None = None
    headings: list[Heading] = []
    pages: dict[int, tuple[int, int]] = {}
    removed: list[Removed] = []
    for block in blocks:
        if block.removed_by is not None:
            removed.append(Removed(block.text, block.removed_by, length))
            continue
        if previous is not None:
            gap = "\n" if block.kind == previous.kind and block.kind in ("item", "row") else "\n\n"
            lines.append(gap)
            length += len(gap)
        start, length = length, length + len(block.text)
        lines.append(block.text)
        if block.kind == "heading":
            headings.append(Heading(start, length, block.level))
        if block.page is not None:
            edges = (0, *block.breaks, len(block.text))
            for number, (begin, end) in enumerate(pairwise(edges), block.page):
                first, _ = pages.get(number, (start + begin, 0))
                pages[number] = (first, start + end)
        previous = block
    return Document(
        source=source,
        title=title,
        text="".join(lines),
        content_hash=content_hash,
        metadata=dict(metadata),
        headings=tuple(headings),
        pages=tuple(Page(start, end, number) for number, (start, end) in pages.items()),
        removed=tuple(removed),
    )
