"""Without an extra's packages the rest works, and what needs them names the extra."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import files, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {name: wanted for name, wanted in PROJECT["optional-dependencies"].items() if name != "dev"}

TRACED = 'os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9"'
# What somebody does who wants an extra. Another extra is entered here, or a test fails.
DOORS = {
    "models": 'sys.exit(run(["ask", "Which parks?", "--model", "http://127.0.0.1:9/v1"]))',
    "mcp": 'sys.exit(run(["mcp"]))',
    "llamaindex": "import qa.adapters.llamaindex",
    "ray": 'sys.exit(run(["sync", "documents", "--ray"]))',
    "haystack": "import qa.adapters.haystack",
    "metrics": 'os.environ["QA_SERVE__METRICS"] = "true"; sys.exit(run(["serve", "--port", "0"]))',
    "tracing": f'{TRACED}; assert run(["ask", "Which parks are planned?"]) == 0; sys.exit(1)',  # it goes on
    "fetch": 'sys.exit(run(["fetch", "http://127.0.0.1:9/", "--into", "web"]))',
}
THE_REST = """
import os
import sys
from qa.cli import run

assert run(["sync", "documents"]) == run(["ask", "Which provinces planned industrial parks?"]) == 0
"""
SITECUSTOMIZE = """
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in {gone!r} else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
"""


def test_every_extra_has_a_door_that_is_tried() -> None:
    assert DOORS.keys() == EXTRAS.keys()


@pytest.mark.parametrize("extra", DOORS)
def test_without_an_extra_the_rest_works_and_its_door_names_it(extra: str, tmp_path: Path) -> None:
    gone = only_in(extra)
    assert gone
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE.format(gone=gone))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents/parks.md").write_text("Chongqing and Shandong planned industrial parks in 2020.\n")

    ran = subprocess.run(
        [sys.executable, "-c", THE_REST + DOORS[extra]],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "Chongqing and Shandong planned industrial parks in 2020. [1]" in ran.stdout, ran.stderr
    assert ran.returncode == 1
    *traceback, line = ran.stderr.splitlines()
    assert line.endswith(f": pip install 'spanqa[{extra}]'")
    assert line.startswith("qa.errors.ExtraMissing: " if traceback else "qa: ")
    assert bool(traceback) == DOORS[extra].startswith("import ")  # the command line shows none


def only_in(extra: str) -> list[str]:
    """The packages, by their dotted names, that this extra brings and the project by itself does not."""
    base = distributions(PROJECT["dependencies"])
    return sorted(packages(distributions(EXTRAS[extra]) - base) - packages(base))


def packages(names: Iterable[str]) -> set[str]:
    """What can be imported of these distributions: each folder with Python in it, and single modules."""
    found = [file for name in names for file in files(name) or () if file.suffix == ".py"]
    return {".".join(file.parts[:-1]) or file.stem for file in found if ".." not in file.parts}


def distributions(wanted: Iterable[str]) -> frozenset[str]:
    """All that is installed for these requirements."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(one) for one in wanted]
    while waiting:
        one = waiting.pop()
        if (key := (canonicalize_name(one.name), frozenset(one.extras))) in found:
            continue
        found.add(key)
        needs = map(Requirement, requires(one.name) or ())
        extras = ("", *one.extras)
        waiting += [
            need
            for need in needs
            if not need.marker or any(need.marker.evaluate({"extra": e}) for e in extras)
        ]
    return frozenset(name for name, _ in found)
