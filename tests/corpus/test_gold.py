"""The shipped gold set can be trusted: each answer it asks for stands, word for word, in the documents."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.load import load

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "corpus" / "gold" / "blockchain.jsonl"
TEXTS = {
    path.name: load(path, f"documents/{path.name}").text
    for path in sorted((ROOT / "corpus" / "documents").glob("*.md"))
}
CASES: list[dict[str, Any]] = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [case for case in CASES if case["kind"] != "unanswerable"]

REQUIRED = {"id", "question", "kind", "facts", "evidence", "origin", "date"}
OPTIONAL = {"history", "forbidden", "values"}
LEAST = {  # the fewest cases of each kind with which the set still measures it
    "list": 10,
    "number": 10,
    "date": 6,
    "who": 8,
    "what": 6,
    "why": 5,
    "compare": 5,
    "near-miss": 8,
    "disagreement": 5,
    "follow-up": 6,
    "unanswerable": 14,
}

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
each_answerable = pytest.mark.parametrize("case", ANSWERABLE, ids=lambda case: str(case["id"]))


def test_the_set_is_large_enough_in_every_kind_and_has_no_other() -> None:
    counts = Counter(case["kind"] for case in CASES)
    assert set(counts) == set(LEAST)
    assert {kind: counts[kind] for kind, least in LEAST.items() if counts[kind] < least} == {}


def test_no_two_cases_share_an_id_or_ask_the_same() -> None:
    ids = Counter(case["id"] for case in CASES)
    asked = Counter((case["question"].lower(), json.dumps(case.get("history"))) for case in CASES)
    assert [id for id, n in ids.items() if n > 1] == []
    assert [question for question, n in asked.items() if n > 1] == []


def test_every_document_is_asked_about_at_least_ten_times() -> None:
    asked = Counter(name for case in CASES for name in {span["document"] for span in case["evidence"]})
    assert set(asked) == set(TEXTS)
    assert min(asked.values()) >= 10


@each_case
def test_a_case_has_the_fields_of_its_kind_and_no_other(case: dict[str, Any]) -> None:
    assert REQUIRED <= set(case) <= REQUIRED | OPTIONAL
    assert case["question"].strip()
    assert date.fromisoformat(case["date"])
    assert ("history" in case) == (case["kind"] == "follow-up")
    assert ("values" in case) == (case["kind"] == "disagreement")
    assert bool(case["facts"]) == bool(case["evidence"]) == (case["kind"] != "unanswerable")


@each_case
def test_a_history_alternates_between_user_and_assistant(case: dict[str, Any]) -> None:
    roles = [turn["role"] for turn in case.get("history", [])]
    assert roles == ["user", "assistant"] * (len(roles) // 2)


@each_answerable
def test_every_quote_stands_exactly_in_its_document(case: dict[str, Any]) -> None:
    missing = [span for span in case["evidence"] if span["quote"] not in TEXTS[span["document"]]]
    assert missing == []


@each_answerable
def test_the_quotes_give_every_fact_and_every_differing_value(case: dict[str, Any]) -> None:
    quoted = "\n".join(span["quote"] for span in case["evidence"]).lower()
    facts = [*case["facts"], *([value] for value in case.get("values", []))]
    assert [fact for fact in facts if not any(alternative.lower() in quoted for alternative in fact)] == []


@each_answerable
def test_no_quote_holds_what_its_answer_must_not(case: dict[str, Any]) -> None:
    quoted = "\n".join(span["quote"] for span in case["evidence"]).lower()
    assert [text for text in case.get("forbidden", []) if text.lower() in quoted] == []
