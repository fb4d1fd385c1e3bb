"""A run: a gold set asked of one assistant, measured, and kept in a folder.

    questions.jsonl   a record for each question, in the order of the gold set
    run.json          what was run (settings, versions, digests, commit) and what it came to
    speed.json        how long each answer took
    partial.jsonl     the answers so far, while it is not done

Two runs of the same code over the same documents differ in speed.json alone. Knows no other run.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

import prompts
from index import Index, View, models
from index.observe import Step
from qa.assistant import Assistant
from qa.errors import RunError
from qa.evaluation.figures import BY_NAME, Figure, Measure, by_document, by_kind, figures_of
from qa.evaluation.gold import Case
from qa.evaluation.lines import lines_of
from qa.evaluation.metrics import percentile
from qa.evaluation.record import DIGITS, Asked, Place, Record, Recorder

QUESTIONS, SUMMARY, SPEED = "questions.jsonl", "run.json", "speed.json"
PARTIAL = "partial.jsonl"
PERCENTILES = (50, 90, 99)
PACKAGES = ("spanqa", "chromadb", "numpy", "openvino", "tantivy", "tokenizers")
IN_GROUPS = [measure for measure in BY_NAME.values() if measure.of is None]

Progress = Callable[[int, int, str], None]  # done, in all, what is at hand


class Conditions(Record):
    """What a run was made with. documents: SHA-256 of each text, by source. k: passages measured."""

    k: int
    settings: dict[str, dict[str, Any]]
    versions: dict[str, str]
    gold: str
    corpus: str
    prompts: str
    model: str
    documents: dict[str, str]
    commit: str | None


class Summary(Record):
    conditions: Conditions
    figures: tuple[Figure, ...]
    kinds: dict[str, tuple[Figure, ...]]
    documents: dict[str, tuple[Figure, ...]]


class Speed(Record):
    """seconds: of each answer, by the question's id."""

    seconds: dict[str, float]

    def percentile(self, share: int) -> float | None:
        return percentile(list(self.seconds.values()), share / 100)


@dataclass(frozen=True, slots=True)
class Run:
    asked: tuple[Asked, ...]
    summary: Summary
    speed: Speed | None = None  # a baseline has none: its machine is not ours

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{one.model_dump_json()}\n" for one in self.asked)
        (folder / QUESTIONS).write_text(lines, encoding="utf-8")
        _write_json(folder / SUMMARY, self.summary)
        if self.speed:
            _write_json(folder / SPEED, self.speed)

    def slim(self) -> Run:
        """Without texts of documents and times: small enough to be committed, enough to be compared with."""
        none: tuple[Place, ...] = ()
        without = {"expected": none, "cited": none, "passages": none}
        return Run(tuple(one.model_copy(update=without) for one in self.asked), self.summary)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises RunError."""
        speed = folder / SPEED
        with _reading(folder):
            asked = tuple(map(Asked.model_validate_json, lines_of(folder / QUESTIONS)))
            timed = Speed.model_validate_json(speed.read_text(encoding="utf-8")) if speed.is_file() else None
        return cls(asked, read_summary(folder), timed)


def read_summary(folder: Path) -> Summary:
    """Raises RunError."""
    with _reading(folder):
        return Summary.model_validate_json((folder / SUMMARY).read_text(encoding="utf-8"))


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(f"{folder} is no run: {error.strerror}: qa eval makes one") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise RunError(f"{folder} was written by another version, or changed: run it again") from error


def run_gold(
    assistant: Assistant,
    cases: Sequence[Case],
    k: int,
    progress: Progress = lambda *_: None,
    clock: Callable[[], float] = time.perf_counter,
    folder: Path | None = None,
) -> Run:
    """Ask each case with its history and measure the answer, in the order given.

    clock: seconds from any start. folder: where each answer is kept as soon as it is there; those that an
    earlier try under the same conditions left there are not asked again.
    """
    conditions = conditions_of(assistant, cases, k)
    recorder = Recorder(assistant.index, k)
    timed: dict[str, Timed] = {}
    if folder:
        timed = _kept(folder / PARTIAL, conditions)
    for number, case in enumerate(cases, 1):
        if case.id not in timed:
            began = clock()
            with Step("evaluation"):
                answer = assistant.ask(case.question, case.turns)
            seconds = round(clock() - began, DIGITS)
            timed[case.id] = Timed(asked=recorder.record(case, answer), seconds=seconds)
            if folder:
                _keep(folder / PARTIAL, timed[case.id])
        progress(number, len(cases), case.id)
    found = [timed[case.id] for case in cases]
    asked = tuple(one.asked for one in found)
    speed = Speed(seconds={one.asked.id: one.seconds for one in found})
    run = Run(asked, summarise(asked, conditions), speed)
    if folder:
        run.write(folder)
        (folder / PARTIAL).unlink()
    return run


class Timed(Record):
    asked: Asked
    seconds: float


def _kept(path: Path, conditions: Conditions) -> dict[str, Timed]:
    """The answers of an earlier try, or none and a file begun; the conditions are its first line."""
    if not path.is_file() or b"\n" not in path.read_bytes():  # cut off in its first line
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        _keep(path, conditions)
        return {}
    with _reading(path.parent):
        first, *lines = path.read_bytes().splitlines(keepends=True)
        if Conditions.model_validate_json(first) != conditions:
            raise RunError(f"{path.parent} was begun under other conditions: begin again without --resume")
        whole = [line for line in lines if line.endswith(b"\n")]  # the last may have been cut off
        if len(whole) < len(lines):
            path.write_bytes(b"".join((first, *whole)))
        return {one.asked.id: one for one in map(Timed.model_validate_json, whole)}


def _keep(path: Path, record: Record) -> None:
    with path.open("a", encoding="utf-8") as lines:
        lines.write(f"{record.model_dump_json()}\n")


def summarise(asked: Sequence[Asked], conditions: Conditions) -> Summary:
    return Summary(
        conditions=conditions,
        figures=tuple(figures_of(asked)),
        kinds=_figures_in(by_kind(asked), IN_GROUPS),
        documents=_figures_in(by_document(asked), IN_GROUPS),
    )


def _figures_in(
    groups: Mapping[str, Sequence[Asked]], measures: Iterable[Measure]
) -> dict[str, tuple[Figure, ...]]:
    measures = list(measures)
    return {name: tuple(figures_of(asked, measures)) for name, asked in groups.items()}


def conditions_of(assistant: Assistant, cases: Sequence[Case], k: int) -> Conditions:
    index = assistant.index
    documents = _texts(index)
    embedder = index.settings.embedder
    return Conditions(
        k=k,
        settings={
            "index": index.settings.model_dump(mode="json"),
            "answer": assistant.settings.model_dump(mode="json"),
        },
        versions={name: version for name in PACKAGES if (version := _version(name))},
        gold=_digest(case.model_dump_json() for case in cases),
        corpus=_digest(f"{source}\0{text}" for source, text in documents.items()),
        prompts=prompts.digest(),
        model=models.fingerprint(models.find_model(embedder), embedder),
        documents=documents,
        commit=commit_of(Path(__file__).parent),
    )


def _texts(index: Index | View) -> dict[str, str]:
    """The digest of each document's text, by source."""
    return {info.source: _digest([index.document(info.id).text]) for info in index.documents()}


def _digest(parts: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{part}\0".encode(errors="surrogatepass"))
    return whole.hexdigest()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def commit_of(folder: Path) -> str | None:
    """The commit that a folder stands at, "+" behind it where files have changed since; None without git."""
    ask = ["git", "-C", str(folder)]
    try:
        head = subprocess.run([*ask, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        status = subprocess.run(
            [*ask, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return head.stdout.strip() + "+" * bool(status.stdout)


def new_folder(runs: Path, tag: str, now: datetime) -> Path:
    """Where the next run goes: runs/20261122-093000-tag, with a number behind it where that is taken."""
    name = f"{now:%Y%m%d-%H%M%S}" + f"-{tag}" * bool(tag)
    taken = {path.name for path in runs.glob(f"{name}*")}
    return runs / next(
        free for count in range(1, len(taken) + 2) if (free := _counted(name, count)) not in taken
    )


def interrupted(folder: Path) -> Path:
    """The folder, where a run can go on. Raises RunError."""
    if not (folder / PARTIAL).is_file():
        raise RunError(f"{folder} holds no run that was interrupted: begin one without --resume")
    return folder


def _counted(name: str, count: int) -> str:
    return name if count == 1 else f"{name}.{count}"


def _write_json(path: Path, record: Record) -> None:
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")
