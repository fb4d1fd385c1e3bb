"""A team's pytest runs each question of its gold set as a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from qa.cli import run
from tests.conftest import ROOT
from tests.qa.evaluation.conftest import PARKS

QUOTE = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
CASE = PARKS | {
    "question": "Which provinces planned parks?",
    "evidence": [{"document": "parks.md", "quote": QUOTE}],
}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index, a test of its own and a gold set of which one case is wrong."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "docs").mkdir()
    (folder / "docs" / "parks.md").write_text(f"# Parks\n\n{QUOTE}\n")
    assert run(["sync", str(folder / "docs"), "--index", str(folder / "index")]) == 0
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    lines = [json.dumps(CASE), json.dumps(CASE | {"id": "tibet", "facts": [["Tibet"]]})]
    (folder / "my_gold.jsonl").write_text("\n".join(lines))
    (folder / "other.jsonl").write_text("{}")
    return folder


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # A plugin that our own tests need, and a team need not have, warns where it is not configured.
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:asyncio", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def outcomes(report: Path) -> dict[str | None, bool]:
    return {
        case.get("name"): case.find("failure") is None for case in ElementTree.parse(report).iter("testcase")
    }


def test_each_question_is_a_test_once_beside_the_tests_of_the_team(team: Path, tmp_path: Path) -> None:
    arguments = ("--gold", "my_gold.jsonl", "--index", "index", "--junit-xml", str(tmp_path / "report.xml"))
    ran = pytest_in(team, *arguments)
    assert ran.returncode == 1
    assert outcomes(tmp_path / "report.xml") == {"parks": True, "tibet": False, "test_own": True}
    assert "Which provinces planned parks?" in ran.stdout
    assert "E  lacks Tibet" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_question_is_chosen_by_its_id(team: Path) -> None:
    ran = pytest_in(team, "--gold", "my_gold.jsonl", "--index", "index", "-k", "parks")
    assert ran.returncode == 0
    assert "1 passed, 2 deselected" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--gold", "none.jsonl"], 4, "--gold none.jsonl: no such file or folder"),
        (["--gold", "other.jsonl", "other.jsonl"], 2, "other.jsonl:1: id: Field required"),
        (
            ["--gold", "my_gold.jsonl", "--index", "nowhere", "-k", "parks"],
            1,
            "no document is indexed in nowhere",
        ),
    ],
)
def test_what_cannot_be_asked_is_named(team: Path, arguments: list[str], code: int, reason: str) -> None:
    ran = pytest_in(team, *arguments)
    assert ran.returncode == code
    assert reason in ran.stdout + ran.stderr


def test_without_gold_nothing_is_collected_or_loaded(team: Path) -> None:
    ran = pytest_in(team, "--collect-only", "-q")
    assert ran.returncode == 0
    assert "test_own.py::test_own" in ran.stdout
    assert "jsonl" not in ran.stdout
