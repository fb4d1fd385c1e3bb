"""Imports go one way, and the public names are those that others build on."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import corpus
import index
import qa

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "corpus": set(),
    "prompts": set(),
    "index": {"corpus"},
    "qa": {"corpus", "index", "prompts"},
    "app": {"corpus", "index", "qa", "prompts"},
}
TABS = ("chat", "documents", "evaluation", "review", "settings")
# The command line is the outermost part of qa: `qa serve` starts the chat.
EXCEPTIONS = {("qa/cli.py", "app")}


def modules() -> list[Path]:
    folders = (ROOT / name for name in MAY_IMPORT)
    return [
        ROOT / "app.py",
        *(path for folder in folders if folder.is_dir() for path in folder.rglob("*.py")),
    ]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    package = name.split("/")[0].removesuffix(".py")
    ours = {other for other in imported(path) & MAY_IMPORT.keys() if (name, other) not in EXCEPTIONS}
    assert ours <= MAY_IMPORT[package] | {package}


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("chromadb", {"index/vectors.py"}),
        ("gradio", {"app.py", *(f"qa/web/{name}_tab.py" for name in TABS)}),
        ("openvino", {"index/bert.py"}),
        ("matplotlib", {"qa/evaluation/plots.py"}),
        ("mcp", {"qa/adapters/mcp.py"}),
        ("llama_index", {"qa/adapters/llamaindex.py"}),
        ("ray", {"index/spread.py"}),
        ("haystack", {"qa/adapters/haystack.py"}),
        ("httpx", {"index/vectors.py", "qa/fetch/web.py"}),
        ("feedparser", {"qa/fetch/lists.py"}),
        ("opentelemetry", {"qa/tracing.py"}),
        ("prometheus_client", {"qa/web/metrics.py"}),
    ],
)
def test_a_library_is_imported_in_one_place(library: str, only: set[str]) -> None:
    users = {path.relative_to(ROOT).as_posix() for path in modules() if library in imported(path)}
    assert users == only


def test_langchain_stays_out_of_corpus_and_index() -> None:
    for path in modules():
        if path.relative_to(ROOT).parts[0] in ("corpus", "index"):
            assert not any(name.startswith("langchain") for name in imported(path))


def test_answers_that_are_quoted_load_no_model_client() -> None:
    script = (
        "import sys, qa.cli, qa.assistant, qa.generate, qa.models\n"
        "heavy = {'langchain', 'langchain_core', 'openai', 'xllamacpp'}; print(heavy & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "set()\n"


def test_public_names_of_the_contract() -> None:
    assert {"Index", "Passage", "SyncReport", "IndexSettings", "IndexFault"} <= set(index.__all__)
    assert {"Assistant", "Turn", "Answer", "Citation", "Disagreement", "Settings"} <= set(qa.__all__)
    assert {"Document", "load", "LoadError"} <= set(corpus.__all__)
    for package in (corpus, index, qa):
        assert all(hasattr(package, name) for name in package.__all__)
