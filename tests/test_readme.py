"""The README tells what was measured, and what it shows can be run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from qa.cli import run
from tests.bench.figures import BEGIN, END, README, with_figures
from tests.conftest import ROOT

PYTHON = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
SHOWN = re.findall(
    r"^```\n\$ qa (.*?)\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


def test_the_figures_are_those_of_the_committed_runs() -> None:
    readme = README.read_text(encoding="utf-8")
    assert with_figures(readme) == readme
    assert readme.index(BEGIN) + len(BEGIN) + 1 < readme.index(END)


def test_a_figure_changed_by_hand_is_found() -> None:
    readme = README.read_text(encoding="utf-8")
    begin = readme.index(BEGIN)
    changed = readme[:begin] + readme[begin:].replace("0.", "1.", 1)
    assert with_figures(changed) == readme != changed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the documents that ship, as a checkout has them."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    return folder


def test_its_python_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for number, block in enumerate(PYTHON, 1):
        exec(compile(block, f"README.md, Python {number}", "exec"), names)
    assert len(PYTHON) >= 2
    assert "provinces" in capsys.readouterr().out


def test_its_commands_print_what_it_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert run(["sync", "corpus/documents", "--index", ".index"]) == 0
    assert SHOWN
    for command, shown in SHOWN:
        capsys.readouterr()
        assert run([*shlex.split(command), "--index", ".index"]) == 0
        printed = re.escape(shown).replace("…", ".*")
        assert re.fullmatch(printed, capsys.readouterr().out)
