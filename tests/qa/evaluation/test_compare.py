"""Two runs are compared question by question; a gate tells why one may not pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.errors import GateError
from qa.evaluation.compare import Comparison, Difference, compare
from qa.evaluation.gate import Gate, read_gate, reasons
from qa.evaluation.record import Asked
from qa.evaluation.run import Conditions, Run, Speed, summarise
from qa.evaluation.texts import comparison_text
from tests.qa.evaluation.conftest import asked

CONDITIONS = Conditions(
    k=5,
    settings={"answer": {"threshold": 0.4}},
    versions={"numpy": "2"},
    gold="g",
    corpus="c",
    prompts="p",
    model="m",
    documents={"a.md": "1", "b.md": "2"},
    commit=None,
)


def run_of(records: Sequence[Asked], seconds: float = 0.1, **changed: Any) -> Run:
    conditions = CONDITIONS.model_copy(update=changed)
    speed = Speed(seconds={one.id: seconds for one in records})
    return Run(tuple(records), summarise(records, conditions), speed)


def records(wrong: Sequence[int], n: int = 40, **changes: Any) -> list[Asked]:
    return [asked(str(at), faults=("lacks",) if at in wrong else (), **changes) for at in range(n)]


def difference(comparison: Comparison, name: str) -> Difference:
    return next(one for one in comparison.differences if one.measure == name)


def test_a_run_against_itself_differs_in_nothing() -> None:
    run = run_of(records([1, 2, 3]))
    comparison = compare(run, run)
    assert [*comparison.conditions, *comparison.lost, *comparison.won, *comparison.unpaired] == []
    assert comparison.chance == 1
    assert {one.change for one in comparison.differences} <= {0, None}
    assert comparison.losses == []
    assert list(reasons(Gate(), run, comparison)) == []


def test_flips_are_counted_both_ways_and_tested() -> None:
    comparison = compare(run_of(records([0])), run_of(records(range(1, 10))))
    assert [pair.after.id for pair in comparison.won] == ["0"]
    assert [pair.after.id for pair in comparison.lost] == [str(at) for at in range(1, 10)]
    assert comparison.chance == pytest.approx(22 / 1024, abs=1e-6)  # 2 (1 + 10) / 2^10
    assert comparison.needed == (8 - 1) / 40


def test_a_significant_loss_is_told_from_one_that_may_be_chance() -> None:
    before = run_of(records([]))
    some, many = compare(before, run_of(records([0, 1]))), compare(before, run_of(records(range(10))))
    assert difference(some, "right").change == -0.05
    assert not difference(some, "right").loss
    assert difference(many, "right").loss
    reason, *_ = reasons(Gate(), run_of(records(range(10))), many)
    assert reason.startswith("right went from 1.000 to 0.750 (95 % interval of the change -0.376 to -0.125)")


def test_a_gain_is_no_loss_whichever_way_is_better() -> None:
    worse, better = run_of(records(range(10), confidence=1.0)), run_of(records([], confidence=1.0))
    assert {one.measure for one in compare(worse, better).losses} == set()
    assert {one.measure for one in compare(better, worse).losses} == {
        "right",
        "risk_area",
        "calibration_error",
    }


def test_flips_of_one_conversation_count_as_one() -> None:
    before = [*records([], conversation="same"), asked("other")]
    after = [*records(range(10), conversation="same"), asked("other")]
    apart = compare(run_of(records([])), run_of(records(range(10))))
    assert difference(apart, "right").loss
    assert not difference(compare(run_of(before), run_of(after)), "right").loss


def test_what_can_no_longer_be_measured_is_a_loss() -> None:
    before = run_of(records([], values={"citation_recall": 1.0}))
    comparison = compare(before, run_of(records([])))
    assert [one.measure for one in comparison.losses] == ["citation_recall"]
    assert list(reasons(Gate(), before, comparison)) == [
        "citation_recall was 1.000 and can no longer be measured"
    ]


def test_only_questions_asked_in_the_same_words_are_compared() -> None:
    before = run_of([asked("a"), asked("b"), asked("gone")])
    after = run_of([asked("a"), asked("b", question="Other?"), asked("new")])
    comparison = compare(before, after)
    assert comparison.paired == 1
    assert comparison.unpaired == ("b", "new", "gone")


def test_runs_with_no_question_in_common_have_nothing_to_compare() -> None:
    comparison = compare(run_of([asked("a")]), run_of([asked("b")]))
    assert (comparison.paired, comparison.differences, comparison.needed) == (0, (), None)
    assert "0 lost, 0 won" in comparison_text(comparison)
    assert "a set of this size can show no change" in comparison_text(comparison)


def test_what_was_made_differently_is_named() -> None:
    records_ = records([])
    changed: dict[str, Any] = {
        "settings": {"answer": {"threshold": 0.0}},
        "documents": {"a.md": "1"},
        "prompts": "q",
    }
    assert compare(run_of(records_), run_of(records_, **changed)).conditions == (
        "documents.b.md: 2 → none",
        "prompts: p → q",
        "settings.answer.threshold: 0.4 → 0.0",
    )


def test_the_text_shows_both_answers_of_a_question_that_flipped() -> None:
    before = asked("parks", answer="Hainan. [1]")
    after = asked("parks", answer="Tibet. [1]", faults=("lacks Hainan",))
    text = comparison_text(compare(run_of([before]), run_of([after])))
    assert text.splitlines()[0].startswith("1 questions in both runs: 1 lost, 0 won, exact McNemar p = 1.000")
    assert text.splitlines()[-4:] == [
        "lost: parks: parks?",
        "  before: Hainan. [1]",
        "  after: Tibet. [1]",
        "    lacks Hainan",
    ]


def test_the_default_gate_lets_no_unsupported_sentence_pass() -> None:
    run = run_of(records([], values={"sentences_supported": 0.99, "citations_exact": 1.0}))
    assert list(reasons(Gate(), run, None)) == ["sentences_supported is 0.990, at least 1 is asked for"]


def test_budgets_hold_measures_and_speed(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text("significant_loss = true\n[least]\nright = 0.9\n[most]\nseconds_p90 = 0.5\n")
    gate = read_gate(path)
    good, bad = run_of(records([]), seconds=0.4), run_of(records(range(10)), seconds=0.6)
    assert list(reasons(gate, good, None)) == []
    assert list(reasons(gate, bad, compare(good, bad))) == [
        "right is 0.750, at least 0.9 is asked for",
        "seconds_p90 is 0.600, at most 0.5 is asked for",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[least]\nrihgt = 1\n", "no measure rihgt; there are: right, "),
        ("[least\n", "is not TOML"),
        ("[fewest]\nright = 1\n", "fewest: Extra inputs"),
    ],
)
def test_a_gate_that_cannot_be_kept_is_named(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(content)
    with pytest.raises(GateError, match=reason):
        read_gate(path)
