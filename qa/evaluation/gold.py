"""The gold set: questions with the facts that a right answer holds and the quotes that give them.

One JSON object a line. Evidence names a document and an exact quote, never a chunk, so that a gold set
survives another way of chunking.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.answer import Role, Turn
from qa.errors import GoldError
from qa.evaluation.lines import lines_of

GoldKind = Literal[
    "list",
    "number",
    "date",
    "who",
    "why",
    "what",
    "compare",
    "disagreement",
    "follow-up",
    "unanswerable",
    "near-miss",
]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Record):
    """`quote` stands exactly so in the document, which is named by its source or the end of it."""

    document: str
    quote: str


class GoldTurn(_Record):
    role: Role
    text: str


class Case(_Record):
    """A question and how its answer is told to be right.

    facts: for each, alternatives of which one must stand in the answer. forbidden: what must not.
    values: for a disagreement, the values that must all be shown. history: the turns before, oldest first.
    references: answers in full, as people wrote them; where there are none, an answer is compared with the
    quotes of the evidence. origin: who or what made the case. date: when, as 2026-11-22.
    """

    id: str
    question: str
    kind: GoldKind
    origin: str
    date: str
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    values: tuple[str, ...] = ()
    history: tuple[GoldTurn, ...] = Field(default=())
    references: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"

    @property
    def conversation(self) -> str:
        """What the conversation began with: the same for questions that follow up on the same turn."""
        return (self.history[0].text if self.history else self.question).casefold()

    @property
    def turns(self) -> list[Turn]:
        return [Turn(turn.role, turn.text) for turn in self.history]


@dataclass(frozen=True, slots=True)
class Line:
    """A case and where it is written; number: from 1."""

    file: Path
    number: int
    case: Case


def read_gold(path: Path) -> list[Case]:
    """The cases of a .jsonl file, or of all such files in a folder, by name. Raises GoldError."""
    return [line.case for line in read_lines(path)]


def read_lines(path: Path) -> list[Line]:
    """The same with their places; raises the same."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    lines = [line for file in files for line in _lines(file)]
    ids = [line.case.id for line in lines]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise GoldError(f"{path}: ids used twice: {', '.join(twice)}")
    if not lines:
        raise GoldError(f"{path}: holds no cases: give a .jsonl file, or a folder with some")
    return lines


def _lines(file: Path) -> Iterator[Line]:
    try:
        texts = list(lines_of(file))
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{file}: {error}") from error
    for number, text in enumerate(texts, start=1):
        if text.strip():
            try:
                yield Line(file, number, Case.model_validate(json.loads(text)))
            except (json.JSONDecodeError, ValidationError) as error:
                raise GoldError(f"{file}:{number}: {_first_line(error)}") from error


def written(case: Case) -> str:
    """The case as a line, without its end; what was never set is left out."""
    return json.dumps(case.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)


def replace_lines(lines: Iterable[Line]) -> None:
    """Write each case over what stands in its place; other lines stay as they are."""
    by_file: dict[Path, list[Line]] = {}
    for line in lines:
        by_file.setdefault(line.file, []).append(line)
    for file, changed in by_file.items():
        texts = list(lines_of(file))
        for line in changed:
            texts[line.number - 1] = written(line.case)
        file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def append_case(case: Case, file: Path) -> None:
    """Add a case to a file, which is made if there is none. Raises GoldError for an id that it has, and where
    it cannot be written."""
    if file.is_file() and file.read_text(encoding="utf-8").strip():
        if case.id in {one.id for one in read_gold(file)}:
            raise GoldError(f"{file} has a case {case.id}: give another with --id")
        if not file.read_bytes().endswith(b"\n"):
            raise GoldError(f"{file} does not end with a line break: add one")
    try:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{written(case)}\n")
    except OSError as error:
        raise GoldError(f"{file} cannot be written: {error.strerror}") from error


def schema() -> dict[str, Any]:
    """The JSON Schema of a case, as corpus/gold/schema.json publishes it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Case.model_json_schema()


def _first_line(error: json.JSONDecodeError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
