"""Who is signed in: random tokens, kept as their hashes, each for one user and one password of theirs.

Knows tokens and times; nothing of cookies or requests. A session ends at logout, two weeks after its last
use, and when its user is removed or given another password.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from qa.web.database import ChatDatabase
from qa.web.users import Users

LASTS = 14 * 24 * 3600.0  # seconds from the last use
RENEWED = 24 * 3600.0  # seconds of use after which it is written that there was some


class Session(NamedTuple):
    """renewed: its cookie is to be set again, or the browser would forget it."""

    user: str
    renewed: bool


class Sessions:
    """For all threads; the file is opened at the first use. now: seconds since 1970.

    A connection of its own: what every request looks up must not wait for a conversation to be written.
    """

    def __init__(self, path: Path, users: Users, now: Callable[[], float] = time.time) -> None:
        self.users = users
        self._database = ChatDatabase(path)
        self._now = now

    def close(self) -> None:
        self._database.close()

    def begin(self, user: str) -> str | None:
        """The token of a new session, 256 random bits; None where there is no such user any more."""
        stamp = self.users.stamp(user)
        if stamp is None:
            return None
        token, now = secrets.token_urlsafe(32), self._now()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM session WHERE expires <= ?", (now,))
            connection.execute(
                "INSERT INTO session (token, person, stamp, expires) VALUES (?, ?, ?, ?)",
                (hash_of(token), user, stamp, now + LASTS),
            )
        return token

    def find(self, token: str) -> Session | None:
        """Whose session this is; None where it has ended, or never begun."""
        hashed, now = hash_of(token), self._now()
        rows = self._database.all(
            "SELECT person, stamp, expires FROM session WHERE token = ? AND expires > ?", hashed, now
        )
        if not rows:
            return None
        user, stamp, expires = rows[0]
        if stamp != self.users.stamp(user):
            self.end(token)
            return None
        renewed = now > expires - LASTS + RENEWED
        if renewed:
            with self._database.writing() as connection:
                connection.execute("UPDATE session SET expires = ? WHERE token = ?", (now + LASTS, hashed))
        return Session(user, renewed)

    def end(self, token: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM session WHERE token = ?", (hash_of(token),))


def hash_of(token: str) -> str:
    """Whoever reads the file can sign in with nothing that stands there."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
