"""The README tells what was measured, and what it shows can be run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.figures import BEGIN, END, README, with_figures
from tests.conftest import ROOT
from tests.examples import carry_out


def test_the_figures_are_those_of_the_committed_runs() -> None:
    readme = README.read_text(encoding="utf-8")
    assert with_figures(readme) == readme
    assert readme.index(BEGIN) + len(BEGIN) + 1 < readme.index(END)


def test_a_figure_changed_by_hand_is_found() -> None:
    readme = README.read_text(encoding="utf-8")
    begin = readme.index(BEGIN)
    changed = readme[:begin] + readme[begin:].replace("0.", "1.", 1)
    assert with_figures(changed) == readme != changed


def test_what_it_shows_runs_and_prints_that(
    folder_of_examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder_of_examples)
    ran = carry_out(README, monkeypatch, capsys)
    assert {"python", ""} <= {block.language for block in ran}
    assert len(ran) >= 3


def test_its_map_names_every_module_of_answering() -> None:
    readme = README.read_text(encoding="utf-8")
    named = readme.partition("\n    qa/ ")[2].partition("\n      web/ ")[0]
    modules = {path.name for path in (ROOT / "qa").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert modules - set(re.findall(r"\w+\.py", named)) == set()
