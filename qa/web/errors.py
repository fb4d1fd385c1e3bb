"""What can go wrong between a browser and the assistant.

QAError
└── WebError
    ├── BadName              no name for a person, or one that is reserved
    ├── BadPassword          too short or too long
    ├── UnknownUser          nobody of this name may sign in
    ├── UnknownToken         no token has this name
    ├── UsersDamaged         a line of the user file cannot be read
    ├── NoUsers              login is on, and nobody may sign in
    ├── LoginNeeded          an address that others reach, without login
    ├── TooManyAttempts      another attempt to sign in comes too soon
    ├── AskedTooFast         more questions than a minute allows
    ├── BeingAnswered        another window waits for an answer in the same conversation
    ├── UnknownEngine        nothing of this name answers questions
    ├── UnknownConversation  there is none of this id that this person may read, or change
    ├── UnknownCandidate     no candidate of this id is open
    ├── CaseRefused          a case that cannot come into the gold set
    ├── NoQuote              words that stand in no document
    ├── NothingToRun         a gold set that is not there
    ├── AlreadyRunning       somebody runs a gold set
    ├── RunStopped           a run that was stopped, or whose documents changed
    ├── StoreDamaged         what was kept cannot be read
    └── StoreNewer           a newer version of the program has written it

Each names the thing, its value and the way out, and carries them as attributes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import QAError

if TYPE_CHECKING:
    from qa.evaluation.gold import Evidence


class WebError(QAError):
    """Base of the errors of qa.web."""


class BadName(WebError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name!r} cannot be a user's name: {reason}")
        self.name = name
        self.reason = reason


class BadPassword(WebError):
    """The password itself is not told."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the password {reason}")
        self.reason = reason


class UnknownUser(WebError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no user {name}: qa user list names them")
        self.name = name


class UnknownToken(WebError):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no token {name}: qa token list names them")
        self.name = name


class UsersDamaged(WebError):
    """`line`: from 1."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}: delete the line, then run qa user add NAME")
        self.path = path
        self.line = line
        self.reason = reason


class NoUsers(WebError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"login is on, but {path} names no user: run qa user add NAME")
        self.path = path


class LoginNeeded(WebError):
    def __init__(self, host: str) -> None:
        super().__init__(
            f"on {host or 'every address'} others could read the documents without login: run "
            "qa user add NAME and set serve.login = true, or listen on 127.0.0.1"
        )
        self.host = host


class TooManyAttempts(WebError):
    """`seconds`: until another attempt is looked at."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"too many failed attempts: try again in {_seconds(self.seconds)}")


class AskedTooFast(WebError):
    """`seconds`: until another question is answered."""

    def __init__(self, per_minute: int, seconds: float) -> None:
        self.per_minute = per_minute
        self.seconds = math.ceil(seconds)
        super().__init__(
            f"at most {per_minute} questions a minute are answered: ask again in {_seconds(self.seconds)}"
        )


class BeingAnswered(WebError):
    def __init__(self) -> None:
        super().__init__("this conversation is being answered in another window: wait, or stop it there")


class UnknownEngine(WebError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"no model {name[:80]!r}; there are: {', '.join(known)}")
        self.name = name
        self.known = tuple(known)


class UnknownConversation(WebError):
    """The same words whether there is no such conversation or it is another's: neither is told."""

    def __init__(self, id: str) -> None:
        super().__init__(f"you have no conversation {id}: it was deleted, or is not yours to see or change")
        self.id = id


class UnknownCandidate(WebError):
    def __init__(self, id: str) -> None:
        super().__init__(f"no candidate {id} is open: it was decided meanwhile, or never made")
        self.id = id


class CaseRefused(WebError):
    """`faults`: in words, each with what to do where a person may not know."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(f"the case is not accepted: {'; '.join(faults)}")
        self.faults = tuple(faults)


class NoQuote(WebError):
    """`nearest`: the sentences most like it, where some are. `source`: that was looked in, "" for all."""

    def __init__(self, quote: str, source: str, nearest: Evidence | None) -> None:
        if not quote.strip():
            said = "paste the words of a document first"
        else:
            said = f"{source or 'no document'} {'does not hold' if source else 'holds'} these words"
            way_out = (
                f"the nearest is in {nearest.document}: {nearest.quote}" if nearest else "copy them from it"
            )
            said = f"{said}: {way_out}"
        super().__init__(said)
        self.quote = quote
        self.source = source
        self.nearest = nearest


class NothingToRun(WebError):
    def __init__(self) -> None:
        super().__init__("there are no questions to ask yet: accept some in the Review tab")


class AlreadyRunning(WebError):
    """`user`: who runs it."""

    def __init__(self, user: str, done: int, total: int) -> None:
        super().__init__(f"{user} is running a gold set ({done} of {total}): run yours when it is done")
        self.user = user
        self.done = done
        self.total = total


class RunStopped(WebError):
    def __init__(self, done: int, total: int, why: str) -> None:
        super().__init__(f"{why} after {done} of {total} questions: nothing was recorded")
        self.done = done
        self.total = total
        self.why = why


class StoreDamaged(WebError):
    """`what`: of the file, or empty where it is all of it."""

    def __init__(self, path: Path, what: str, reason: str) -> None:
        part, way_out = (f"{what} in ", "delete that, or") if what else ("", "move it away, or")
        super().__init__(f"{part}{path} cannot be read ({reason}): {way_out} bring back a copy of the file")
        self.path = path
        self.what = what
        self.reason = reason


class StoreNewer(WebError):
    """`layout`: of the file. `known`: the newest that this version reads."""

    def __init__(self, path: Path, layout: int, known: int) -> None:
        super().__init__(
            f"{path} has layout {layout}, this version knows {known}: update the program, or set serve.data "
            "to another folder"
        )
        self.path = path
        self.layout = layout
        self.known = known


def _seconds(count: int) -> str:
    return f"{count} second{'' if count == 1 else 's'}"
