"""The exact spans of the passages that carry a sentence, as few and as short as do.

Where to look is decided here; whether a span carries a sentence is decided by `qa.support`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Passage
from index.words import words
from qa import support
from qa.cite import Span

TRIED = 3  # sentences of a passage, the ones that share most words, from which a span is grown
LONGEST = 3  # sentences in a span
SOURCES = 3  # spans that a sentence is cited with


def carrying(sentence: str, marked: Sequence[Passage], given: Sequence[Passage]) -> tuple[Span, ...]:
    """At most SOURCES spans, each of which carries the sentence, or which do so together; else none.

    The passages that the sentence marks come first. Where they do not carry it, one of the others may: the
    mark was wrong, not the sentence.
    """
    stems = frozenset(words(sentence))
    alone = [span for passage in marked if (span := _one_span(sentence, stems, passage))]
    if alone:
        return tuple(alone[:SOURCES])
    if len(marked) > 1:
        together = [span for passage in marked[:SOURCES] for span in _grown(stems, passage)[:1]]
        if together and _carries(together, sentence):
            return tuple(together)
    for passage in given:
        if passage not in marked and (span := _one_span(sentence, stems, passage)):
            return (span,)
    return ()


def _one_span(sentence: str, stems: frozenset[str], passage: Passage) -> Span | None:
    return next((span for span in _grown(stems, passage) if _carries([span], sentence)), None)


def _grown(stems: frozenset[str], passage: Passage) -> list[Span]:
    """Spans of one sentence, then of two, then of three, each time those that share most words first.

    A question states nothing: no span holds one.
    """
    texts = [_cut(passage, *place) for place in passage.sentences]
    asks = [text.endswith(("?", "？")) for text in texts]
    shared = [len(stems.intersection(words(text))) for text in texts]
    best = sorted(range(len(shared)), key=lambda at: (-shared[at], at))[:TRIED]
    return [
        Span(passage, passage.sentences[first][0], passage.sentences[last][1])
        for length in range(LONGEST)
        for first, last in dict.fromkeys(_runs(best, length, len(shared)))
        if not any(asks[first : last + 1])
    ]


def _runs(best: Sequence[int], longer: int, count: int) -> Iterator[tuple[int, int]]:
    """First and last of the runs of 1 + `longer` sentences around each of the best."""
    for at in best:
        for first in range(max(0, at - longer), at + 1):
            if first + longer < count:
                yield first, first + longer


def _carries(spans: Sequence[Span], sentence: str) -> bool:
    """By the quotes and the titles alone: what is shown of an answer is enough to check it again."""
    quotes = [_cut(span.passage, span.start, span.end) for span in spans]
    titles = list(dict.fromkeys(span.passage.title for span in spans))
    return support.check(sentence, quotes, titles).supported


def _cut(passage: Passage, start: int, end: int) -> str:
    return passage.text[start - passage.start : end - passage.start]
