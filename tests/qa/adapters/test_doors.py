"""By every door the same questions get the same passages, spans and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from qa.evaluation.gold import Case, read_gold
from qa.render import plain
from tests.conftest import ROOT
from tests.qa.adapters.doors import DOORS, FRAMEWORKS, Door, Found, Heard, House, by_python

KINDS = "list what who number date why compare disagreement unanswerable follow-up".split()


@pytest.fixture(scope="session")
def ten() -> list[Case]:
    """A gold question of each kind."""
    cases = read_gold(ROOT / "corpus/gold")
    return [next(case for case in cases if case.kind == kind) for kind in KINDS]


@pytest.fixture(scope="session")
def expected(house: House, ten: list[Case]) -> list[Heard]:
    return by_python(house, ten)


def test_the_ten_are_answered_and_declined_with_spans_that_are_their_quotes(expected: list[Heard]) -> None:
    assert len(expected) == 10
    assert {heard.refusal is None for heard in expected} == {True, False}
    assert any(heard.disagreements for heard in expected)
    for heard in expected:
        assert len(heard.passages) == 4
        assert heard.spans == [one["quote"] for one in heard.citations]
        assert (heard.spans == []) == (heard.refusal is not None)


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_every_door_gives_the_same(door: Door, house: House, ten: list[Case], expected: list[Heard]) -> None:
    assert settled(door(house, ten)) == settled(expected)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_framework_gets_the_same_passages_with_their_spans(
    framework: str, house: House, ten: list[Case], expected: list[Heard]
) -> None:
    index = house.assistant.index
    for case, heard in zip(ten, expected, strict=True):
        found = FRAMEWORKS[framework](index, case.question)
        assert found == [as_found(passage) for passage in heard.passages]
        for one in found:
            assert index.document(one.metadata["document_id"]).text[one.start : one.end] == one.text


def as_found(passage: dict[str, Any]) -> Found:
    left_out = ("text", "sentences", "metadata", "rank_meaning", "rank_words")
    metadata = {name: value for name, value in passage.items() if name not in left_out}
    return Found(
        id=f"{passage['document_id']}:{passage['start']}-{passage['end']}",
        text=passage["text"],
        score=passage["score"],
        start=passage["start"],
        end=passage["end"],
        metadata=metadata | {"front_matter": passage["metadata"]},
    )


def settled(heard: Sequence[Heard]) -> Any:
    """To six digits: a process that embeds sentences in other batches differs in the sixteenth."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rounded(one) for name, one in value.items()}
        if isinstance(value, list):
            return [rounded(one) for one in value]
        return round(value, 6) if isinstance(value, float) else value

    return rounded(plain(heard))
