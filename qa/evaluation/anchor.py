"""Finding a quote again in documents that have changed since it was taken.

Knows texts by source; nothing of gold sets. A quote is sought as it is, then among the sentences for the one
most like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.sentences import split_sentences

LIKE = 0.8  # of the words of two sentences in common and in order, above which one is the other, changed
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """quote: as it stands now in the document `source`. likeness: 0 to 1, 1 for an unchanged quote."""

    source: str
    quote: str
    likeness: float


def source_named(name: str, texts: Mapping[str, object]) -> str | None:
    """The one source that is `name` or ends with it; None where none or several do."""
    if name in texts:
        return name
    ending = [source for source in texts if source.endswith(f"/{name}")]
    return ending[0] if len(ending) == 1 else None


def as_written(quote: str, text: str) -> str | None:
    """The quote as the text writes it, whatever white space and quotation marks are given; else None."""
    words = quote.strip().strip("\"'“”‘’").split()
    found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
    return found[0] if found else None


def find_again(quote: str, texts: Mapping[str, str]) -> Anchor | None:
    """Where a quote stands now, in the first text that holds it or else in the sentences most like it."""
    for source, text in texts.items():
        if quote in text:
            return Anchor(source, quote, 1.0)
    match = SequenceMatcher(autojunk=False)
    match.set_seq2(_WORD.findall(quote))
    best = None
    for source, text in texts.items():
        for passage in _passages(text, quote):
            match.set_seq1(_WORD.findall(passage))
            if match.quick_ratio() >= LIKE and match.ratio() > (best.likeness if best else LIKE):
                best = Anchor(source, passage, match.ratio())
    return best


def _passages(text: str, quote: str) -> Iterator[str]:
    """Every run of as many sentences of a line as the quote has."""
    count = len(split_sentences(quote, 0, len(quote)))
    for line in _LINE.finditer(text):
        spans = split_sentences(text, *line.span())
        for first in range(len(spans) - count + 1):
            yield text[spans[first][0] : spans[first + count - 1][1]]
