"""Chroma's chunking evaluation: how much of the text that answers is found, and how much else comes with it.

    python -m tests.bench.chunking [--data FOLDER]

472 questions with the exact spans that answer them, five corpora in one index (Smith and Troynikov,
"Evaluating Chunking Strategies for Retrieval", 2024; brandonstarxel/chunking_evaluation). For each
question, over the characters of the passages found and those of the references:
recall: share of the references that was found; precision: share of the passages that is reference;
IoU: found references by passages and references together. All 0 to 1, here averaged over the questions.
Taken over the first five passages, and recall over as many as fit into a budget of cl100k tokens.

Ours: by meaning alone, by words alone and fused, from the same search. Beside it LangChain's recursive
splitter with the same embedder. References are spans of the raw files; in our cleaned text they are found
again by their letters and digits, and one that is not found counts as missed.

finance.md repeats itself: two of three of its questions have a reference that stands there several times,
of which one is marked, and our search shows a text once. So each figure is given twice: "marked" counts
the marked place alone, as chunking_evaluation does, and the other counts any place with the same text.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index import Index, IndexSettings, Passage, load_embedder
from index.tokens import ENCODING, count_tokens
from tests.bench.results import ROOT, Mean, mean, record, show

DATA = ROOT / "../shared/benchmarks/chunking"
PASSAGES = 5
BUDGETS = (500, 1000, 2000)  # cl100k tokens
SPLIT = 200  # tokens to a chunk of the plain pipeline
DEEP = 50  # passages asked for: more than the largest budget holds, no more than each arm gives anyhow


@dataclass(frozen=True, slots=True)
class Span:
    """start, end: characters into the text of `corpus`, half-open."""

    corpus: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    span: Span
    tokens: int


@dataclass(frozen=True, slots=True)
class Question:
    """references: for each, where it stands, the marked place first. lost: characters of those that stand
    nowhere in the text; they count as missed."""

    text: str
    references: tuple[tuple[Span, ...], ...]
    lost: int = 0

    @property
    def marked(self) -> Question:
        return replace(self, references=tuple(places[:1] for places in self.references))


@dataclass(frozen=True, slots=True)
class Overlap:
    recall: float
    precision: float
    iou: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="questions.csv and the corpora")
    data = parser.parse_args().data
    raw = {path.stem: path.read_text() for path in sorted(data.glob("*.md"))}
    questions = read_questions(data / "questions.csv")
    rankings = {"plain": plain_rankings(raw, [question.text for question in questions])}
    with TemporaryDirectory() as folder, Index.open(folder) as index:
        index.sync(sorted(data.glob("*.md")))
        cleaned = {corpus: index.document(f"{corpus}.md").text for corpus in raw}
        rankings |= our_rankings(index, [question.text for question in questions])
    in_raw, in_cleaned = place(questions, raw, raw), place(questions, raw, cleaned)
    print(f"{sum(question.lost > 0 for question in in_cleaned)} questions with a reference not found again")
    figures = {}
    for name, found in rankings.items():
        placed = in_raw if name == "plain" else in_cleaned
        figures[f"{name}, marked"] = measure([question.marked for question in placed], found)
        figures[name] = measure(placed, found)
    for name, means in figures.items():
        show(name, means)
    record(len(questions), figures)


def read_questions(path: Path) -> list[Question]:
    """With the marked places in the raw files."""
    with path.open(newline="") as file:
        return [
            Question(
                row["question"],
                tuple(
                    (Span(row["corpus_id"], one["start_index"], one["end_index"]),)
                    for one in json.loads(row["references"])
                ),
            )
            for row in csv.DictReader(file)
        ]


def plain_rankings(texts: Mapping[str, str], questions: Sequence[str]) -> list[list[Found]]:
    """The usual pipeline: LangChain's recursive splitter, no overlap, nearest vectors first."""
    splitter = RecursiveCharacterTextSplitter.from_tiktoken_encoder(
        encoding_name=ENCODING, chunk_size=SPLIT, chunk_overlap=0, add_start_index=True
    )
    parts: list[str] = []
    chunks: list[Found] = []
    for corpus, text in texts.items():
        for chunk in splitter.create_documents([text]):
            part, start = chunk.page_content, int(chunk.metadata["start_index"])
            parts.append(part)
            chunks.append(Found(Span(corpus, start, start + len(part)), count_tokens(part)))
    embedder = load_embedder(IndexSettings().embedder)
    cosines = embedder.encode(questions) @ embedder.encode(parts).T
    return [[chunks[row] for row in np.argsort(-of_one, kind="stable")[:DEEP]] for of_one in cosines]


def place(questions: Iterable[Question], raw: Mapping[str, str], texts: Mapping[str, str]) -> list[Question]:
    """The questions with all places of their references in `texts`: the raw ones, or what cleaning made."""
    letters = {corpus: _letters(text) for corpus, text in texts.items()}
    placed = []
    for question in questions:
        references: list[tuple[Span, ...]] = []
        lost = 0
        for (marked,) in question.references:
            text, positions = letters[marked.corpus]
            wanted, _ = _letters(raw[marked.corpus][marked.start : marked.end])
            expected = marked.start / len(raw[marked.corpus]) * len(text)
            found = [one.start() for one in re.finditer(wanted, text)]
            found.sort(key=lambda at: abs(at - expected))
            references.append(
                tuple(Span(marked.corpus, positions[at], positions[at + len(wanted) - 1] + 1) for at in found)
            )
            lost += 0 if found else marked.end - marked.start
        placed.append(Question(question.text, tuple(filter(None, references)), lost))
    return placed


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, and where each stands in it."""
    positions = [position for position, character in enumerate(text) if character.isalnum()]
    return "".join(text[position] for position in positions), positions


def our_rankings(index: Index, questions: Sequence[str]) -> dict[str, list[list[Found]]]:
    """For meaning, words and both, for each question: the passages, best first."""
    rankings: dict[str, list[list[Found]]] = {"meaning": [], "words": [], "fused": []}
    for question in questions:
        passages = index.search(question, k=DEEP)
        rankings["meaning"].append(_by_rank({one.rank_meaning: one for one in passages}))
        rankings["words"].append(_by_rank({one.rank_words: one for one in passages}))
        rankings["fused"].append([_found(one) for one in passages])
    return rankings


def _by_rank(passages: Mapping[int | None, Passage]) -> list[Found]:
    return [_found(passages[rank]) for rank in sorted(rank for rank in passages if rank is not None)]


def _found(passage: Passage) -> Found:
    corpus = passage.source.removesuffix(".md")
    return Found(Span(corpus, passage.start, passage.end), count_tokens(passage.text))


def measure(questions: Sequence[Question], rankings: Sequence[Sequence[Found]]) -> dict[str, Mean]:
    pairs = list(zip(questions, rankings, strict=True))
    first = [overlap(question, [one.span for one in ranking[:PASSAGES]]) for question, ranking in pairs]
    figures = {
        "recall@5": mean([one.recall for one in first]),
        "precision@5": mean([one.precision for one in first]),
        "IoU@5": mean([one.iou for one in first]),
        "tokens@5": mean([sum(one.tokens for one in ranking[:PASSAGES]) for ranking in rankings]),
    }
    for budget in BUDGETS:
        recalls = [overlap(question, list(within(budget, ranking))).recall for question, ranking in pairs]
        figures[f"recall in {budget}"] = mean(recalls)
    return figures


def within(budget: int, ranking: Sequence[Found]) -> Iterator[Span]:
    """The first passages, up to the one that no longer fits."""
    for one in ranking:
        budget -= one.tokens
        if budget < 0:
            return
        yield one.span


def overlap(question: Question, found: Sequence[Span]) -> Overlap:
    """As in chunking_evaluation: text found twice counts twice in what was found, once in what was hit.

    Of the places of a reference, the one that was found best counts.
    """
    references = [max(places, key=lambda one: _hit([one], found)) for places in question.references]
    hit = _hit(references, found)
    wanted = sum(one.end - one.start for one in references) + question.lost
    shown = sum(one.end - one.start for one in found)
    missed = _length(references) + question.lost - hit
    return Overlap(hit / wanted, hit / shown if shown else 0.0, hit / (shown + missed))


def _hit(references: Iterable[Span], found: Iterable[Span]) -> int:
    return _length(
        Span(one.corpus, max(one.start, other.start), min(one.end, other.end))
        for one, other in product(references, found)
        if one.corpus == other.corpus
    )


def _length(spans: Iterable[Span]) -> int:
    """Characters in any of the spans of one corpus; a span that ends before it starts counts nothing."""
    length = reached = 0
    for span in sorted(spans, key=lambda one: one.start):
        length += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return length


if __name__ == "__main__":
    main()
