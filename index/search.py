"""From a question to passages: by meaning and by words, fused, without repetitions.

Knows the order of the steps, not how any of them stores what it needs. The question is embedded once; the
two arms give candidates; fusion ranks them; what says the same as a better one is folded into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, Row
from index.embed import Embedder
from index.errors import BadQuestion
from index.fuse import Fused, fuse
from index.hits import Hits, Selection
from index.settings import IndexSettings
from index.words import Words

LONGEST_QUESTION = 10_000  # characters
Nearest = Callable[[NDArray[np.float32], int, Selection | None], Hits]
SHINGLE = 3  # words
SAME = 0.9  # of the shingles of two passages, from which on they say the same


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. `text` is exactly `document.text[start:end]`.

    start, end, sentences: characters into the document's text, half-open. score: fused, higher is better,
    not comparable between questions. rank_meaning, rank_words: from 1; None where that arm did not find
    it. similarity: cosine of question and passage, -1 to 1. also_in: sources of other documents that say
    the same. page: that the passage begins on, for documents that have pages.
    """

    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]
    metadata: Mapping[str, str]
    score: float
    found_by: tuple[str, ...]
    rank_meaning: int | None
    rank_words: int | None
    similarity: float
    also_in: tuple[str, ...]
    page: int | None


def check_question(question: str, k: int) -> str:
    """The question as it is looked for: no white space around it, no half characters. Raises BadQuestion."""
    if k < 1:
        raise BadQuestion(f"{k} results were asked for: ask for 1 or more")
    if len(question) > LONGEST_QUESTION:
        raise BadQuestion(
            f"the question has {len(question):,} characters, the limit is {LONGEST_QUESTION:,}: shorten it"
        )
    if not question.strip():
        raise BadQuestion("the question is empty: write one")
    return question.strip().encode(errors="replace").decode()


def search(
    question: str,
    k: int,
    selection: Selection | None,
    *,
    catalog: Catalog,
    embedder: Embedder,
    nearest: Nearest,
    words: Words,
    settings: IndexSettings,
) -> list[Passage]:
    """At most k passages, best first. nearest: so many chunks of a selection by their meaning."""
    asked = embedder.encode([question])[0]
    depth = max(settings.candidates, k)
    rankings = {
        "meaning": [id for id, _ in nearest(asked, depth, selection)],
        "words": [id for id, _ in words.find(question, depth, selection)],
    }
    fused = {one.id: one for one in fuse(rankings, k=settings.rrf_k)}
    best = collapse(catalog.rows(list(fused)), k)
    return [_passage(row, fused[row.id], asked, also_in, catalog) for row, also_in in best]


def collapse(rows: Iterable[Row], k: int) -> list[tuple[Row, tuple[str, ...]]]:
    """The first k rows that differ, each with the sources of other documents that say it too."""
    kept: list[tuple[Row, frozenset[tuple[str, ...]], dict[str, None]]] = []
    for row in rows:
        shingles = _shingles(row.text)
        for first, others, also_in in kept:
            if _overlap(shingles, others) >= SAME and _numbers(row.text) == _numbers(first.text):
                if row.source != first.source:
                    also_in[row.source] = None
                break
        else:
            if len(kept) < k:
                kept.append((row, shingles, {}))
    return [(row, tuple(also_in)) for row, _, also_in in kept]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of SHINGLE words, or all the words where there are fewer. Chinese counts by characters."""
    found = re.findall(r"[\u3005-\u9fff]|\w+", text.casefold())
    return frozenset(zip(*(found[at:] for at in range(SHINGLE)), strict=False)) or frozenset([tuple(found)])


def _numbers(text: str) -> list[str]:
    """Two texts that differ in a number contradict each other, however alike they are."""
    return sorted(re.findall(r"\d+", text))


def _overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Jaccard: shared shingles of all shingles, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _passage(
    row: Row, fused: Fused, asked: NDArray[np.float32], also_in: Sequence[str], catalog: Catalog
) -> Passage:
    pages = catalog.pages(row.document_id)
    return Passage(
        document_id=row.document_id,
        source=row.source,
        title=row.title,
        start=row.start,
        end=row.end,
        text=row.text,
        headings=row.headings,
        sentences=row.sentences,
        metadata=row.metadata,
        score=fused.score,
        found_by=tuple(fused.ranks),
        rank_meaning=fused.ranks.get("meaning"),
        rank_words=fused.ranks.get("words"),
        similarity=float(row.vector @ asked),
        also_in=tuple(also_in),
        page=next((page.number for page in pages if page.start <= row.start < page.end), None),
    )
