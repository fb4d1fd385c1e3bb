"""The shipped gold set over the shipped documents: no worse than the run that was last accepted."""

from __future__ import annotations

import json
import time

import pytest

from qa import Assistant
from qa.evaluation.baseline import ACCEPTED
from qa.evaluation.compare import compare
from qa.evaluation.gate import Gate, reasons
from qa.evaluation.gold import read_gold
from qa.evaluation.run import Run, run_gold
from tests.conftest import ROOT

GOLD = ROOT / "corpus/gold"


@pytest.mark.timed
def test_nothing_is_lost_against_the_baseline_and_a_run_takes_under_30_seconds(assistant: Assistant) -> None:
    began = time.perf_counter()
    run = run_gold(assistant, read_gold(GOLD), k=5)
    taken = time.perf_counter() - began
    comparison = compare(Run.read(GOLD / "baseline"), run)
    assert list(reasons(Gate(), run, comparison)) == []
    assert taken < 30


def test_the_baseline_asks_the_questions_that_ship_and_says_why_it_was_accepted() -> None:
    baseline = Run.read(GOLD / "baseline")
    assert {one.id for one in baseline.asked} <= {case.id for case in read_gold(GOLD)}
    last = json.loads((GOLD / "baseline" / ACCEPTED).read_text(encoding="utf-8").splitlines()[-1])
    assert (last["right"], last["of"]) == (sum(one.right for one in baseline.asked), len(baseline.asked))
    assert last["reason"]
