"""`qa sync --watch` as a process of its own, over files written as editors and programs write them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from index import Index
from index.lock import writing
from tests.conftest import ROOT

SOON = 30  # seconds, of which a round takes one or two where nothing else runs


class Watching:
    """The process, what it has printed, and the folder it follows."""

    def __init__(self, folder: Path, *followed: Path) -> None:
        self.docs = folder / "docs"
        self.index = folder / "index"
        paths = [str(path) for path in followed or (self.docs,)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa", "sync", *paths, "--watch", "--json", "--index", str(self.index)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._said: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.first = self.round()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            report = json.loads(line)
            self._said.put({kind: found for kind, found in report.items() if found and kind != "unchanged"})

    def round(self, within: float = SOON) -> dict[str, Any]:
        """What the next round found."""
        return self._said.get(timeout=within)

    def rounds_until(self, count: int, kind: str) -> list[dict[str, Any]]:
        """The rounds in which so many files were added, or changed."""
        rounds: list[dict[str, Any]] = []
        while sum(len(one.get(kind, ())) for one in rounds) < count:
            rounds.append(self.round())
        return rounds

    def is_quiet(self) -> bool:
        try:
            self.round(within=1.5)
        except Empty:
            return True
        return False

    def interrupted(self) -> str:
        """What stands on stderr after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        assert self.process.stderr is not None
        told = self.process.stderr.read()
        assert self.process.wait(timeout=SOON) == 130
        return told


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "tea.md").write_text("Green tea is steamed soon after picking.")
    watching = Watching(tmp_path)
    yield watching
    watching.process.kill()
    watching.process.communicate()


def test_what_is_saved_made_moved_and_deleted_is_followed_until_ctrl_c(watching: Watching) -> None:
    docs = watching.docs
    assert watching.first == {"added": ["docs/tea.md"]}

    (docs / ".tea.md.swp").write_text("Black tea is left to wither.")
    (docs / ".tea.md.swp").replace(docs / "tea.md")
    assert watching.round() == {"changed": ["docs/tea.md"]}

    (docs / "cups" / "small").mkdir(parents=True)
    (docs / "cups" / "small" / "cup.md").write_text("A small cup holds 80 millilitres.")
    assert watching.round() == {"added": ["docs/cups/small/cup.md"]}
    (docs / "cups" / "small" / "cup.md").write_text("A small cup holds 90 millilitres.")
    assert watching.round() == {"changed": ["docs/cups/small/cup.md"]}

    (docs / "tea.md").rename(docs / "black.md")
    assert watching.round() == {"renamed": ["docs/black.md"]}
    (docs / "black.md").unlink()
    assert watching.round() == {"removed": ["docs/black.md"]}

    assert watching.interrupted() == "qa: interrupted\n"
    with Index.open(watching.index) as index:
        assert [one.source for one in index.documents()] == ["docs/cups/small/cup.md"]
        assert index.search("How much does a small cup hold?")[0].text == "A small cup holds 90 millilitres."
        assert index.check() == []


def test_a_burst_of_fifty_files_takes_few_rounds(watching: Watching) -> None:
    for number in range(50):
        (watching.docs / f"{number}.md").write_text(f"Cheese {number} ripens for {number} weeks.")
        time.sleep(0.01)
    rounds = watching.rounds_until(50, "added")
    assert len(rounds) <= 3
    assert watching.is_quiet()


def test_a_broken_file_is_named_once_and_the_watch_goes_on(watching: Watching) -> None:
    (watching.docs / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    (failure,) = watching.round()["failed"]
    assert failure["source"] == "docs/broken.pdf"
    (watching.docs / ".hidden").write_text("nothing that is read")
    assert watching.is_quiet()
    (watching.docs / "rice.md").write_text("Rice is sown in flooded fields.")
    assert watching.round() == {"added": ["docs/rice.md"], "failed": [failure]}


def test_a_folder_that_goes_keeps_its_documents_and_is_followed_when_it_is_back(watching: Watching) -> None:
    docs, aside = watching.docs, watching.docs.with_name("aside")
    docs.rename(aside)
    time.sleep(1)
    (aside / "rice.md").write_text("Rice is sown in flooded fields.")
    assert watching.is_quiet()
    aside.rename(docs)
    assert watching.round() == {"added": ["docs/rice.md"]}
    (docs / "tea.md").write_text("Black tea is left to wither.")
    assert watching.round() == {"changed": ["docs/tea.md"]}
    assert watching.interrupted().splitlines() == [
        f"qa: {docs} is gone: its documents stay, and it is waited for",
        "qa: interrupted",
    ]


def test_a_folder_replaced_by_another_of_its_name_is_followed_on(watching: Watching) -> None:
    docs, other = watching.docs, watching.docs.with_name("other")
    other.mkdir()
    (other / "tea.md").write_text("Black tea is left to wither.")
    docs.rename(docs.with_name("old"))
    other.rename(docs)
    assert watching.round() == {"changed": ["docs/tea.md"]}
    (docs / "rice.md").write_text("Rice is sown in flooded fields.")
    assert watching.round() == {"added": ["docs/rice.md"]}


def test_while_another_process_writes_the_round_waits(watching: Watching) -> None:
    with writing(watching.index):
        (watching.docs / "rice.md").write_text("Rice is sown in flooded fields.")
        assert watching.is_quiet()
    assert watching.round() == {"added": ["docs/rice.md"]}
    told = watching.interrupted().splitlines()
    assert len(told) == 2
    assert f"is being written by process {os.getpid()} since" in told[0]


def test_a_single_file_is_followed_through_saves_by_rename(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("Green tea is steamed.")
    watching = Watching(tmp_path, note)
    try:
        for saved in ("Black tea is left to wither.", "White tea is dried at once."):
            (tmp_path / "note.md~").write_text(saved)
            (tmp_path / "note.md~").replace(note)
            assert watching.round() == {"changed": ["note.md"]}
        assert watching.interrupted() == "qa: interrupted\n"
    finally:
        watching.process.kill()
        watching.process.communicate()
