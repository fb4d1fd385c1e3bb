"""A sync that is killed at any moment, and the next one, end in the index that one clean sync builds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Index
from tests.index.folders import contents, write

LONG = bool(os.environ.get("QA_LONG"))
KILLS = 300 if LONG else 6
FILES = 30

# Small batches and pages, so that there are many places to be killed in.
SYNC = """
import sys
import chromadb
import index.projection, index.sync
from index import Index, IndexSettings, load_embedder
index.sync.BATCH, index.projection.PAGE = 3, 2
embedder = load_embedder(IndexSettings().embedder)
print("ready", flush=True)
with Index.open(sys.argv[1], embedder=embedder) as index:
    index.sync([sys.argv[2]])
"""


@pytest.mark.timeout(4 * 3600 if LONG else 300)  # seconds
def test_a_killed_sync_and_the_next_end_in_the_index_of_one_clean_sync(
    open_index: Callable[..., Index], tmp_path: Path
) -> None:
    chance = random.Random(0)
    folder = write(tmp_path / "docs", {f"{number}.txt": text(number, 0) for number in range(FILES)})
    code, whole = sync(tmp_path / "warm-up", folder)
    assert code == 0

    killed = 0
    for attempt in range(1, KILLS + 1):
        code, _ = sync(tmp_path / ".index", folder, kill_after=chance.uniform(0, whole))
        killed += code == -signal.SIGKILL
        assert_opening_repairs(open_index)
        if attempt % 3 == 0:
            assert_recovers(open_index, tmp_path, folder, tmp_path / f"clean-{attempt}")
        for number in chance.sample(range(FILES), 12):
            path = folder / f"{number}.txt"
            kind = chance.choice(["add or change", "delete", "rename"])
            if kind == "delete":
                path.unlink(missing_ok=True)
            elif kind == "rename" and path.exists():
                path.replace(folder / f"{chance.randrange(FILES)}.txt")
            else:
                path.write_text(text(number, attempt))
    assert killed >= KILLS / 3


def assert_opening_repairs(open_index: Callable[..., Index]) -> None:
    """Whatever the kill left can be asked, and is then whole, but for what was not synced."""
    index = open_index()
    if index.documents():
        assert index.search("cheese")
        assert [finding for finding in index.check() if not finding.what.startswith("a sync of")] == []
    index.close()


def assert_recovers(open_index: Callable[..., Index], tmp_path: Path, folder: Path, clean: Path) -> None:
    index = open_index()
    index.sync([folder])
    assert index.check() == []
    index.close()
    with open_index(clean) as at_once:
        at_once.sync([folder])
    assert contents(tmp_path / ".index") == contents(clean)


def sync(index: Path, folder: Path, kill_after: float | None = None) -> tuple[int, float]:
    """Exit code and seconds of a process that syncs, from when it has loaded what it needs."""
    with subprocess.Popen(
        [sys.executable, "-c", SYNC, str(index), str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        return process.wait(), time.monotonic() - started


def text(number: int, version: int) -> str:
    return (
        f"Cheese number {number} ripens.\n\nIt is version {version}, and its rind is washed {number} times.\n"
    )
