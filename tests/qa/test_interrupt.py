"""Ctrl-C in a long sync: it ends at once, says so, and the next run goes on from there."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from index import Embedder, Index
from tests.index.folders import Remembering, write

FILES = 1_500


def test_an_interrupted_sync_ends_within_a_second_and_the_next_embeds_only_the_rest(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    texts = {f"{number}.txt": f"Cheese number {number} ripens for {number} weeks." for number in range(FILES)}
    folder = write(tmp_path / "docs", texts)
    command = [sys.executable, "-m", "qa", "sync", str(folder), "--index", str(tmp_path / ".index")]
    terminal = {**os.environ, "TTY_COMPATIBLE": "1"}  # so that progress is shown
    with (
        (tmp_path / "shown").open("w") as shown,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=shown, env=terminal) as sync,
    ):
        while embedded(tmp_path) < 600:
            assert sync.poll() is None
            time.sleep(0.01)
        began = time.monotonic()
        sync.send_signal(signal.SIGINT)
        code = sync.wait()
        taken = time.monotonic() - began

    assert code == 130
    assert taken < 2  # under one on an idle machine
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
