"""The folders and files that were synced: how they are named, how it went, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from index.catalog.records import Known
from index.catalog.state import State


class Files(State):
    def roots(self) -> dict[str, Path]:
        return {
            name: Path(path)
            for name, path in self._database.all("SELECT name, path FROM roots ORDER BY name")
        }

    def begin(self, new: Mapping[str, Path], names: Iterable[str], at: str) -> None:
        """Add roots, and record that a sync of these began. One that was cut short keeps its earlier time.

        at: no other sync's (UTC, ISO).
        """
        with self._database.writing() as db:
            db.executemany(
                "INSERT INTO roots (name, path) VALUES (?, ?)",
                [(name, str(path)) for name, path in new.items()],
            )
            db.executemany(
                "UPDATE roots SET begun = ? WHERE name = ? AND begun = ''", [(at, name) for name in names]
            )

    def finish(self, whole: Iterable[str], at: str) -> None:
        """The sync that began `at` came to its end; it looked at all of the roots in `whole`."""
        with self._database.writing() as db:
            db.execute("UPDATE roots SET begun = '' WHERE begun = ?", (at,))
            db.executemany("UPDATE roots SET begun = '' WHERE name = ?", [(name,) for name in whole])

    def unfinished(self) -> dict[str, str]:
        """The roots with a sync that was cut short, or is under way: when it began."""
        return dict(self._database.all("SELECT name, begun FROM roots WHERE begun != '' ORDER BY name"))

    def remove_roots(self, names: Iterable[str]) -> None:
        with self._database.writing() as db:
            db.executemany("DELETE FROM roots WHERE name = ?", [(name,) for name in names])

    def known(self, prefix: str) -> dict[str, Known]:
        """By source: the document `prefix`, and all below the folder `prefix`."""
        rows = self._database.all(
            f"SELECT source, content_hash, signature, indexed_at FROM documents WHERE {_UNDER}",
            *_under(prefix),
        )
        return {source: Known(*rest) for source, *rest in rows}

    def sign(self, signatures: Mapping[str, str]) -> None:
        """Record that these sources were found unchanged under new signatures."""
        with self._database.writing() as db:
            db.executemany(
                "UPDATE documents SET signature = ? WHERE source = ?",
                [(signature, source) for source, signature in signatures.items()],
            )

    def failures(self) -> dict[str, str]:
        """The files that could not be read at their last sync: the reason of each source."""
        return dict(self._database.all("SELECT source, reason FROM failures ORDER BY source"))

    def set_failures(self, prefixes: Iterable[str], failures: Mapping[str, str]) -> None:
        """In place of those recorded under the prefixes."""
        with self._database.writing() as db:
            for prefix in prefixes:
                db.execute(f"DELETE FROM failures WHERE {_UNDER}", _under(prefix))
            db.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?)", failures.items())


_UNDER = "(source = ? OR substr(source, 1, ?) = ?)"


def _under(prefix: str) -> tuple[str, int, str]:
    folder = f"{prefix}/"
    return prefix, len(folder), folder
