"""A run is kept whole, can be made again to the letter, and says what it was made with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from qa import AnswerSettings, Assistant
from qa.errors import RunError
from qa.evaluation.baseline import ACCEPTED, accept
from qa.evaluation.gold import Case
from qa.evaluation.run import Run, commit_of, new_folder, run_gold
from tests.qa.evaluation.conftest import case, unanswerable

CASES = [
    case(),
    case(id="tibet", facts=[["Tibet"]]),
    unanswerable(id="bread", question="How do I bake bread?"),
]


@pytest.fixture(scope="module")
def run(assistant: Assistant) -> Run:
    ticks = count()
    return run_gold(assistant, CASES, k=3, clock=lambda: next(ticks) * 0.5)


def test_each_question_is_asked_measured_and_timed_in_order(run: Run) -> None:
    assert [(one.id, one.right) for one in run.asked] == [("parks", True), ("tibet", False), ("bread", True)]
    assert run.asked[1].faults == ("lacks Tibet",)
    assert run.speed is not None
    assert run.speed.seconds == {"parks": 0.5, "tibet": 0.5, "bread": 0.5}


def test_a_run_is_read_as_it_was_written(run: Run, tmp_path: Path) -> None:
    run.write(tmp_path / "run")
    assert Run.read(tmp_path / "run") == run


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085"])
def test_a_run_whose_texts_hold_other_line_ends_is_read(run: Run, mark: str, tmp_path: Path) -> None:
    changed = tuple(one.model_copy(update={"answer": f"Parks{mark}were planned."}) for one in run.asked)
    replace(run, asked=changed).write(tmp_path)
    assert Run.read(tmp_path).asked == changed


def files(run: Run, folder: Path) -> dict[str, bytes]:
    run.write(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "speed.json"}


def test_two_runs_of_the_same_code_differ_in_nothing_but_time(
    run: Run, assistant: Assistant, tmp_path: Path
) -> None:
    again = run_gold(Assistant(assistant.index), CASES, k=3)
    assert files(again, tmp_path / "again") == files(run, tmp_path / "once")
    assert again.speed != run.speed


def test_progress_names_each_question(assistant: Assistant) -> None:
    told: list[tuple[int, int, str]] = []
    run_gold(assistant, CASES[:2], k=3, progress=lambda *now: told.append(now))
    assert told == [(1, 2, "parks"), (2, 2, "tibet")]


class Interrupted(Exception):
    pass


def interrupted(assistant: Assistant, folder: Path) -> None:
    """A run that breaks off after its second question."""

    def stop(done: int, *_: object) -> None:
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        run_gold(assistant, CASES, k=3, progress=stop, folder=folder)


def test_an_interrupted_run_goes_on_where_it_stopped(run: Run, assistant: Assistant, tmp_path: Path) -> None:
    interrupted(assistant, tmp_path)
    ticks = count()
    resumed = run_gold(assistant, CASES, k=3, folder=tmp_path, clock=lambda: float(next(ticks)))
    assert next(ticks) == 2  # one question was timed
    assert (resumed.asked, resumed.summary) == (run.asked, run.summary)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["questions.jsonl", "run.json", "speed.json"]


def test_an_answer_that_was_cut_off_in_writing_is_asked_again(
    run: Run, assistant: Assistant, tmp_path: Path
) -> None:
    interrupted(assistant, tmp_path)
    partial = tmp_path / "partial.jsonl"
    partial.write_bytes(partial.read_bytes()[:-40])
    assert run_gold(assistant, CASES, k=3, folder=tmp_path).asked == run.asked


def test_a_run_that_was_cut_off_in_its_first_line_begins_again(
    run: Run, assistant: Assistant, tmp_path: Path
) -> None:
    interrupted(assistant, tmp_path)
    partial = tmp_path / "partial.jsonl"
    for left in (0, 9):
        partial.write_bytes(b"{" * left)
        assert run_gold(assistant, CASES, k=3, folder=tmp_path).asked == run.asked


def test_a_run_does_not_go_on_under_other_conditions(assistant: Assistant, tmp_path: Path) -> None:
    interrupted(assistant, tmp_path)
    with pytest.raises(RunError, match="begun under other conditions"):
        run_gold(assistant, CASES, k=4, folder=tmp_path)


def test_the_conditions_name_documents_settings_and_versions(run: Run, assistant: Assistant) -> None:
    conditions = run.summary.conditions
    assert conditions.k == 3
    assert conditions.settings["answer"] == AnswerSettings().model_dump()
    assert sorted(conditions.documents) == sorted(info.source for info in assistant.index.documents())
    assert {"numpy", "chromadb"} <= conditions.versions.keys()
    assert {len(digest) for digest in (conditions.gold, conditions.corpus, conditions.model)} == {64}


def conditions(assistant: Assistant, cases: Sequence[Case]) -> dict[str, object]:
    return run_gold(assistant, cases, k=3).summary.conditions.model_dump()


def test_another_question_or_setting_changes_its_condition_alone(run: Run, assistant: Assistant) -> None:
    same = run.summary.conditions.model_dump()
    other = conditions(assistant, [*CASES[:2], unanswerable(id="bread", question="How is bread baked?")])
    assert {name for name in same if other[name] != same[name]} == {"gold"}
    bold = Assistant(assistant.index, AnswerSettings(threshold=0))
    assert {name for name in same if conditions(bold, CASES)[name] != same[name]} == {"settings"}


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("questions.jsonl", None, "is no run: No such file"),
        ("run.json", None, "is no run: No such file"),
        ("run.json", "{}", "another version"),
        ("questions.jsonl", '{"id": "a"}', "another version"),
    ],
)
def test_a_folder_that_is_no_run_is_named(
    file: str, content: str | None, reason: str, run: Run, tmp_path: Path
) -> None:
    run.write(tmp_path)
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_text(content)
    with pytest.raises(RunError, match=f"{tmp_path}.*{reason}"):
        Run.read(tmp_path)


def test_run_folders_of_one_second_do_not_meet(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 9, 30)
    names = []
    for _ in range(3):
        folder = new_folder(tmp_path, "tag", now)
        folder.mkdir()
        names.append(folder.name)
    assert names == ["20261122-093000-tag", "20261122-093000-tag.2", "20261122-093000-tag.3"]
    assert new_folder(tmp_path, "", now).name == "20261122-093000"


def test_the_commit_is_marked_where_files_changed_since(tmp_path: Path) -> None:
    assert commit_of(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    (tmp_path / "file").write_text("one")
    for command in (["init", "--quiet"], ["add", "file"], ["commit", "--quiet", "--message", "One"]):
        subprocess.run([*git, *command], check=True)
    commit = commit_of(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    (tmp_path / "file").write_text("two")
    assert commit_of(tmp_path) == f"{commit}+"


def test_a_baseline_is_small_measures_the_same_and_remembers_why(run: Run, tmp_path: Path) -> None:
    run.write(tmp_path / "first")
    replace(run, asked=run.asked[::-1]).write(tmp_path / "second")
    accept(tmp_path / "first", tmp_path / "baseline", "the first")
    accept(tmp_path / "second", tmp_path / "baseline", "turned round")
    baseline = Run.read(tmp_path / "baseline")
    assert baseline.summary == run.summary
    assert [one.values for one in baseline.asked] == [one.values for one in run.asked[::-1]]
    assert all(one.passages == one.cited == one.expected == () for one in baseline.asked)
    assert baseline.speed is None
    lines = (tmp_path / "baseline" / ACCEPTED).read_text().splitlines()
    assert [(line["run"], line["right"], line["reason"]) for line in map(json.loads, lines)] == [
        ("first", 2, "the first"),
        ("second", 2, "turned round"),
    ]


def test_a_baseline_is_not_moved_without_a_reason(run: Run, tmp_path: Path) -> None:
    run.write(tmp_path / "run")
    with pytest.raises(RunError, match="--reason"):
        accept(tmp_path / "run", tmp_path / "baseline", " ")
    assert not (tmp_path / "baseline").exists()
