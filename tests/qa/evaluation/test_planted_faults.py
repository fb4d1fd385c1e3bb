"""Faults planted into the machine are caught, and named by the measure that they spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from index import Embedder, Index
from index.chunk import Chunk, chunk
from index.words import Words
from qa import AnswerSettings, Assistant, Sentence
from qa.cite import Citer
from qa.evaluation import metrics
from qa.evaluation.compare import compare
from qa.evaluation.gate import Gate, reasons
from qa.evaluation.gold import Case, read_gold
from qa.evaluation.run import Run, run_gold
from qa.widen import widen
from tests.conftest import ROOT

DOCUMENTS = ROOT / "corpus/documents"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Of the shipped set every other one, and all without an answer: enough to be significant."""
    every = read_gold(ROOT / "corpus/gold")
    return [case for at, case in enumerate(every) if at % 2 == 0 or not case.answerable]


@pytest.fixture(scope="module")
def sound(assistant: Assistant, cases: list[Case]) -> Run:
    return run_gold(assistant, cases, k=5)


@pytest.fixture(scope="module")
def caught(sound: Run, cases: list[Case]) -> Callable[[Assistant], set[str]]:
    """The measures that the default gate names when an assistant with a fault is asked all the questions."""

    def named(faulty: Assistant) -> set[str]:
        run = run_gold(faulty, cases, k=5)
        return {reason.split()[0] for reason in reasons(Gate(), run, compare(sound, run))}

    return named


Caught = Callable[[Assistant], set[str]]


@contextmanager
def indexed(documents: Path, folder: Path, embedder: Embedder) -> Iterator[Assistant]:
    with Index.open(folder / ".index", embedder=embedder) as made:
        made.sync([documents])
        yield Assistant(made)


def test_a_sound_assistant_is_let_pass(assistant: Assistant, caught: Caught) -> None:
    assert caught(assistant) == set()


def test_a_chunker_off_by_one_character(
    caught: Caught, tmp_path: Path, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(document: Document, budget: int) -> list[Chunk]:
        found = chunk(document, budget)
        return [replace(one, start=one.start + 1, text=one.text[1:]) for one in found]

    monkeypatch.setattr("index.entries.chunk", shifted)
    with indexed(DOCUMENTS, tmp_path, real_embedder) as faulty:
        assert "passages_exact" in caught(faulty)


def test_citations_shifted_by_one(
    assistant: Assistant, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(document: Document, *place: Any) -> tuple[int, int]:
        start, end = widen(document, *place)
        return start + 1, min(end + 1, len(document.text))

    monkeypatch.setattr("qa.quoting.widen", shifted)
    assert "citations_exact" in caught(Assistant(assistant.index))


def test_a_threshold_at_zero(assistant: Assistant, caught: Caught) -> None:
    assert "declining_recall" in caught(Assistant(assistant.index, AnswerSettings(threshold=0)))


def test_fusion_switched_off(assistant: Assistant, caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "find", lambda *_: [])
    assert "both_arms" in caught(Assistant(assistant.index))


def test_a_document_deleted(caught: Caught, tmp_path: Path, real_embedder: Embedder) -> None:
    shutil.copytree(DOCUMENTS, tmp_path / "documents")
    (tmp_path / "documents" / "from-one-province-to-21.md").unlink()
    with indexed(tmp_path / "documents", tmp_path, real_embedder) as faulty:
        assert "evidence_stands" in caught(faulty)


def test_a_prompt_that_drops_the_citation_rule(
    assistant: Assistant, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = Citer.quote

    def unmarked(self: Citer, spans: Any) -> Sentence:
        sentence = quote(self, spans)
        return replace(sentence, text=sentence.citations[0].quote)

    monkeypatch.setattr(Citer, "quote", unmarked)
    assert "sentences_supported" in caught(Assistant(assistant.index))


def test_a_measure_with_its_arguments_swapped(
    assistant: Assistant, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    recall = metrics.span_recall
    monkeypatch.setattr(metrics, "span_recall", lambda found, wanted: recall(wanted, found))
    # Of citations precision and recall are so alike that their exchange may pass for chance.
    assert "retrieval_recall" in caught(Assistant(assistant.index))
