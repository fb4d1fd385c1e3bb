"""Ctrl-C in a long sync: it ends at once, says so, and the next run goes on from there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from index import Embedder, Index
from tests.index.folders import Remembering, write

FILES = 1_500
NEEDS_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'spanqa[ray]'")


@pytest.mark.parametrize(
    ("how", "longest"),
    [
        ([], 2),  # under one on an idle machine
        pytest.param(["--ray", "--workers", "2"], 6, marks=NEEDS_RAY),  # its own end takes most of it
    ],
)
def test_an_interrupted_sync_ends_soon_and_the_next_embeds_only_the_rest(
    how: list[str], longest: float, tmp_path: Path, real_embedder: Embedder
) -> None:
    texts = {f"{number}.txt": f"Cheese number {number} ripens for {number} weeks." for number in range(FILES)}
    folder = write(tmp_path / "docs", texts)
    command = [sys.executable, "-m", "qa", "sync", *how, str(folder), "--index", str(tmp_path / ".index")]
    terminal = {**os.environ, "TTY_COMPATIBLE": "1"}  # so that progress is shown
    with (
        (tmp_path / "shown").open("w") as shown,
        subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=shown, env=terminal, start_new_session=True
        ) as sync,
    ):
        while embedded(tmp_path) < 600:
            assert sync.poll() is None
            time.sleep(0.01)
        began = time.monotonic()
        os.killpg(sync.pid, signal.SIGINT)  # as a terminal does, to all that run there
        code = sync.wait()
        taken = time.monotonic() - began

    assert code == 130
    assert taken < longest
    told = (tmp_path / "shown").read_text()
    assert "qa: interrupted" in told
    assert "/s" in told
    kept = embedded(tmp_path)
    assert kept < FILES
    counting = Remembering(real_embedder)
    with Index.open(tmp_path / ".index", embedder=counting) as index:
        index.sync()
        assert counting.texts == FILES - kept
        assert len(index.documents()) == FILES
        assert index.check() == []


def embedded(folder: Path) -> int:
    """Vectors in the catalog, 0 while there is none."""
    path = folder / ".index" / "catalog.sqlite"
    if not path.exists():
        return 0
    catalog = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return int(catalog.execute("SELECT count(*) FROM vectors").fetchone()[0])
    except sqlite3.OperationalError:  # its tables are being made
        return 0
    finally:
        catalog.close()
