"""Nothing that a user does asks the network for anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Whatever resolves a name or connects elsewhere ends the process and is named, from any thread.
REFUSE = """
import os
import sys

def refuse(event, args):
    if event == "socket.getaddrinfo" and args[0] not in (None, "localhost", "127.0.0.1"):
        end(f"looked up {args[0]}")
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] != "127.0.0.1":
        end(f"connected to {args[1]}")

def end(why):
    print(why, file=sys.stderr, flush=True)
    os._exit(1)

sys.addaudithook(refuse)
"""

CHAT = """
from contextlib import closing
from pathlib import Path
import app
from index import Index
from qa import Assistant
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.store import Store

with Index.open(sys.argv[1]) as index:
    print(len(index.sync([sys.argv[2]]).added))
    assistant = Assistant(index)
    print(assistant.ask("Which provinces planned industrial parks?").text)
    data = Path(sys.argv[1]) / "data"
    with closing(Store(data / "chat.sqlite")) as store:
        app.application(Desk(Library(index, data), store, Pace(60), {QUOTES: assistant}))
    print("built")
"""


# Haystack is imported first, as sorted imports have it; its reports leave when the process ends.
FRAMEWORKS = """
from haystack import Pipeline
from haystack.telemetry import _telemetry
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

assert _telemetry.telemetry is not None
from index import Index
from qa.adapters import haystack, llamaindex

with Index.open(sys.argv[1]) as index:
    index.sync([sys.argv[2]])
    pipeline = Pipeline()
    pipeline.add_component("retriever", haystack.SpanRetriever(index))
    print(len(pipeline.run({"retriever": {"query": "industrial parks"}})["retriever"]["documents"]))
    engine = RetrieverQueryEngine.from_args(llamaindex.SpanRetriever(index), llm=MockLLM())
    print(len(engine.query("industrial parks").source_nodes))
"""
NOT_KEPT = ("HF_", "GRADIO_", "HAYSTACK_", "CI")


def run(arguments: list[str], home: Path, leaves: Sequence[str] = ()) -> list[str]:
    """The lines that a command prints, which must write nothing else anywhere but `leaves` in `home`."""
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_KEPT)}
    done = subprocess.run(
        arguments, capture_output=True, text=True, cwd=ROOT, env=kept | {"HOME": str(home)}, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in home.iterdir()] == list(leaves)
    return done.stdout.splitlines()


def test_sync_ask_and_the_chat_look_up_and_connect_to_nothing_outside(tmp_path: Path) -> None:
    script = [sys.executable, "-c", REFUSE + CHAT, str(tmp_path / ".index"), "corpus/documents"]
    added, answer, *_, built = run(script, tmp_path / "home")
    assert (added, built) == ("5", "built")
    assert "Shaanxi" in answer


def test_other_frameworks_report_to_nobody_and_fetch_nothing(tmp_path: Path) -> None:
    script = [sys.executable, "-c", REFUSE + FRAMEWORKS, str(tmp_path / ".index"), "corpus/documents"]
    assert run(script, tmp_path / "home", leaves=[".haystack"]) == ["5", "5"]


@pytest.mark.skipif(
    shutil.which("unshare") is None or os.geteuid() != 0,
    reason="needs root and unshare to cut the network off",
)
def test_sync_and_ask_work_where_there_is_no_network_at_all(tmp_path: Path) -> None:
    alone = ["unshare", "--net", sys.executable, "-m", "qa"]
    folder = ["--index", str(tmp_path / ".index")]
    home = tmp_path / "home"
    assert run([*alone, "sync", "corpus/documents", *folder], home) == ["5 added"]
    assert "Shaanxi" in run([*alone, "ask", "Which provinces planned industrial parks?", *folder], home)[0]
