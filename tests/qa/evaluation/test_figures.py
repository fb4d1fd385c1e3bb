"""Figures count what was measured, name what was not, and carry their interval."""

from __future__ import annotations

import pytest

from qa.evaluation.figures import BY_NAME, Figure, by_document, by_kind, figures_of
from qa.evaluation.intervals import wilson
from qa.evaluation.record import Asked
from tests.qa.evaluation.conftest import asked


def figure(name: str, records: list[Asked]) -> Figure:
    (found,) = figures_of(records, [BY_NAME[name]])
    return found


def test_a_mean_leaves_out_and_counts_what_was_not_measured() -> None:
    values = [0.5, None, 1.0, 0.75]
    found = figure(
        "citation_recall", [asked(str(at), values={"citation_recall": v}) for at, v in enumerate(values)]
    )
    assert (found.value, found.n, found.without) == (0.75, 3, 1)
    assert found.low is not None
    assert found.high is not None
    assert 0.5 <= found.low < 0.75 < found.high <= 1


def test_the_words_of_an_answer_are_given_by_their_median() -> None:
    lengths = [10.0, 12.0, 14.0, None, 300.0]
    found = figure("words", [asked(str(at), values={"words": v}) for at, v in enumerate(lengths)])
    assert (found.value, found.n, found.without) == (13, 4, 1)
    assert found.low is not None
    assert found.high is not None
    assert 10 <= found.low <= 13 <= found.high <= 300


def test_what_was_measured_on_no_question_is_none() -> None:
    assert figure("disagreement_recall", [asked()]) == Figure(
        measure="disagreement_recall", value=None, low=None, high=None, n=0, without=1
    )
    assert figure("confidence_auroc", [asked()]).value is None


def test_where_all_are_alike_the_interval_is_that_of_as_many_conversations() -> None:
    records = [asked(str(at), conversation=str(at // 2)) for at in range(20)]
    found = figure("right", records)
    assert (found.low, found.high) == pytest.approx(wilson(10, 10), abs=1e-6)
    assert found.value == 1


def test_one_conversation_shows_no_interval() -> None:
    records = [asked("1", conversation="a", faults=("lacks",)), asked("2", conversation="a")]
    found = figure("right", records)
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_confidence_is_judged_over_the_answered_alone_and_auroc_over_all() -> None:
    records = [
        asked("sure", confidence=0.9),
        asked("unsure", confidence=0.5, faults=("lacks Tibet",)),
        asked("declined", confidence=0.1, abstained=True, answerable=False),
    ]
    assert figure("risk_area", records).value == pytest.approx(0.25)
    assert figure("calibration_error", records).value == pytest.approx((0.1 + 0.5) / 2)
    assert figure("confidence_auroc", records).value == 1
    assert (figure("risk_area", records).n, figure("confidence_auroc", records).n) == (2, 3)


def test_the_same_records_give_the_same_figures() -> None:
    records = [asked(str(at), confidence=at / 9, faults=("lacks",) * (at % 2)) for at in range(10)]
    assert figures_of(records) == figures_of(list(records))


def test_questions_are_grouped_by_kind_and_by_each_document_of_their_evidence() -> None:
    one, two, three = asked("1"), asked("2", kind="who", documents=("a.md", "b.md")), asked("3", documents=())
    assert by_kind([two, one, three]) == {"list": [one, three], "who": [two]}
    assert by_document([two, one, three]) == {"a.md": [two, one], "b.md": [two]}
