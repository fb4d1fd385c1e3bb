"""What programs show in place of a password: random tokens, kept as their hashes, each for one user.

Knows tokens and what they allow; nothing of requests. A token ends when it is removed, and when its user is
removed or given another password, as a session does.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal, NamedTuple

from qa.web.database import ChatDatabase
from qa.web.errors import UnknownToken, UnknownUser
from qa.web.sessions import hash_of
from qa.web.users import Users, checked_name

Scope = Literal["read", "write"]  # to write is to read, too
BEGINNING = "spanqa_"  # so that a token that got among files or logs is known for one


class Access(NamedTuple):
    """What a token called `name` allows, and in whose place."""

    name: str
    user: str
    scope: Scope


class Tokens:
    """For all threads; the file is opened at the first use."""

    def __init__(self, path: Path, users: Users) -> None:
        self.users = users
        self._database = ChatDatabase(path)

    def close(self) -> None:
        self._database.close()

    def add(self, name: str, user: str, scope: Scope) -> str:
        """The token of 256 random bits, which nobody can be told again; one of this name before ends.

        Raises BadName, UnknownUser.
        """
        checked_name(name)
        stamp = self.users.stamp(user)
        if stamp is None:
            raise UnknownUser(user)
        token = f"{BEGINNING}{secrets.token_urlsafe(32)}"
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO access (name, token, person, stamp, scope) VALUES (?, ?, ?, ?, ?)",
                (name, hash_of(token), user, stamp, scope),
            )
        return token

    def remove(self, name: str) -> None:
        """Raises UnknownToken."""
        with self._database.writing() as connection:
            if not connection.execute("DELETE FROM access WHERE name = ?", (name,)).rowcount:
                raise UnknownToken(name)

    def find(self, token: str) -> Access | None:
        """What this token allows; None where it has ended, or never begun."""
        rows = self._database.all(
            "SELECT name, person, scope, stamp FROM access WHERE token = ?", hash_of(token)
        )
        return next((Access(*rest) for *rest, stamp in rows if stamp == self.users.stamp(rest[1])), None)

    def all(self) -> list[Access]:
        """Those that have not ended, by name."""
        rows = self._database.all("SELECT name, person, scope, stamp FROM access ORDER BY name")
        return [Access(*rest) for *rest, stamp in rows if stamp == self.users.stamp(rest[1])]
