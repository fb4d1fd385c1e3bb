"""From a question to passages: by meaning and by words, fused, without repetitions.

Knows the order of the steps, not how any of them stores what it needs. The question is embedded once; the
two arms give candidates; fusion ranks them; what says the same as a better one is folded into it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, Row
from index.embed import Embedder
from index.errors import BadQuestion, UnknownField
from index.fuse import Fused, fuse
from index.settings import IndexSettings
from index.vectors import Vectors, nearest
from index.words import Words

LONGEST_QUESTION = 10_000  # characters
# Chunks up to which a filtered search looks at each vector: 10,000 rows of 384 numbers take 30 ms from
# SQLite, and Chroma with a filter took 87 to 227 ms on 100,000.
EXACT = 10_000
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
    where: Mapping[str, str],
    *,
    catalog: Catalog,
    embedder: Embedder,
    vectors: Vectors | None,
    words: Words,
    settings: IndexSettings,
) -> list[Passage]:
    """At most k passages, best first. vectors None: look at every vector of the catalog instead."""
    documents = _select(catalog, where)
    if documents is not None and not documents:
        return []
    asked = embedder.encode([question])[0]
    depth = max(settings.candidates, k)
    rankings = {
        "meaning": _by_meaning(asked, depth, documents, catalog, vectors),
        "words": [id for id, _ in words.find(question, depth, documents)],
    }
    fused = {one.id: one for one in fuse(rankings, k=settings.rrf_k)}
    best = collapse(catalog.rows(list(fused)), k)
    return [_passage(row, fused[row.id], asked, also_in, catalog) for row, also_in in best]


def _select(catalog: Catalog, where: Mapping[str, str]) -> list[str] | None:
    """The ids of the documents to look in, None for all of them."""
    if not where:
        return None
    known = catalog.fields()
    for field in where:
        if known and field not in known:
            raise UnknownField(field, known)
    return catalog.matching(where)


def _by_meaning(
    asked: NDArray[np.float32],
    depth: int,
    documents: Collection[str] | None,
    catalog: Catalog,
    vectors: Vectors | None,
) -> list[str]:
    few = documents is not None and catalog.count(documents) <= EXACT
    if vectors is None or few:
        hits = nearest(asked, *catalog.vectors_in(documents), depth)
    else:
        hits = vectors.nearest(asked, depth, documents)
    return [id for id, _ in hits]


def collapse(rows: Iterable[Row], k: int) -> list[tuple[Row, tuple[str, ...]]]:
    """The first k rows that differ, each with the sources of other documents that say it too."""
    kept: list[tuple[Row, frozenset[str], dict[str, None]]] = []
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


def _shingles(text: str) -> frozenset[str]:
    """Every run of SHINGLE words, or all the words where there are fewer. Chinese counts by characters."""
    found = re.findall(r"[\u3005-\u9fff]|\w+", text.casefold())
    return frozenset(" ".join(found[at : at + SHINGLE]) for at in range(max(1, len(found) - SHINGLE + 1)))


def _numbers(text: str) -> list[str]:
    """Two texts that differ in a number contradict each other, however alike they are."""
    return sorted(re.findall(r"\d+", text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
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
