"""What an answer is: sentences, each with the exact spans that carry it; or a refusal and its reason.

Types only. All offsets are characters into the cleaned text of the document named, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index import Passage

Support = Literal["quoted", "supported"]
Refusal = Literal[
    "nothing_found", "not_answered", "unknown_name", "unknown_number", "other_language", "nothing_asked"
]
Role = Literal["user", "assistant"]

BETWEEN = "\n\n"  # the sentences of an answer's text


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation so far, oldest first in a history."""

    role: Role
    text: str

    @classmethod
    def user(cls, text: str) -> Turn:
        return cls("user", text)

    @classmethod
    def assistant(cls, text: str) -> Turn:
        return cls("assistant", text)


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` is exactly `document.text[start:end]`. `number` is the [n] mark that stands in the answer."""

    number: int
    document_id: str
    source: str
    title: str
    start: int
    end: int
    quote: str
    page: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as shown, with its marks ("… in 2020. [1]"), the citations behind them and their kind."""

    text: str
    citations: tuple[Citation, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values that the sources give, as written there, with the citations that give it."""

    text: str
    citations: tuple[Citation, ...]

    @property
    def date(self) -> str | None:
        """Of the newest document that gives it, as 2019-11; None where none is dated."""
        return max((one.metadata["date"] for one in self.citations if "date" in one.metadata), default=None)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`subject`: what is counted or dated, in the sources' words; at least two values, first cited first."""

    subject: str
    values: tuple[Value, ...]

    @property
    def newest(self) -> Value | None:
        """The value given last; None where a date is not known, or too coarse to tell: 2020 and 2020-03."""
        dated = sorted(((value.date or "", value) for value in self.values), key=lambda one: one[0])
        (before, _), (last, newest) = dated[-2:]
        return newest if dated[0][0] and not last.startswith(before) else None


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model had to do with an answer.

    prompts: their digest. tokens: of cl100k, sent and received. released, replaced, dropped: what became of
    the sentences that it wrote. note: the line that says why its answer is missing or cut short, or empty.
    understanding: of its own form of the question, "taken", or why the rules' form stands; empty where it was
    not asked for one. judge: the model that was asked of each sentence, or empty.
    """

    model: str
    prompts: str
    tokens: int
    released: int
    replaced: int
    dropped: int
    note: str
    understanding: str = ""
    judge: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`citations` holds each citation once, in the order of its number; a declined answer holds none.

    confidence: 0 to 1. passages: what was retrieved, best first; for a declined answer these are leads.
    missing: for a refusal, the names or numbers of the question that no document holds.
    generation: None where no model was asked; for a refusal none is asked to write.
    """

    question: str
    standalone: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    disagreements: tuple[Disagreement, ...]
    confidence: float
    abstained: bool
    refusal: Refusal | None
    missing: tuple[str, ...]
    passages: tuple[Passage, ...]
    generation: Generation | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """Stream event: the question as understood from the conversation, and the passages found for it."""

    standalone: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Stream event: the next sentence. What has been said is never taken back."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Done:
    """Stream event, always the last: the whole answer."""

    answer: Answer


Event = Understood | Said | Done
