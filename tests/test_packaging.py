"""What `pip install` brings: the command, the prompts, the documents and the look of the chat."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT

USERS_FILE = """
from typing import assert_type

from corpus import Document, load
from index import Index, Passage, SyncReport
from qa import Answer, Assistant, Citation, Turn
from qa.adapters.langchain import SpanRetriever
from qa.chain import build_chain


def told(folder: str) -> list[str]:
    with Index.open(folder) as index:
        assert_type(index.sync([folder]), SyncReport)
        assert_type(index.search("parks", k=3, where={"publisher": "PANews"}), list[Passage])
        assert_type(index.document("a.md"), Document)
        answer = Assistant(index).ask("Which parks?", [Turn.user("Hello")])
        assert_type(answer, Answer)
        assert_type(answer.citations, tuple[Citation, ...])
        assert_type(build_chain(Assistant(index)).invoke({"question": "Which parks?"}), Answer)
        return [one.page_content for one in SpanRetriever(index=index, k=3).invoke("parks")]


def wrong(index: Index) -> int:
    return index.search("parks")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_all_that_runs_and_nothing_of_the_tests_or_the_teaching(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    folders = ("corpus", "index", "prompts", "qa")
    shipped = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.parent != ROOT / "corpus/reader"
    }
    assert inside == shipped | {"app.py"}
    assert {"prompts/not_answered.md", "qa/web/page.css", "corpus/gold/blockchain.jsonl"} <= inside
    assert sum(name.startswith("corpus/documents/") for name in inside) == 5


@pytest.mark.skipif("QA_LONG" not in os.environ, reason="reads all libraries, a minute: set QA_LONG=1")
def test_a_users_strictly_typed_file_is_checked_against_the_installed_package(
    wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "venv"
    venv.create(environment)
    (site,) = environment.glob("lib/python*/site-packages")
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    cache = ROOT / ".mypy_cache/installed"  # the libraries take a minute; once they are read, two seconds
    (tmp_path / "user.py").write_text(USERS_FILE)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "user.py",
        "--cache-dir",
        str(cache),
    ]
    done = subprocess.run(
        [*command, "--python-executable", str(environment / "bin/python")],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")},
        capture_output=True,
        text=True,
    )
    faults = re.findall(r"^user.py:(\d+): error: (.*)  \[", done.stdout, re.MULTILINE)
    fault = 'Incompatible return value type (got "list[Passage]", expected "int")'
    assert faults == [(str(USERS_FILE.count("\n")), fault)], done.stdout + done.stderr
