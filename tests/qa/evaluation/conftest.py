"""A gold case and its answer, over the shipped documents, and records made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from index import Index
from qa import Answer, Assistant
from qa.evaluation.gold import Case
from qa.evaluation.record import Asked, Recorder

PARKS: dict[str, Any] = {
    "id": "parks",
    "question": "Which provinces planned industrial parks?",
    "kind": "list",
    "facts": [["Chongqing"], ["SHAANXI", "Xi'an"]],
    "evidence": [
        {
            "document": "work-reports-of-22-provinces.md",
            "quote": "Chongqing, Shandong, Hainan and Shaanxi proposed building blockchain industrial parks.",
        },
    ],
    "origin": "test",
    "date": "2026-11-22",
}


def case(**changes: Any) -> Case:
    return Case.model_validate(PARKS | changes)


def unanswerable(**changes: Any) -> Case:
    return case(kind="unanswerable", facts=[], evidence=[], **changes)


def asked(id: str = "one", **changes: Any) -> Asked:
    """A record of a question that was answered rightly, but for the changes."""
    plain = {
        "id": id,
        "kind": "list",
        "conversation": id,
        "question": f"{id}?",
        "standalone": f"{id}?",
        "answerable": True,
        "answer": "Parks. [1]",
        "abstained": False,
        "confidence": 0.75,
        "faults": (),
        "facts": (),
        "documents": ("a.md",),
        "expected": (),
        "lost": (),
        "cited": (),
        "passages": (),
    }
    wrong = bool(changes.get("faults"))
    values = {"right": float(not wrong)} | changes.pop("values", {})
    return Asked.model_validate(plain | {"values": values} | changes)


@pytest.fixture(scope="session")
def recorder(shipped: Index) -> Recorder:
    return Recorder(shipped, k=5)


@pytest.fixture(scope="session")
def parks_answer(assistant: Assistant) -> Answer:
    return assistant.ask(PARKS["question"])
