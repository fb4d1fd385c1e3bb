"""The truth of an index: one SQLite file with the documents, their chunks and the chunks' vectors.

Everything else in an index folder is a projection that can be made again from here without embedding.
Each transaction that changes chunks raises `generation` by one and stamps what it adds (chunks) and what it
takes away (tombstones), so a projection that knows its generation can be brought forward. Knows nothing of
files, models or searching.
"""

from __future__ import annotations

from pathlib import Path

from index.catalog.chunks import Chunks
from index.catalog.documents import Documents
from index.catalog.files import Files
from index.catalog.records import DocumentInfo, Entry, KeyedChunk, Known, Listed, Row, Surroundings, Text
from index.catalog.vectors import CachedVectors
from index.database import Database
from index.layout import EMPTY, STEPS

__all__ = [
    "Catalog",
    "DocumentInfo",
    "Entry",
    "KeyedChunk",
    "Known",
    "Listed",
    "Row",
    "Surroundings",
    "Text",
]


class Catalog(Files, Documents, CachedVectors, Chunks):
    """Opens, or creates, the catalog at `path`. Close it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(Database(path))
        try:
            if self._database.layout == 0:
                self._database.advance(STEPS)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    @property
    def layout(self) -> int:
        """Less than LAYOUT in one that an earlier version wrote: `migrate` it before use."""
        return self._database.layout

    def migrate(self) -> None:
        """Give a catalog of an earlier version the tables of this one, with all that it holds."""
        self._database.advance(STEPS)

    def clear(self) -> None:
        """Forget every document and the manifest; keep the roots and the vectors."""
        with self._database.writing() as db:
            for table in ("chunks", "documents", "failures", "tombstones"):
                db.execute(f"DELETE FROM {table}")
            db.execute(EMPTY)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        return [row for (row,) in self._database.all("PRAGMA quick_check") if row != "ok"]
