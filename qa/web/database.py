"""The file chat.sqlite: its tables, opened at the first use, and whose errors are whose.

Knows the tables' columns; nothing of what may be read or changed by whom, see store.py,
sessions.py and tokens.py.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.database import Database
from index.errors import IndexCorrupt
from qa.web.errors import StoreDamaged, StoreNewer
from qa.web.folder import private_file

Row = tuple[Any, ...]

# Each step is taken once, in this order, and never changed afterwards. Times are UTC, as
# 2026-11-22T09:00:00.000000+00:00, so that their order as text is their order in time.
LAYOUT = (
    """
    CREATE TABLE conversation (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL,
        updated TEXT NOT NULL, shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1))
    ) STRICT;
    CREATE INDEX conversation_of ON conversation (owner, updated);
    CREATE TABLE exchange (
        conversation TEXT NOT NULL REFERENCES conversation ON DELETE CASCADE, position INTEGER NOT NULL,
        question TEXT NOT NULL, answer TEXT, fault TEXT, asked_at TEXT NOT NULL, engine TEXT NOT NULL,
        PRIMARY KEY (conversation, position)
    ) STRICT;
    CREATE TABLE candidate (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, gold TEXT NOT NULL, state TEXT NOT NULL,
        created TEXT NOT NULL, note TEXT NOT NULL, sources TEXT NOT NULL
    ) STRICT;
    CREATE TABLE session (
        token TEXT PRIMARY KEY, person TEXT NOT NULL, stamp TEXT NOT NULL, expires REAL NOT NULL
    ) STRICT""",
    """
    CREATE TABLE access (
        name TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, person TEXT NOT NULL, stamp TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('read', 'write'))
    ) STRICT""",
)


class ChatDatabase:
    """For all threads. The file is made, or opened, at the first use.

    Raises StoreDamaged, StoreNewer, StorageFailed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opening = threading.Lock()
        self._opened: Database | None = None

    def close(self) -> None:
        with self._opening:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def all(self, query: str, *values: Any) -> list[Row]:
        with self._faults():
            return self._database().all(query, *values)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept at the end, nothing where anything is raised."""
        with self._faults(), self._database().writing() as connection:
            yield connection

    def _database(self) -> Database:
        with self._opening:
            if self._opened is None:
                self._opened = _opened(self.path)
            return self._opened

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except IndexCorrupt as error:  # whose way out, to index again, brings no conversation back
            raise StoreDamaged(self.path, "", error.reason) from error


def _opened(path: Path) -> Database:
    database = Database(private_file(path))
    try:
        if database.layout > len(LAYOUT):
            raise StoreNewer(path, database.layout, len(LAYOUT))
        if database.layout < len(LAYOUT):
            database.advance(LAYOUT)
    except BaseException:
        database.close()
        raise
    return database
