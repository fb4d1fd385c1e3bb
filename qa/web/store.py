"""Conversations, their answers, and candidates for the gold set: whose they are, and who may see them.

Knows people by their names and answers as wholes; nothing of pages, requests or how one signs in. An answer
is kept with all of its parts, so it is shown later exactly as it was given, whatever becomes of the index.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from qa.answer import Answer
from qa.evaluation.gold import Case, written
from qa.web.database import ChatDatabase, Row
from qa.web.errors import StoreDamaged, UnknownCandidate, UnknownConversation

State = Literal["open", "accepted", "rejected"]
TITLE = 200  # characters of a title, at most

# In a tuple, since the classes of an answer are plain dataclasses, which take these rules from what is around
# them. A field that a later Answer has more must have a default, or what was kept before cannot be read.
_ANSWERS = TypeAdapter(tuple[Answer], config=ConfigDict(extra="forbid", strict=True))
_SOURCES = TypeAdapter(frozenset[str])


@dataclass(frozen=True, slots=True)
class Conversation:
    """shared: every user may read it; its owner alone changes it. updated: when something was last asked in
    it, or taken back. Times are UTC."""

    id: str
    owner: str
    title: str
    created: datetime
    updated: datetime
    shared: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer, or the words of the fault that came in its place; neither where it was
    stopped. asked_at: with its time zone. engine: what answered, as it was chosen."""

    question: str
    answer: Answer | None
    fault: str | None
    asked_at: datetime
    engine: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that somebody proposes for the gold set. user: who. note: what they said of the answer.
    sources: of the documents whose words may stand in it."""

    id: str
    user: str
    case: Case
    state: State
    created: datetime
    note: str
    sources: frozenset[str]


class Store:
    """For all threads; opened at the first use.

    Raises StoreDamaged, StoreNewer, StorageFailed, and UnknownConversation for a conversation that the user
    may not read, or not change.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = ChatDatabase(path)
        self._now = now

    def close(self) -> None:
        self._database.close()

    def new(self, user: str, title: str) -> str:
        """The id of an empty conversation; nobody can guess it."""
        id, now = secrets.token_urlsafe(16), _stamp(self._now())
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO conversation (id, owner, title, created, updated) VALUES (?, ?, ?, ?, ?)",
                (id, user, _title(title), now, now),
            )
        return id

    def conversations(self, user: str) -> list[Conversation]:
        """The user's own, the one in which something was asked last first."""
        rows = self._database.all(
            f"SELECT {_CONVERSATION} WHERE owner = ? ORDER BY updated DESC, rowid DESC", user
        )
        return [self._conversation(row) for row in rows]

    def conversation(self, user: str, id: str) -> Conversation:
        """The user's own, or one that is shared."""
        rows = self._database.all(f"SELECT {_CONVERSATION} WHERE id = ? AND (owner = ? OR shared)", id, user)
        if not rows:
            raise UnknownConversation(id)
        return self._conversation(rows[0])

    def exchanges(self, user: str, id: str) -> list[Exchange]:
        """Oldest first, of the user's own conversation or of one that is shared."""
        rows = self._database.all(  # in one statement: a conversation deleted meanwhile is not an empty one
            "SELECT position, question, answer, fault, asked_at, engine FROM conversation "
            "LEFT JOIN exchange ON conversation = id "
            "WHERE id = ? AND (owner = ? OR shared) ORDER BY position",
            id,
            user,
        )
        if not rows:
            raise UnknownConversation(id)
        return [self._exchange(id, row) for row in rows if row[0] is not None]

    def append(self, user: str, id: str, exchange: Exchange) -> None:
        answer = exchange.answer and replace(exchange.answer, question=_text(exchange.answer.question))
        columns = (
            _text(exchange.question),
            None if answer is None else _ANSWERS.dump_json((answer,)).decode(),
            None if exchange.fault is None else _text(exchange.fault),
            _stamp(exchange.asked_at),
            exchange.engine,
        )
        with self._changing(user, id) as connection:
            connection.execute(
                "INSERT INTO exchange SELECT ?, COALESCE(MAX(position) + 1, 0), ?, ?, ?, ?, ? FROM exchange "
                "WHERE conversation = ?",
                (id, *columns, id),
            )
            self._touch(connection, id)

    def truncate(self, user: str, id: str, count: int) -> None:
        """Keep the first `count` exchanges: what comes after them is to be asked otherwise."""
        with self._changing(user, id) as connection:
            connection.execute("DELETE FROM exchange WHERE conversation = ? AND position >= ?", (id, count))
            self._touch(connection, id)

    def share(self, user: str, id: str, shared: bool) -> None:
        with self._changing(user, id) as connection:
            connection.execute("UPDATE conversation SET shared = ? WHERE id = ?", (int(shared), id))

    def delete(self, user: str, id: str) -> None:
        with self._changing(user, id) as connection:
            connection.execute("DELETE FROM conversation WHERE id = ?", (id,))

    def suggest(self, user: str, case: Case, note: str, sources: Collection[str] = ()) -> str:
        """The id of an open candidate with this case."""
        id = secrets.token_urlsafe(16)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO candidate (id, person, gold, state, created, note, sources) "
                "VALUES (?, ?, ?, 'open', ?, ?, ?)",
                (
                    id,
                    user,
                    _text(written(case)),
                    _stamp(self._now()),
                    _text(note),
                    json.dumps(sorted(sources)),
                ),
            )
        return id

    def candidates(self, state: State = "open") -> list[Candidate]:
        """Oldest first, of all users."""
        rows = self._database.all(f"SELECT {_CANDIDATE} WHERE state = ? ORDER BY created, rowid", state)
        return [self._candidate(row) for row in rows]

    def decide(self, id: str, state: Literal["accepted", "rejected"], case: Case | None = None) -> Candidate:
        """The candidate as decided. case: as edited, in place of what was proposed.

        Raises UnknownCandidate where none of this id is open: of two who decide at once, one is told.
        """
        edited = None if case is None else _text(written(case))
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE candidate SET state = ?, gold = COALESCE(?, gold) WHERE id = ? AND state = 'open'",
                (state, edited, id),
            )
            if not changed.rowcount:
                raise UnknownCandidate(id)
            row = connection.execute(f"SELECT {_CANDIDATE} WHERE id = ?", (id,)).fetchone()
            return self._candidate(row)

    @contextmanager
    def _changing(self, user: str, id: str) -> Iterator[sqlite3.Connection]:
        """A transaction, once it is seen that the conversation is the user's own."""
        with self._database.writing() as connection:
            owned = connection.execute("SELECT 1 FROM conversation WHERE id = ? AND owner = ?", (id, user))
            if owned.fetchone() is None:
                raise UnknownConversation(id)
            yield connection

    def _touch(self, connection: sqlite3.Connection, id: str) -> None:
        connection.execute("UPDATE conversation SET updated = ? WHERE id = ?", (_stamp(self._now()), id))

    def _conversation(self, row: Row) -> Conversation:
        id, owner, title, created, updated, shared = row
        what = f"conversation {id}"
        return Conversation(
            id, owner, title, self._time(created, what), self._time(updated, what), bool(shared)
        )

    def _exchange(self, id: str, row: Row) -> Exchange:
        position, question, kept, fault, asked_at, engine = row
        what = f"exchange {position + 1} of conversation {id}"
        try:
            answer = None if kept is None else _ANSWERS.validate_json(kept)[0]
        except ValidationError as error:
            raise StoreDamaged(self._database.path, what, _first(error)) from error
        return Exchange(question, answer, fault, self._time(asked_at, what), engine)

    def _candidate(self, row: Row) -> Candidate:
        id, user, gold, state, created, note, sources = row
        what = f"candidate {id}"
        try:
            case = Case.model_validate_json(gold, strict=True)
            named = _SOURCES.validate_json(sources)
        except ValidationError as error:
            raise StoreDamaged(self._database.path, what, _first(error)) from error
        return Candidate(id, user, case, state, self._time(created, what), note, named)

    def _time(self, text: str, what: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise StoreDamaged(self._database.path, what, str(error)) from error


_CONVERSATION = "id, owner, title, created, updated, shared FROM conversation"
_CANDIDATE = "id, person, gold, state, created, note, sources FROM candidate"


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _title(text: str) -> str:
    """On one line, and never empty."""
    return _text(" ".join(text.split()))[:TITLE] or "Untitled"


def _text(text: str) -> str:
    """A browser can send half of a surrogate pair, which is no text and which SQLite does not keep."""
    return text.encode(errors="replace").decode()


def _first(error: ValidationError) -> str:
    """Where the first fault stands and what it is: "0.confidence: Input should be a valid number"."""
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'all of it'}: {fault['msg']}"
