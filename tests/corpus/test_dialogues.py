"""The shipped dialogues: their last turns are judged, and half of them were written after the rules."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.corpus.test_gold import ROOT, TEXTS

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (ROOT / "corpus/gold/dialogues.jsonl").read_text(encoding="utf-8").splitlines()
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))


def test_there_are_forty_of_which_half_were_held_out() -> None:
    assert Counter(case["origin"] for case in CASES) == {
        "written by hand, tuning": 20,
        "written by hand, held out": 20,
    }


def test_each_begins_another_conversation_or_goes_on_otherwise() -> None:
    assert len({(json.dumps(case["history"]), case["question"]) for case in CASES}) == len(CASES)


@each_case
def test_a_dialogue_has_three_to_five_questions_and_real_answers_between(case: dict[str, Any]) -> None:
    roles = [turn["role"] for turn in case["history"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2)
    assert 3 <= len(roles) // 2 + 1 <= 5


@each_case
def test_every_quote_and_every_quoted_answer_stands_in_a_document(case: dict[str, Any]) -> None:
    whole = "\n".join(TEXTS.values())
    assert [span for span in case.get("evidence", []) if span["quote"] not in TEXTS[span["document"]]] == []
    answers = [
        turn["text"] for turn in case["history"] if turn["role"] == "assistant" and "[1]" in turn["text"]
    ]
    assert [
        part for text in answers for part in text.split("\n\n") if part.rsplit(" [", 1)[0] not in whole
    ] == []
