"""Nothing that a user does asks the network for anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Index, ask and build the chat; whatever resolves a name or connects elsewhere is refused and named.
SCRIPT = """
import sys

def refuse(event, args):
    if event == "socket.getaddrinfo" and args[0] not in (None, "localhost", "127.0.0.1"):
        sys.exit(f"looked up {args[0]}")
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] != "127.0.0.1":
        sys.exit(f"connected to {args[1]}")

sys.addaudithook(refuse)
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


def run(arguments: list[str], home: Path) -> list[str]:
    """The lines that a command prints, which must write nothing else anywhere."""
    home.mkdir(exist_ok=True)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_", "CI"))
    }
    done = subprocess.run(
        arguments, capture_output=True, text=True, cwd=ROOT, env=kept | {"HOME": str(home)}, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []
    return done.stdout.splitlines()


def test_sync_ask_and_the_chat_look_up_and_connect_to_nothing_outside(tmp_path: Path) -> None:
    script = [sys.executable, "-c", SCRIPT, str(tmp_path / ".index"), "corpus/documents"]
    added, answer, *_, built = run(script, tmp_path / "home")
    assert (added, built) == ("5", "built")
    assert "Shaanxi" in answer


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
