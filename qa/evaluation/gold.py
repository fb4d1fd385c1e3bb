"""The gold set: questions with the facts that a right answer holds and the quotes that give them.

One JSON object a line. Evidence names a document and an exact quote, never a chunk, so that a gold set
survives another way of chunking.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.answer import Role, Turn
from qa.errors import GoldError

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
    """facts: for each, alternatives of which one must stand in the answer. forbidden: what must not.

    values: for a disagreement, the values that must all be shown.
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

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"

    @property
    def turns(self) -> list[Turn]:
        return [Turn(turn.role, turn.text) for turn in self.history]


def read_gold(path: Path) -> list[Case]:
    """The cases of a .jsonl file, or of all such files in a folder, by name. Raises GoldError."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    cases: list[Case] = []
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise GoldError(f"{file}: {error}") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    cases.append(Case.model_validate(json.loads(line)))
                except (json.JSONDecodeError, ValidationError) as error:
                    raise GoldError(f"{file}:{number}: {_first_line(error)}") from error
    ids = [case.id for case in cases]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise GoldError(f"{path}: ids used twice: {', '.join(twice)}")
    if not cases:
        raise GoldError(f"{path}: holds no cases: give a .jsonl file, or a folder with some")
    return cases


def _first_line(error: json.JSONDecodeError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)
