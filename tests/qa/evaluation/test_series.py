"""Runs that lie in one folder are found in the order in which they were made."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import Assistant
from qa.evaluation.run import Run, run_gold
from qa.evaluation.series import finished, trend
from tests.qa.evaluation.conftest import case, unanswerable


@pytest.fixture(scope="module")
def run(assistant: Assistant) -> Run:
    return run_gold(assistant, [case(), unanswerable(id="bread", question="How is bread baked?")], k=3)


def test_runs_of_a_tag_are_told_from_others_and_from_what_was_not_finished(run: Run, tmp_path: Path) -> None:
    for name in ("20261122-2-own", "20261122-1-own", "20261122-1-own.2", "20261122-3-disown", "20261122-4"):
        run.write(tmp_path / name)
    (tmp_path / "20261122-5-own").mkdir()

    assert [one.name for one in finished(tmp_path, "own")] == [
        "20261122-1-own",
        "20261122-1-own.2",
        "20261122-2-own",
    ]
    assert len(finished(tmp_path)) == 5


def test_the_trend_is_of_runs_over_the_same_questions_up_to_the_one_that_is_looked_at(
    run: Run, assistant: Assistant, tmp_path: Path
) -> None:
    for name in ("1", "2", "4"):
        run.write(tmp_path / name)
    run_gold(assistant, [case()], k=3).write(tmp_path / "3")

    assert [name for name, _ in trend(tmp_path / "2")] == ["1", "2"]
    assert trend(tmp_path / "4") == [(name, run.summary.figures[0]) for name in ("1", "2", "4")]
