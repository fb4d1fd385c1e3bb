"""What the commands print with --json: the types, and the JSON Schema of each command's output.

The schemas are made from the types that are printed, so the two cannot part. Knows no printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from corpus import Document
from corpus.document import Removed
from index import DocumentInfo, Finding, Passage, Standing, SyncReport
from qa.answer import Answer
from qa.fetch.report import FetchReport


@dataclass(frozen=True, slots=True)
class Explained:
    """Of `qa search --why`: what was found, and where each chunk that was expected stands."""

    passages: tuple[Passage, ...]
    expected: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Of `qa show DOC:START-END`. start, end: characters, half-open."""

    source: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Of `qa ask --batch`: a question that could not be asked, and why."""

    question: str
    error: str


OUTPUTS: dict[str, Any] = {
    "ask": Answer | Failed,
    "chat": Answer,
    "doctor": tuple[Finding, ...],
    "fetch": FetchReport,
    "search": tuple[Passage, ...] | Explained,
    "show": tuple[DocumentInfo, ...] | Document | Part | tuple[Removed, ...],
    "sync": SyncReport,
}


class _Exact(GenerateJsonSchema):
    """Every field of a dataclass is there, and no other is."""

    def field_is_required(self, *_: Any, **__: Any) -> bool:
        return True

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        return {**super().dataclass_schema(schema), "additionalProperties": False}


def outputs() -> dict[str, Any]:
    """The type of what each command prints, by the command's name."""
    from qa.evaluation.outputs import OUTPUTS as EVALUATED  # answering needs none of it

    return OUTPUTS | EVALUATED


def schema(command: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `command` prints; of a line where it prints many."""
    of_output = TypeAdapter(outputs()[command]).json_schema(schema_generator=_Exact, mode="serialization")
    return {"$schema": _Exact.schema_dialect, **of_output, "title": f"qa {command} --json"}
