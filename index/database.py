"""One SQLite file, for all threads of a process and, one writer at a time, for several processes.

Knows connections, transactions and which of SQLite's errors is which of ours; nothing of the tables.

One connection under a lock serves all threads: a read takes well under a millisecond, and a transaction
holds only rows that are ready, never an embedding run. Other processes read on while one writes (WAL).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import IndexCorrupt, StorageFailed

PATIENCE = 30.0  # seconds to wait for another process's transaction
LOOK = 0.01  # seconds between two tries, where SQLite does not wait by itself
# What SQLite says of a folder or a disk in which it cannot make the files that it keeps beside the database.
_UNWRITABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
_SETTINGS = (
    "PRAGMA foreign_keys = ON",
    # FULL: a generation number must not come back with other content after a power cut.
    "PRAGMA synchronous = FULL",
    # In kilobytes. With SQLite's own 2 MB a question's reads of 300,000 chunks take a third longer.
    "PRAGMA cache_size = -16000",
)


class Database:
    """Opens, or creates, the file; where nothing can be written there, to read only.

    Raises IndexCorrupt, StorageFailed; so do all its methods.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._faults():
            self._connection = _opened(path)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @property
    def layout(self) -> int:
        """How many of the steps of `advance` the file has taken; 0 where it is new."""
        return int(self.one("PRAGMA user_version"))

    def advance(self, steps: Sequence[str]) -> None:
        """Take the steps that the file has not taken yet, in one transaction. Each is SQL.

        Nothing happens to a file that is up to date or newer. Raises IndexCorrupt where it is another
        program's: it has tables, and no step is known to have made them.
        """
        with self.writing() as connection:
            taken = self.layout
            if taken == 0 and self.all("SELECT 1 FROM sqlite_schema LIMIT 1"):
                raise IndexCorrupt(self._path, "its tables are another program's")
            for statement in ";\n".join(steps[taken:]).split(";\n"):
                connection.execute(statement)
            if taken < len(steps):
                connection.execute(f"PRAGMA user_version = {len(steps)}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept at the end, nothing where anything is raised."""
        with self._lock, self._faults():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:  # an interrupt too must leave no transaction open
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock, self._faults():
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row, of which there must be one."""
        return self.all(query, *values)[0][0]

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # a call on a closed database is the caller's mistake
        except sqlite3.OperationalError as error:
            if _is_locked(error):
                raise StorageFailed(self._path, "another process is writing it", "try again") from error
            raise StorageFailed(self._path, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise IndexCorrupt(self._path, str(error)) from error


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _writable(path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _UNWRITABLE or not path.is_file():
            raise
    try:
        return _connected(path, "ro")
    except sqlite3.OperationalError:
        # SQLite reads a WAL database only beside files of its own, or where it is told that no one writes
        # it. A log with something in it must be read too, or the file may be half of a transaction.
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
    return _connected(path, "ro&immutable=1")


def _writable(path: Path) -> sqlite3.Connection:
    """SQLite itself does not wait where several processes turn a new file to WAL at once."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return _connected(path, "rwc", "PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_locked(error) or time.monotonic() > end:
                raise
        time.sleep(LOOK)


def _is_locked(error: sqlite3.OperationalError) -> bool:
    """Not every error that Python raises in SQLite's name has a code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _connected(path: Path, mode: str, *first: str) -> sqlite3.Connection:
    """Seen to answer."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        for statement in (*first, *_SETTINGS, "SELECT 1 FROM sqlite_schema LIMIT 1"):
            connection.execute(statement).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
