"""From a question to passages: by meaning and by words, fused, without repetitions.

Knows the order of the steps, not how any of them stores what it needs. The question is embedded once; the
two arms give candidates; their scores and those of the chunks beside them rank them; what says the same as
a better one is folded into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, Row, Text
from index.embed import Embedder
from index.errors import BadQuestion
from index.fuse import combine, with_neighbours
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

    start, end, sentences: characters into the document's text, half-open. score: fused, 0 to 1, higher is
    better, not comparable between questions. rank_meaning, rank_words: from 1; None where that arm did not
    find it. similarity: cosine of question and passage, -1 to 1. also_in: sources of other documents that
    say the same. page: that the passage begins on, for documents that have pages.
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


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for a question. asked: its vector. scores: fused, 0 to 1, by chunk id. ranks: from 1, by
    arm and chunk id."""

    asked: NDArray[np.float32]
    scores: Mapping[str, float]
    ranks: Mapping[str, Mapping[str, int]]

    @property
    def order(self) -> list[str]:
        """The chunk ids, best first."""
        return sorted(self.scores, key=lambda id: (-self.scores[id], id))


def rank(
    question: str,
    k: int,
    selection: Selection | None,
    *,
    catalog: Catalog,
    embedder: Embedder,
    nearest: Nearest,
    words: Words,
    settings: IndexSettings,
) -> Ranking:
    """Candidates enough for k passages. nearest: so many chunks of a selection by their meaning."""
    asked = embedder.encode([question])[0]
    depth = max(settings.candidates, k)
    found = {
        "meaning": nearest(asked, depth, selection),
        "words": words.find(question, depth, selection),
    }
    beside, cosines = catalog.surroundings({id for hits in found.values() for id, _ in hits}, asked)
    scores = with_neighbours(combine([cosines, dict(found["words"])]), beside, settings.neighbours)
    ranks = {arm: {id: rank for rank, (id, _) in enumerate(hits, 1)} for arm, hits in found.items()}
    return Ranking(asked, scores, ranks)


def passages(ranking: Ranking, k: int, catalog: Catalog) -> list[Passage]:
    """At most k, best first."""
    best = collapse(catalog.texts(ranking.order), k)
    rows = {row.id: row for row in catalog.rows([kept.shown.id for kept in best])}
    return [_passage(rows[kept.shown.id], kept, ranking, catalog) for kept in best if kept.shown.id in rows]


def by_words(
    text: str, k: int, selection: Selection | None, *, catalog: Catalog, words: Words
) -> list[Passage]:
    """At most k, those first that share most words with the text. Nothing is embedded."""
    hits = words.find(text, k, selection)
    rows = catalog.rows([id for id, _ in hits])
    if not rows:
        return []
    most = hits[0][1]
    ranks = {"meaning": {}, "words": {id: rank for rank, (id, _) in enumerate(hits, 1)}}
    ranking = Ranking(np.zeros_like(rows[0].vector), {id: score / most for id, score in hits}, ranks)
    return [
        _passage(row, Kept(Text(row.id, row.source, row.start, row.text), row.id), ranking, catalog)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """shown: the place to show. found: the id by which it ranks, its own or that of the same text further
    down in its document. also_in: sources of other documents that say the same."""

    shown: Text
    found: str
    also_in: dict[str, None] = field(default_factory=dict)


def collapse(texts: Iterable[Text], k: int) -> list[Kept]:
    """The first k that differ. Of the same text in one document, its first place is shown."""
    kept: list[Kept] = []
    shingled: list[frozenset[tuple[str, ...]]] = []
    for new in texts:
        shingles = _shingles(new.text)
        for at, one in enumerate(kept):
            if _same(shingles, shingled[at]) and _numbers(new.text) == _numbers(one.shown.text):
                if new.source != one.shown.source:
                    one.also_in[new.source] = None
                elif new.text == one.shown.text and new.start < one.shown.start:
                    kept[at] = replace(one, shown=new)
                break
        else:
            if len(kept) < k:
                kept.append(Kept(new, new.id))
                shingled.append(shingles)
    return kept


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of SHINGLE words, or all the words where there are fewer. Chinese counts by characters."""
    found = re.findall(r"[\u3005-\u9fff]|\w+", text.casefold())
    return frozenset(zip(*(found[at:] for at in range(SHINGLE)), strict=False)) or frozenset([tuple(found)])


def _numbers(text: str) -> list[str]:
    """Two texts that differ in a number contradict each other, however alike they are."""
    return sorted(re.findall(r"\d+", text))


def _same(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    """Whether they share SAME of all their shingles (Jaccard): never where one has so many fewer."""
    fewer, more = sorted((len(one), len(other)))
    if fewer / more < SAME:
        return False
    shared = len(one & other)
    return shared / (fewer + more - shared) >= SAME


def _passage(row: Row, kept: Kept, ranking: Ranking, catalog: Catalog) -> Passage:
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
        score=ranking.scores[kept.found],
        found_by=tuple(arm for arm, ids in ranking.ranks.items() if kept.found in ids),
        rank_meaning=ranking.ranks["meaning"].get(kept.found),
        rank_words=ranking.ranks["words"].get(kept.found),
        similarity=float(row.vector @ ranking.asked),
        also_in=tuple(kept.also_in),
        page=next((page.number for page in pages if page.start <= row.start < page.end), None),
    )
