"""What a catalog says of itself: which one it is, how far it has come, and how it was made."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from index.database import Database


class State:
    """The table `meta`; the other parts of the catalog stand on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def identity(self) -> str:
        """Random, new at each rebuild: what tells a projection of this catalog from one of another."""
        return str(self._database.one("SELECT value FROM meta WHERE key = 'identity'"))

    @property
    def generation(self) -> int:
        return int(self._database.one("SELECT value FROM meta WHERE key = 'generation'"))

    @property
    def forgotten(self) -> int:
        """The generation up to which tombstones are gone. An older projection must be made again."""
        return int(self._database.one("SELECT value FROM meta WHERE key = 'forgotten'"))

    @property
    def manifest(self) -> dict[str, Any]:
        """How the documents were read, cut and embedded; empty before the first sync."""
        manifest: dict[str, Any] = json.loads(
            self._database.one("SELECT value FROM meta WHERE key = 'manifest'")
        )
        return manifest

    def set_manifest(self, manifest: Mapping[str, Any]) -> None:
        with self._database.writing() as db:
            set_meta(db, manifest=json.dumps(manifest, sort_keys=True))


def set_meta(db: sqlite3.Connection, **values: str) -> None:
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def next_generation(db: sqlite3.Connection) -> int:
    """For this transaction to stamp what it changes with."""
    generation = 1 + int(db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
    set_meta(db, generation=str(generation))
    return generation
