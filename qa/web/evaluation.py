"""Gold sets asked of the assistant in the background, one at a time for the whole server.

Knows which sets there are, who runs one, and the folder of runs; nothing of pages. What is asked is what
everybody sees of the documents: whoever looks at a run reads nothing of another's uploads.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

from index import Index, IndexFault, View
from qa.assistant import Assistant
from qa.errors import QAError
from qa.evaluation.anchor import source_named
from qa.evaluation.baseline import beside
from qa.evaluation.compare import Comparison, compare
from qa.evaluation.gold import Case, read_gold
from qa.evaluation.run import Run, new_folder, run_gold
from qa.evaluation.series import finished, trend
from qa.web.errors import AlreadyRunning, NothingToRun, RunStopped
from qa.web.library import Library

RUNS = "runs"
K = 5  # passages to measure retrieval on, as qa eval does by default
Name = Literal["shipped", "feedback"]  # of a gold set, and the tag of its runs
SHIPPED: Final = "shipped"
OWN: Final = "feedback"


class GoldSet(NamedTuple):
    """against: what a run of it is compared with, in words."""

    name: Name
    path: Path
    cases: tuple[Case, ...]
    against: str


class Outcome(NamedTuple):
    """comparison: None where there is no run to compare with. against: which it is, in words.
    pictures: SVG, by what they show."""

    folder: Path
    cases: tuple[Case, ...]
    run: Run
    comparison: Comparison | None
    against: str
    pictures: dict[str, str]


@dataclass
class Job:
    """A run under way, then what became of it: an outcome, or a fault. left: seconds, None while unknown."""

    user: str
    name: Name
    total: int
    done: int = 0
    left: float | None = None
    outcome: Outcome | None = None
    fault: IndexFault | QAError | OSError | None = None
    stopped: bool = False

    def __post_init__(self) -> None:
        self.ended = threading.Event()


class Evaluation:
    """data: below which runs are recorded. shipped: the gold set that comes with the program.
    own: that of the Review tab."""

    def __init__(
        self, library: Library, engines: Mapping[str, Assistant], data: Path, shipped: Path, own: Path
    ) -> None:
        self._library = library
        self._engines = engines
        self._runs = data / RUNS
        self._shipped = shipped
        self._own = own
        self._starting = threading.Lock()
        self.job: Job | None = None  # the last that was started

    def sets(self, user: str) -> list[GoldSet]:
        """Those that can be asked: the shipped one only where the documents that it quotes are indexed.

        Raises GoldError.
        """
        found = []
        if self._shipped.is_dir():
            cases = read_gold(self._shipped)
            sources = {info.source: "" for info in self._library.common(user).documents()}
            if all(source_named(one.document, sources) for case in cases for one in case.evidence):
                found.append(GoldSet(SHIPPED, self._shipped, tuple(cases), "the baseline that ships with it"))
        if self._own.is_file():
            found.append(GoldSet(OWN, self._own, tuple(read_gold(self._own)), "the run before"))
        return found

    def start(self, user: str, name: str, engine: str) -> Job:
        """Raises NothingToRun, AlreadyRunning, GoldError."""
        gold = next((one for one in self.sets(user) if one.name == name), None)
        if gold is None:
            raise NothingToRun
        with self._starting:
            if (now := self.job) and not now.ended.is_set():
                raise AlreadyRunning(now.user, now.done, now.total)
            assistant = self._engines[engine].over(self._library.common(user))
            job = Job(user, gold.name, len(gold.cases))
            threading.Thread(target=self._work, args=(job, gold, assistant), daemon=True).start()
            self.job = job  # now that something will end it
        return job

    def stop(self, user: str) -> None:
        """The person's own run, after the question at hand."""
        if self.job and self.job.user == user:
            self.job.stopped = True

    def _work(self, job: Job, gold: GoldSet, assistant: Assistant) -> None:
        try:
            job.outcome = self._run(job, gold, assistant)
        except (IndexFault, QAError, OSError) as fault:
            job.fault = fault
        finally:
            job.ended.set()

    def _run(self, job: Job, gold: GoldSet, assistant: Assistant) -> Outcome:
        from qa.evaluation.report import pictures  # loads what draws, which nothing else of the chat needs

        before = self._before(gold)
        folder = new_folder(self._runs, gold.name, datetime.now())
        watch = _watch(job, assistant.index)
        try:
            run = run_gold(assistant, gold.cases, K, watch, folder=folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        comparison = compare(before, run) if before else None
        earlier = trend(folder)
        drawn = pictures(run, earlier if len(earlier) > 1 else ())
        return Outcome(folder, gold.cases, run, comparison, gold.against, drawn)

    def _before(self, gold: GoldSet) -> Run | None:
        if gold.name == SHIPPED:
            place = beside(gold.path)
            return Run.read(place) if place.is_dir() else None
        earlier = finished(self._runs, gold.name)
        return Run.read(earlier[-1]) if earlier else None


def _watch(job: Job, index: Index | View) -> Callable[[int, int, str], None]:
    """Tells the job how far it is. Raises RunStopped, also where the documents have changed: measures of one
    half would be of others than those of the other half."""
    began, generation = time.monotonic(), index.generation

    def progress(done: int, total: int, _id: str) -> None:
        job.done = done
        job.left = (time.monotonic() - began) / done * (total - done)
        if job.stopped:
            raise RunStopped(done, total, "stopped")
        if index.generation != generation:
            raise RunStopped(done, total, "documents were added or removed")

    return progress
