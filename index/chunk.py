"""Cutting a document into chunks: whole sentences, along headings, lists and paragraphs, within a budget.

A chunk is an exact slice of the document's text. Knows nothing of embedding or storage. Where to cut is
the cheapest way through each section (as in Knuth and Plass, "Breaking paragraphs into lines", 1981): a
chunk costs the square of the part of the budget it leaves unused, and each kind of break has its price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import inf

from corpus.document import Document, Heading
from index.sentences import cut_near_middle, split_sentences, trim
from index.tokens import count_tokens

CHUNKER_VERSION = "sentences-4"  # changes whenever the same text may chunk differently
SMALLEST_BUDGET = 16  # tokens: room for a list marker and any one character

# What it costs to end a chunk there. An empty chunk would cost 1, so a
# paragraph that fits is kept whole.
_AFTER_PARAGRAPH = 0.0
_AFTER_ITEM = 0.8  # between the items of a list or the rows of a table
_AFTER_SENTENCE = 1.0
_AFTER_LEAD_IN = 2.0  # between "They are:" and the list
_AFTER_HEADING = 10.0

_LINE = re.compile(r"[^\n]+")
_LIST_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class Chunk:
    start: int  # characters into the document's text, half-open
    end: int
    text: str  # exactly document.text[start:end]
    headings: tuple[str, ...]  # the headings that it stands under, outermost first
    sentences: tuple[tuple[int, int], ...]  # document offsets, in order
    tokens: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one too long for the budget. `start` takes in a list marker before it."""

    start: int
    end: int
    sentence: tuple[int, int]
    price: float  # of ending a chunk after it
    tokens: int = 0


def chunk(document: Document, budget: int = 120) -> list[Chunk]:
    """The document's chunks, in order, disjoint, at most `budget` tokens each; together all but white space.

    A heading begins a chunk and belongs to what follows it. A sentence longer than the budget is cut at
    its clauses or words, and each part then counts as a sentence.
    """
    if budget < SMALLEST_BUDGET:
        raise ValueError(f"chunk budget is {budget} tokens, at least {SMALLEST_BUDGET} are needed")
    chunks: list[Chunk] = []
    for headings, lines in _sections(document):
        pieces = [piece for line in lines for piece in _pieces(document.text, line, budget)]
        for first, last in _cheapest_breaks(pieces, budget):
            chunks.extend(_build(document.text, pieces[first:last], headings, budget))
    return chunks


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    heading: Heading | None
    price: float  # of ending a chunk after it


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[_Line]]]:
    """Runs of heading lines with the lines below them, and the headings above each."""
    above: list[Heading] = []
    section: list[_Line] = []
    for line in _lines(document):
        if line.heading:
            if section and not section[-1].heading:
                yield _texts(document, above), section
                section = []
            above = [heading for heading in above if heading.level < line.heading.level] + [line.heading]
        section.append(line)
    if section:
        yield _texts(document, above), section


def _texts(document: Document, headings: Sequence[Heading]) -> tuple[str, ...]:
    return tuple(document.text[heading.start : heading.end] for heading in headings)


def _lines(document: Document) -> Iterator[_Line]:
    text = document.text
    headings = {trim(text, heading.start, heading.end)[0]: heading for heading in document.headings}
    trimmed = [trim(text, *found.span()) for found in _LINE.finditer(text)]
    spans = [(start, end) for start, end in trimmed if start < end]
    if not spans:
        return
    close = [text.count("\n", end, start) == 1 for (_, end), (start, _) in pairwise(spans)]
    listed = [  # stands in a list or table: marked so, or with no empty line to a neighbour
        before or after or _LIST_ITEM.match(text, start) is not None
        for (start, _), before, after in zip(spans, [False, *close], [*close, False], strict=True)
    ]
    for (start, end), is_listed, next_is_listed in zip(spans, listed, [*listed[1:], False], strict=True):
        heading = headings.get(start)
        if heading:
            price = _AFTER_HEADING
        elif text[end - 1] in ":：" or (next_is_listed and not is_listed):
            price = _AFTER_LEAD_IN
        elif next_is_listed:
            price = _AFTER_ITEM
        else:
            price = _AFTER_PARAGRAPH
        yield _Line(start, end, heading, price)


def _pieces(text: str, line: _Line, budget: int) -> Iterator[_Piece]:
    """The line's sentences, cut to the budget. A heading is one sentence."""
    sentences = [(line.start, line.end)] if line.heading else split_sentences(text, line.start, line.end)
    previous = line.start
    for start, end in sentences:
        lead, _ = trim(text, previous, start + 1)
        price = line.price if end == line.end else _AFTER_SENTENCE
        yield from _within_budget(text, _Piece(lead, end, (start, end), price), budget)
        previous = end


def _within_budget(text: str, piece: _Piece, budget: int) -> Iterator[_Piece]:
    piece = replace(piece, tokens=count_tokens(text[piece.start : piece.end]))
    if piece.tokens <= budget:
        yield piece
        return
    start, end = piece.sentence
    place = cut_near_middle(text, start, end)
    left, right = trim(text, start, place), trim(text, place, end)
    yield from _within_budget(text, _Piece(piece.start, left[1], left, _AFTER_SENTENCE), budget)
    yield from _within_budget(text, _Piece(right[0], right[1], right, piece.price), budget)


def _cheapest_breaks(pieces: Sequence[_Piece], budget: int) -> list[tuple[int, int]]:
    """Which pieces make each chunk: half-open ranges into `pieces`, in order."""
    # A new line may take a token of its own; the space between two sentences goes into the next word.
    lengths = [piece.tokens + (piece.price != _AFTER_SENTENCE) for piece in pieces]
    before = [0, *accumulate(lengths)]
    cost = [0.0] + [inf] * len(pieces)
    came_from = [0] * len(cost)
    for last in range(1, len(cost)):
        for first in range(last - 1, -1, -1):
            tokens = before[last] - before[first]
            if tokens > budget and first < last - 1:
                break
            total = cost[first] + (1 - tokens / budget) ** 2 + pieces[last - 1].price
            if total < cost[last]:
                cost[last], came_from[last] = total, first
    ranges = []
    last = len(pieces)
    while last:
        ranges.append((came_from[last], last))
        last = came_from[last]
    return ranges[::-1]


def _build(text: str, pieces: Sequence[_Piece], headings: tuple[str, ...], budget: int) -> Iterator[Chunk]:
    start, end = pieces[0].start, pieces[-1].end
    tokens = count_tokens(text[start:end])
    if tokens > budget and len(pieces) > 1:  # rare: tokens of the parts do not quite add up to the whole
        middle = len(pieces) // 2
        yield from _build(text, pieces[:middle], headings, budget)
        yield from _build(text, pieces[middle:], headings, budget)
    else:
        sentences = tuple(piece.sentence for piece in pieces)
        yield Chunk(start, end, text[start:end], headings, sentences, tokens)
