"""What each idea brings to finding, beside the way that ships.

    python -m tests.bench.ideas [--data FOLDER]

Over the two sets of `chunking` and `clapnq`, which say what they hold. Each idea is the shipped way with one
thing changed. For each: recall and IoU of the first five passages of the chunking evaluation, any place with
the same text; the share of CLAPNQ's questions whose passage is first, and its mean reciprocal rank. Behind
each figure the difference to the shipped way on the same questions, with its 95 % interval (paired
bootstrap): an idea is worth keeping when it helps one set and harms neither.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from corpus import Document, load
from index import Embedder, IndexSettings, load_embedder
from index.catalog import Row
from index.chunk import chunk
from index.entries import embedded_text
from index.fuse import combine, with_neighbours
from index.tokens import count_tokens
from index.words import Words, question_words, words
from tests.bench import chunking, clapnq
from tests.bench.results import ROOT, Mean, mean, record

DATA = ROOT / "../shared/benchmarks"
SETTINGS = IndexSettings()
CLOSE = 8  # words within which two words of a question count as near each other
RANK_CONSTANT = 60  # of reciprocal rank fusion

Scores = dict[str, float]


@dataclass(frozen=True)
class Parts:
    """The chunks of all documents in order, with the ways to score them. vectors: (n, dimension)."""

    rows: Sequence[Row]
    vectors: NDArray[np.float32]
    beside: Mapping[str, tuple[str | None, str | None]]
    words: Words
    embedder: Embedder

    @cached_property
    def bare(self) -> NDArray[np.float32]:
        """Of the texts without title and headings, (n, dimension)."""
        return self.embedder.encode([row.text for row in self.rows])

    @cached_property
    def sentences(self) -> Sequence[NDArray[np.float32]]:
        """For each chunk, the vectors of its sentences."""
        texts = [[row.text[a - row.start : b - row.start] for a, b in row.sentences] for row in self.rows]
        vectors = self.embedder.encode([text for one in texts for text in one])
        return np.split(vectors, np.cumsum([len(one) for one in texts])[:-1])


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    vector: NDArray[np.float32]
    words: Scores


Idea = Callable[[Parts, Asked], Scores]


def shipped(
    parts: Parts,
    asked: Asked,
    *,
    cosines: NDArray[np.float32] | None = None,
    neighbours: float = SETTINGS.neighbours,
    lean: float = 0.5,
    by_words: Scores | None = None,
) -> Scores:
    """As index/search.py scores. lean: weight of the words, beside that of the meaning."""
    near = dict(
        zip(
            [row.id for row in parts.rows],
            (parts.vectors @ asked.vector if cosines is None else cosines).tolist(),
            strict=True,
        )
    )
    found = asked.words if by_words is None else by_words
    pool = {*sorted(near, key=lambda id: -near[id])[: SETTINGS.candidates], *found}
    beside = {id: parts.beside[id] for id in pool}
    around = {id for pair in beside.values() for id in pair if id is not None}
    meaning = {id: near[id] for id in pool | around}
    halves = [combine([meaning]), combine([found])]
    both = {id: (1 - lean) * halves[0].get(id, 0) + lean * halves[1].get(id, 0) for id in pool | around}
    return with_neighbours(both, beside, neighbours)


def by_ranks(parts: Parts, asked: Asked) -> Scores:
    """Reciprocal rank fusion of the two, without neighbours (Cormack, Clarke and Büttcher, 2009)."""
    near = parts.vectors @ asked.vector
    first = [parts.rows[at].id for at in np.argsort(-near, kind="stable")[: SETTINGS.candidates]]
    scores: Scores = {}
    for ranking in (first, list(asked.words)):
        for rank, id in enumerate(ranking, 1):
            scores[id] = scores.get(id, 0) + 1 / (RANK_CONSTANT + rank)
    return scores


def windows(parts: Parts, asked: Asked) -> Scores:
    """A chunk as near as its nearest sentence, where that is nearer than the whole."""
    best = [float((vectors @ asked.vector).max(initial=-1)) for vectors in parts.sentences]
    return shipped(parts, asked, cosines=np.maximum(parts.vectors @ asked.vector, np.array(best, np.float32)))


def close_together(parts: Parts, asked: Asked) -> Scores:
    """BM25 times one plus the share of the question's neighbouring words that stand near each other."""
    wanted = question_words(asked.text)
    pairs = list(pairwise(wanted))
    texts = {row.id: row.text for row in parts.rows if row.id in asked.words}
    near = {id: _near_pairs(words(text), pairs) for id, text in texts.items()}
    return shipped(parts, asked, by_words={id: score * (1 + near[id]) for id, score in asked.words.items()})


def _near_pairs(text: Sequence[str], pairs: Sequence[tuple[str, str]]) -> float:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(text):
        places.setdefault(word, []).append(at)
    held = [
        any(abs(a - b) <= CLOSE for a in places.get(one, ()) for b in places.get(other, ()))
        for one, other in pairs
    ]
    return sum(held) / len(held) if held else 0.0


IDEAS: dict[str, Idea] = {
    "as shipped": shipped,
    "fused by ranks": by_ranks,
    "without neighbours": lambda parts, asked: shipped(parts, asked, neighbours=0),
    "neighbours twice as much": lambda parts, asked: shipped(
        parts, asked, neighbours=2 * SETTINGS.neighbours
    ),
    "headings not embedded": lambda parts, asked: shipped(parts, asked, cosines=parts.bare @ asked.vector),
    "words 0.3": lambda parts, asked: shipped(parts, asked, lean=0.3),
    "words 0.7": lambda parts, asked: shipped(parts, asked, lean=0.7),
    "sentence windows": windows,
    "words close together": close_together,
}
SIZES = (80, 160, 200)  # cl100k tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="with the folders chunking and clapnq")
    data = parser.parse_args().data
    embedder = load_embedder(SETTINGS.embedder)
    values: dict[str, dict[str, list[float]]] = {}
    with TemporaryDirectory() as folder:
        (Path(folder) / "documents").mkdir()
        gold = clapnq.write_documents(data / "clapnq", Path(folder) / "documents")
        sets = [
            sorted((data / "chunking").glob("*.md")),
            sorted((Path(folder) / "documents").iterdir()),
        ]
        for size in (SETTINGS.chunk_tokens, *SIZES):
            ideas = IDEAS if size == SETTINGS.chunk_tokens else {f"chunks of {size} tokens": shipped}
            for files, measure in zip(sets, (_chunking(data / "chunking"), _clapnq(gold)), strict=True):
                documents = [load(path, path.name) for path in files]
                with TemporaryDirectory() as place:
                    parts = _parts(documents, size, embedder, Path(place))
                    for name, idea in ideas.items():
                        values.setdefault(name, {}).update(measure(parts, documents, idea, embedder))
    figures = {name: _beside_shipped(found, values["as shipped"]) for name, found in values.items()}
    for name, found in figures.items():
        print(f"{name:<25}", "  ".join(_text(measure, *pair) for measure, pair in found.items()))
    record(len(gold) + len(values["as shipped"]["recall@5"]), figures)


def _parts(documents: Sequence[Document], size: int, embedder: Embedder, folder: Path) -> Parts:
    rows: list[Row] = []
    beside: dict[str, tuple[str | None, str | None]] = {}
    for document in documents:
        chunks = chunk(document, size)
        ids = [f"{document.source} {at:06}" for at in range(len(chunks))]
        for at, (id, one) in enumerate(zip(ids, chunks, strict=True)):
            beside[id] = (ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
            rows.append(
                Row(
                    id,
                    document.id,
                    document.source,
                    document.title,
                    one.start,
                    one.end,
                    one.text,
                    one.headings,
                    one.sentences,
                    {},
                    np.zeros(0, np.float32),
                )
            )
    texts = [embedded_text(document.title, one) for document in documents for one in chunk(document, size)]
    by_words = Words(folder)
    by_words.write([], [rows], afresh=True)
    return Parts(rows, embedder.encode(texts), beside, by_words, embedder)


def _ranked(parts: Parts, questions: Sequence[str], idea: Idea, embedder: Embedder) -> list[list[Row]]:
    """For each question, the rows best first, each text once."""
    rows = {row.id: row for row in parts.rows}
    rankings = []
    for text, vector in zip(questions, embedder.encode(questions), strict=True):
        scores = idea(parts, Asked(text, vector, dict(parts.words.find(text, SETTINGS.candidates))))
        ids = sorted(scores, key=lambda id: (-scores[id], id))
        once: dict[str, Row] = {}
        for id in ids:
            once.setdefault(rows[id].text, rows[id])
        rankings.append(list(once.values()))
    return rankings


Measure = Callable[[Parts, Sequence[Document], Idea, Embedder], dict[str, list[float]]]


def _chunking(folder: Path) -> Measure:
    def measure(
        parts: Parts, documents: Sequence[Document], idea: Idea, embedder: Embedder
    ) -> dict[str, list[float]]:
        raw = {path.stem: path.read_text() for path in folder.glob("*.md")}
        cleaned = {document.source.removesuffix(".md"): document.text for document in documents}
        questions = chunking.place(chunking.read_questions(folder / "questions.csv"), raw, cleaned)
        rankings = _ranked(parts, [one.text for one in questions], idea, embedder)
        overlaps = [
            chunking.overlap(question, [_span(row) for row in rows[: chunking.PASSAGES]])
            for question, rows in zip(questions, rankings, strict=True)
        ]
        fitting = [
            chunking.overlap(question, list(chunking.within(500, [_found(row) for row in rows]))).recall
            for question, rows in zip(questions, rankings, strict=True)
        ]
        return {
            "recall@5": [one.recall for one in overlaps],
            "IoU@5": [one.iou for one in overlaps],
            "recall in 500": fitting,
        }

    return measure


def _clapnq(gold: Sequence[tuple[str, str]]) -> Measure:
    def measure(
        parts: Parts, _: Sequence[Document], idea: Idea, embedder: Embedder
    ) -> dict[str, list[float]]:
        rankings = _ranked(parts, [question for question, _ in gold], idea, embedder)
        ranks = [
            next((at for at, row in enumerate(rows, 1) if row.source == source.split("/")[-1]), None)
            for rows, (_question, source) in zip(rankings, gold, strict=True)
        ]
        return {
            "first": [float(rank == 1) for rank in ranks],
            "MRR": [1 / rank if rank else 0.0 for rank in ranks],
        }

    return measure


def _span(row: Row) -> chunking.Span:
    return chunking.Span(row.source.removesuffix(".md"), row.start, row.end)


def _found(row: Row) -> chunking.Found:
    return chunking.Found(_span(row), count_tokens(row.text))


def _beside_shipped(
    values: Mapping[str, Sequence[float]], present: Mapping[str, Sequence[float]]
) -> dict[str, tuple[float, Mean]]:
    """Each mean, and its difference to the shipped way's."""
    return {
        measure: (round(float(np.mean(found)), 4), mean((np.array(found) - present[measure]).tolist()))
        for measure, found in values.items()
    }


def _text(measure: str, value: float, change: Mean) -> str:
    return f"{measure} {value:.3f} ({change.mean:+.3f} [{change.low:+.3f}, {change.high:+.3f}])"


if __name__ == "__main__":
    main()
