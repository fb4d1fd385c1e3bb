"""Where a passage that was expected stands for a question, and why it is not shown.

Knows the candidates of a search and the exact order of all chunks by meaning and by words; not how either is
found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, Row, Text
from index.hits import Hits
from index.search import Kept, Ranking, collapse

Verdict = Literal["shown", "folded", "outranked", "excluded"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A chunk that overlaps the span that was expected. `text` is exactly `document.text[start:end]`.

    rank_meaning, rank_words: from 1, exact, of the `chunks` that the filter leaves, candidates or not; None
    for one that it excludes, rank_words also for one without a word of the question. rank_fused: among the
    candidates, None beyond them. similarity: cosine of question and chunk. passage: the number of the one
    that shows it, or that it is folded into because they say the same; None where there is none.
    """

    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    rank_meaning: int | None
    rank_words: int | None
    rank_fused: int | None
    chunks: int
    similarity: float
    verdict: Verdict
    passage: int | None


def standings(
    rows: Sequence[Row], ranking: Ranking, k: int, *, by_meaning: Hits, by_words: Hits, catalog: Catalog
) -> list[Standing]:
    """Of the rows that were expected. by_meaning, by_words: all chunks that have a rank, best first."""
    shown = collapse(catalog.texts(ranking.order), k)
    meaning, words = ({id: rank for rank, (id, _) in enumerate(hits, 1)} for hits in (by_meaning, by_words))
    fused = {id: rank for rank, id in enumerate(ranking.order, 1)}
    found = []
    for row in rows:
        verdict, passage = _verdict(row, shown) if row.id in fused else ("outranked", None)
        ranks = meaning.get(row.id), words.get(row.id), fused.get(row.id)
        found.append(_standing(row, ranks, len(meaning), float(row.vector @ ranking.asked), verdict, passage))
    return found


def _verdict(row: Row, shown: Sequence[Kept]) -> tuple[Verdict, int | None]:
    text = Text(row.id, row.source, row.start, row.text)
    for number, kept in enumerate(shown, 1):
        if kept.shown.id == row.id:
            return "shown", number
    for number, kept in enumerate(shown, 1):
        if len(collapse([kept.shown, text], 2)) == 1:
            return "folded", number
    return "outranked", None


def excluded(rows: Sequence[Row], asked: NDArray[np.float32]) -> list[Standing]:
    """Of rows that a filter leaves out. asked: the question's vector."""
    return [
        _standing(row, (None, None, None), 0, float(row.vector @ asked), "excluded", None) for row in rows
    ]


def _standing(
    row: Row,
    ranks: tuple[int | None, int | None, int | None],
    chunks: int,
    similarity: float,
    verdict: Verdict,
    passage: int | None,
) -> Standing:
    place = row.document_id, row.source, row.title, row.start, row.end, row.text
    return Standing(*place, *ranks, chunks, similarity, verdict, passage)
