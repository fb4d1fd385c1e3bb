"""A sync over Ray ends in the index that one process builds, whoever dies on the way."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from operator import neg
from pathlib import Path
from typing import Any

import pytest

from index import Embedder, Failure, Index, SyncReport, load_embedder
from index.embed import FastEmbedder
from index.errors import ModelMissing, WorkersFailed
from index.models import find_model
from index.spread import Spread, here, over_ray
from index.sync import Progress
from tests.conftest import ROOT
from tests.index.folders import PARKS, RICE, TEA, contents, write
from tests.index.serving import free_port

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'spanqa[ray]'")
WORKERS = 2


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    """Ray, started in an empty working directory and with an empty home, both of which stay so."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.chdir(home)
        with over_ray(WORKERS) as workers:
            yield workers
    assert list(home.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dozen files that are read, with texts that occur twice, and two that are not."""
    texts = {f"cheese/{number}.md": cheese(number) for number in range(9)}
    more = {"tea.md": TEA, "rice.md": RICE, "parks.txt": PARKS, "empty.txt": "", "unknown.xyz": "?"}
    folder = write(tmp_path / "docs", texts | more)
    for path in folder.rglob("*.*"):
        os.utime(path, (time.time() - 60,) * 2)  # or it would not be trusted as it is, now and then
    return folder


def cheese(number: int) -> str:
    paragraphs = (f"Wheel {turn} of cheese {number} ripens. " * (turn + 8) for turn in range(6))
    return f"# Cheese {number}\n\n" + "\n\n".join(paragraphs) + "\n\nRind is washed in brine.\n"


def test_the_index_is_that_of_one_process_row_by_row(
    spread: Spread, folder: Path, tmp_path: Path, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.BATCH", 5)  # many transactions
    told: list[tuple[int, int, str]] = []
    alone, report = synced(tmp_path / "alone", folder, real_embedder, here)
    shared, same = synced(
        tmp_path / "shared", folder, real_embedder, spread, progress=lambda *now: told.append(now)
    )

    assert same == report
    assert len(report.added) == 12
    assert report.failed == (Failure("docs/empty.txt", "empty"), *report.failed[1:])
    assert len(report.failed) == 2
    assert shared == alone
    assert contents(tmp_path / "shared") == contents(tmp_path / "alone")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1] == (14, 14, "")


def test_what_changed_later_is_found_and_no_vector_is_made_again(
    spread: Spread, folder: Path, tmp_path: Path, real_embedder: Embedder
) -> None:
    made: list[str] = []
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([folder])
        write(folder, {"tea.md": TEA.replace("Green", "White")})
        (folder / "rice.md").rename(folder / "paddy.md")
        report = index.sync((), lambda *now: made.append(now[2]), spread)
        assert report.changed == ("docs/tea.md",)
        assert report.renamed == ("docs/paddy.md",)
        assert [finding for finding in index.check() if finding.kind == "fault"] == []
    assert [one for one in made if one.startswith("embedding")] == ["embedding chunk 1 of 1"]


def test_results_come_in_the_order_of_their_items_and_only_so_many_are_begun(spread: Spread) -> None:
    taken = []

    def items() -> Iterator[tuple[str, int]]:
        for number in range(30):
            taken.append(number)
            yield f"item {number}", number

    results = spread(neg, items(), ahead=3)
    assert next(results) == ("item 0", 0)
    assert len(taken) == 3 * WORKERS + 1
    assert list(results) == [(f"item {number}", -number) for number in range(1, 30)]


def test_an_error_of_ours_arrives_from_a_worker_as_it_was_raised(spread: Spread) -> None:
    with pytest.raises(ModelMissing, match=r"^no embedding model there-is-none: no folder") as raised:
        list(spread(load_embedder, [(None, "there-is-none")], ahead=1))
    assert raised.value.name == "there-is-none"


def test_a_model_that_is_another_at_the_worker_is_refused(spread: Spread, real_embedder: Embedder) -> None:
    class Other(FastEmbedder):
        @property
        def fingerprint(self) -> str:
            return "0" * 64

    other = Other(real_embedder.name, find_model(real_embedder.name))
    with pytest.raises(WorkersFailed, match=f"all-MiniLM-L6-v2 is not .* expected {'0' * 64}"):
        list(spread(other.encode, [(None, ["text"])], ahead=1))


def test_an_item_whose_workers_all_die_ends_in_one_line(spread: Spread) -> None:
    with pytest.raises(WorkersFailed, match=r"^Ray's workers failed \(.+\): sync without --ray"):
        list(spread(os._exit, [(None, 1)], ahead=1))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="asks Linux which cores a thread may use")
def test_a_workers_threads_are_not_bound_to_the_core_of_another_worker(
    spread: Spread, real_embedder: Embedder
) -> None:
    list(spread(real_embedder.encode, [(None, ["text"])] * 4, ahead=4))
    cores = os.sched_getaffinity(0)
    assert [bound for _, bound in spread(bounds, [(None, 0.2)] * 4, ahead=4)] == [{frozenset(cores)}] * 4


def bounds(wait: float) -> set[frozenset[int]]:
    """The cores that each thread of a worker may use."""
    time.sleep(wait)  # so that each worker is asked
    return {frozenset(os.sched_getaffinity(int(thread.name))) for thread in Path("/proc/self/task").iterdir()}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux who listens")
def test_ray_listens_to_this_machine_alone(spread: Spread) -> None:
    assert set(spread(listened, [(None, os.getpid())], ahead=1)) == {(None, ("127.0.0.1",))}


def listened(process: int) -> tuple[str, ...]:
    """The addresses on which the processes that this one began listen, each once."""
    sockets = set()
    for link in (link for one in descendants(process) for link in Path(f"/proc/{one}/fd").iterdir()):
        with suppress(FileNotFoundError):  # closed just now
            sockets.add(str(link.readlink()))
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = row.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in sockets:
                found.add(socket.inet_ntoa(bytes.fromhex(local.split(":")[0][-8:])[::-1]))
    return tuple(sorted(found))


def descendants(process: int) -> set[int]:
    files = Path(f"/proc/{process}/task").glob("*/children")
    begun = {int(child) for file in files for child in file.read_text().split()}
    return begun.union(*map(descendants, begun))


def test_workers_that_are_killed_lose_nothing(
    spread: Spread, folder: Path, tmp_path: Path, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.entries.EMBED", 4)  # many parts
    killed: set[int] = set()

    def kill(_done: int, _files: int, now: str) -> None:
        if now == "embedding chunk 41 of 66":
            for worker in {pid for _, pid in spread(process_of, [(None, 0.2)] * 4, ahead=4)}:
                os.kill(worker, signal.SIGKILL)
                killed.add(worker)

    alone, report = synced(tmp_path / "alone", folder, real_embedder, here)
    shared, same = synced(tmp_path / "shared", folder, real_embedder, spread, kill)
    assert len(killed) == WORKERS
    assert same == report
    assert shared == alone
    assert contents(tmp_path / "shared") == contents(tmp_path / "alone")


def process_of(wait: float) -> int:
    time.sleep(wait)
    return os.getpid()


@pytest.mark.skipif("QA_LONG" not in os.environ, reason="starts a cluster, half a minute: set QA_LONG=1")
def test_a_cluster_that_runs_is_used_and_goes_on(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    alone = os.environ | {
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "0" * 64,
        "HOME": f"{tmp_path}",
    }
    start = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", f"--port={port}"]
    sync = [sys.executable, "-m", "qa", "sync", str(folder), "--index", str(tmp_path / ".index")]

    def synced_there() -> subprocess.CompletedProcess[str]:
        command = [*sync, "--rebuild", "--ray", "--ray-address", f"127.0.0.1:{port}"]
        return subprocess.run(command, env=alone, cwd=ROOT, capture_output=True, text=True)

    with subprocess.Popen(
        [*start, "--num-cpus=2", "--include-dashboard=false"], env=alone, stdout=subprocess.PIPE, text=True
    ) as cluster:
        try:
            assert cluster.stdout is not None
            assert any("Ray runtime started" in line for line in cluster.stdout)
            for _ in range(2):
                done = synced_there()
                assert (done.stdout.partition("\n")[0], done.stderr) == ("12 added, 2 failed", "")
        finally:
            cluster.terminate()


def synced(
    place: Path, folder: Path, embedder: Embedder, spread: Spread, progress: Progress | None = None
) -> tuple[dict[str, list[tuple[Any, ...]]], SyncReport]:
    """All rows of the catalog, without times and what is the catalog's own name; and the report."""
    with Index.open(place, embedder=embedder) as index:
        report = index.sync([folder], progress, spread)
        assert [finding for finding in index.check() if finding.kind == "fault"] == []
    return rows(place), report


def rows(place: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(place / "catalog.sqlite")) as catalog:
        catalog.execute("UPDATE documents SET indexed_at = ''")
        catalog.execute("DELETE FROM meta WHERE key = 'identity'")
        tables = [name for (name,) in catalog.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {table: sorted(catalog.execute(f"SELECT * FROM {table}")) for table in tables}
    assert len(found["documents"]) == 12
    return found
