"""What `pip install` brings: the command, the prompts, the documents and the look of the chat."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.conftest import ROOT


def test_the_wheel_holds_all_that_runs_and_none_of_the_tests(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    folders = ("corpus", "index", "prompts", "qa")
    shipped = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == shipped | {"app.py"}
    assert {"prompts/not_answered.md", "qa/web/page.css", "corpus/gold/blockchain.jsonl"} <= inside
    assert sum(name.startswith("corpus/documents/") for name in inside) == 5
