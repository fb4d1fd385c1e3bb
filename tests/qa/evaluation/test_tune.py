"""Tuning chooses by what is right, and judges the choice on questions that had no part in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa import load_settings
from qa.cli import run
from qa.evaluation.tune import Choice, Trial, cross_validated
from tests.qa.evaluation.conftest import PARKS

PRESENT = Choice(chunk_tokens=120, passages=8, neighbours=0.25, threshold=0.4)
QUOTE = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."


def trial(right: list[float], tokens: float = 100, **changes: Any) -> Trial:
    return Trial(replace(PRESENT, **changes), tuple(right), tokens, 0.1)


def alone(n: int) -> list[str]:
    return [str(at) for at in range(n)]


def test_the_best_is_chosen_and_expected_to_be_as_good_where_it_always_is() -> None:
    tuned = cross_validated([trial([0.0] * 20), trial([1.0] * 20, passages=5)], PRESENT, alone(20))
    assert tuned.best == Choice(120, 5, 0.25, 0.4)
    assert (tuned.expected, tuned.present) == (1, 0)


def test_of_equals_the_one_that_reads_fewest_tokens_is_chosen() -> None:
    trials = [
        trial([1.0] * 10),
        trial([1.0] * 10, tokens=50, passages=5),
        trial([1.0] * 10, tokens=80, neighbours=0),
    ]
    assert cross_validated(trials, PRESENT, alone(10)).best.passages == 5


def test_a_choice_by_chance_is_not_expected_to_last() -> None:
    noise = np.random.default_rng(1).integers(0, 2, (40, 200)).astype(float)
    trials = [trial([0.0] * 200), *(trial(list(row), passages=at) for at, row in enumerate(noise, 100))]
    tuned = cross_validated(trials, PRESENT, alone(200))
    assert tuned.trials[0].share > 0.55
    assert tuned.expected == pytest.approx(0.5, abs=0.05)


def test_each_combination_is_told_with_its_best_threshold_best_first() -> None:
    trials = [trial([0.0, 1.0]), trial([1.0, 1.0], threshold=0.2), trial([0.0, 1.0], passages=5)]
    told = cross_validated(trials, PRESENT, alone(2)).trials
    assert [(one.choice.passages, one.choice.threshold) for one in told] == [(8, 0.2), (5, 0.4)]


def test_tune_prints_a_table_and_writes_settings_and_a_plot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "parks.md").write_text(f"# Parks\n\n{QUOTE}\n")
    evidence = [{"document": "parks.md", "quote": QUOTE}]
    questions = [f"Which provinces planned parks{mark}" for mark in ("?", " ?", "??", "!", ".")]
    cases = [PARKS | {"id": one, "question": one, "evidence": evidence} for one in questions]
    (tmp_path / "gold.jsonl").write_text("".join(f"{json.dumps(case)}\n" for case in cases))
    (tmp_path / "few.jsonl").write_text(json.dumps(cases[0]))
    assert run(["sync", "docs"]) == 0
    capsys.readouterr()
    arguments = ["tune", "gold.jsonl", "--chunk-tokens", "60", "--passages", "8", "--neighbours", "0.25"]
    assert run([*arguments, "--plot", "plot.svg", "--write", "best.toml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "chunk",
        "tokens",
        "passages",
        "neighbours",
        "threshold",
        "right",
        "tokens",
        "seconds",
    ]
    assert {line.split()[0] for line in lines[1:3]} == {"60", "120"}  # what was asked for, and the present
    assert "present settings on the same questions: 1.000" in lines
    assert Path("plot.svg").read_text().startswith("<svg")
    assert load_settings(Path("best.toml")).answer.passages == 8
    for option in ("--plot", "--write"):
        assert run([*arguments, option, "nowhere/file"]) == 1
        assert capsys.readouterr() == ("", "qa: nowhere/file cannot be written: nowhere is no folder\n")
    assert run([*arguments, "--plot", "docs", "--write", "second.toml"]) == 1
    assert capsys.readouterr().err == "qa: docs cannot be written: Is a directory\n"
    assert Path("second.toml").read_text() == Path("best.toml").read_text()
    assert run([*arguments, "--write", "best.toml"]) == 1
    assert "best.toml is there already" in capsys.readouterr().err
    assert run(["tune", "few.jsonl"]) == 1
    assert "tuning needs 5 conversations or more" in capsys.readouterr().err
    assert run(["tune", "gold.jsonl", "--passages", "few"]) == 1
    assert "--passages few: give numbers with commas" in capsys.readouterr().err
