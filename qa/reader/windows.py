"""What the reader reads: a question and a passage as word pieces, and which of these make each sentence.

    [CLS] question [SEP] title, heading: text of the passage [SEP]

The same for training and for answering. Knows nothing of the network.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

LONGEST_QUESTION = 128  # word pieces
LONGEST_HEADLINE = 40
LONGEST_TEXT = 320  # in one window: with the rest it stays below the 512 that BERT has places for


class Readable(Protocol):
    """A passage, as index.Passage is one. start, sentences: characters into its document, half-open."""

    @property
    def title(self) -> str: ...
    @property
    def headings(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def sentences(self) -> tuple[tuple[int, int], ...]: ...


@dataclass(frozen=True, slots=True)
class Window:
    """ids, segments: int32 (width,). sentences: of the passage, in order; spans: the word pieces of each,
    half-open, at least one."""

    ids: NDArray[np.int32]
    segments: NDArray[np.int32]
    sentences: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def load_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer in a tokenizer.json, cutting and padding nothing."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def windows(tokenizer: Tokenizer, question: str, passage: Readable) -> Iterator[Window]:
    """One window, or several where the passage is longer than one holds. A sentence without a word piece
    is in none; of one longer than a window its beginning is read."""
    opening, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    asked = _pieces(tokenizer, question)[:LONGEST_QUESTION]
    headline = _pieces(tokenizer, f"{headline_of(passage)}:")[-LONGEST_HEADLINE:]
    first = [opening, *asked, separator]
    encoded = tokenizer.encode(passage.text, add_special_tokens=False)
    starts = [start for start, _ in encoded.offsets]
    places = [
        (bisect_left(starts, start - passage.start), bisect_left(starts, end - passage.start))
        for start, end in passage.sentences
    ]
    filled = [
        (at, start, min(end, start + LONGEST_TEXT)) for at, (start, end) in enumerate(places) if start < end
    ]
    for run in _runs(filled):
        begin, end = run[0][1], run[-1][2]
        second = [*headline, *encoded.ids[begin:end], separator]
        shift = len(first) + len(headline) - begin
        yield Window(
            ids=np.array(first + second, np.int32),
            segments=np.array([0] * len(first) + [1] * len(second), np.int32),
            sentences=tuple(at for at, _, _ in run),
            spans=tuple((start + shift, stop + shift) for _, start, stop in run),
        )


def headline_of(passage: Readable) -> str:
    """The title and the heading that the passage stands under, each once."""
    return ", ".join(dict.fromkeys((passage.title, *passage.headings[-1:])))


def _pieces(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def _runs(places: Sequence[tuple[int, int, int]]) -> Iterator[Sequence[tuple[int, int, int]]]:
    """Sentences in order, as many together as a window holds."""
    cuts = [0]
    for at, (_, _, end) in enumerate(places):
        if end - places[cuts[-1]][1] > LONGEST_TEXT:
            cuts.append(at)
    for first, last in pairwise([*cuts, len(places)]):
        if first < last:
            yield places[first:last]
