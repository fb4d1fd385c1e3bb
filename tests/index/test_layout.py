"""A catalog of an earlier version opens with all that it held; one of a newer version is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index import Index, SyncReport
from index.catalog import Catalog
from index.database import Database
from index.errors import IndexBusy, IndexCorrupt, IndexMismatch, StorageFailed
from index.layout import LAYOUT
from index.lock import writing
from tests.index.folders import Remembering, contents

ALL = ("docs/more/parks.txt", "docs/rice.md", "docs/tea.md")

# What version 0.1.0 made: layout 1.
LAYOUT_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (name TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content_hash TEXT NOT NULL,
    signature TEXT NOT NULL, indexed_at TEXT NOT NULL, metadata TEXT NOT NULL, headings TEXT NOT NULL,
    pages TEXT NOT NULL, removed TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE failures (source TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, headings TEXT NOT NULL, sentences TEXT NOT NULL,
    tokens INTEGER NOT NULL, text_hash TEXT NOT NULL, generation INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX chunks_by_document ON chunks (document_id, ordinal);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE INDEX chunks_by_text ON chunks (text_hash);
CREATE TABLE vectors (
    model TEXT NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, text_hash));
CREATE TABLE tombstones (chunk_id TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 1;
"""
COPY = """
INSERT INTO meta SELECT * FROM new.meta;
INSERT INTO roots SELECT name, path FROM new.roots;
INSERT INTO documents SELECT * FROM new.documents;
INSERT INTO failures SELECT * FROM new.failures;
INSERT INTO chunks SELECT * FROM new.chunks;
INSERT INTO vectors SELECT * FROM new.vectors;
INSERT INTO tombstones SELECT * FROM new.tombstones;
"""


@pytest.fixture
def index(open_index: Callable[..., Index], documents: Path) -> Index:
    index = open_index()
    index.sync([documents])
    return index


def write_as_layout_1(index: Index) -> None:
    """Close the index and store what its catalog holds as version 0.1.0 would have."""
    index.close()
    path = index.folder / "catalog.sqlite"
    path.rename(path.with_name("new.sqlite"))
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.executescript(LAYOUT_1)
        raw.execute("ATTACH ? AS new", [str(path.with_name("new.sqlite"))])
        raw.executescript(COPY)
    path.with_name("new.sqlite").unlink()


@pytest.fixture
def raw(index: Index) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(index.folder / "catalog.sqlite", isolation_level=None)) as raw:
        yield raw


def test_layout_1_becomes_2_with_all_that_it_holds_and_nothing_embedded(
    index: Index, open_index: Callable[..., Index], embedder: Remembering
) -> None:
    before, expected = contents(index.folder), index.search("green tea")
    write_as_layout_1(index)
    embedded = embedder.texts
    again = open_index()

    assert again.search("green tea") == expected
    assert embedder.texts == embedded + 1  # the question
    assert again.sync() == SyncReport(unchanged=ALL)
    assert again.check() == []
    assert contents(index.folder) == before


def test_a_migrated_catalog_has_the_tables_of_a_new_one(index: Index, tmp_path: Path) -> None:
    write_as_layout_1(index)
    old, new = Catalog(index.folder / "catalog.sqlite"), Catalog(tmp_path / "new.sqlite")
    old.migrate()

    assert (old.layout, new.layout) == (LAYOUT, LAYOUT)
    assert columns(old) == columns(new)
    old.close()
    new.close()


def columns(catalog: Catalog) -> list[tuple[object, ...]]:
    """Of every table and index: name, type, NOT NULL, default, place in the key."""
    with closing(sqlite3.connect(catalog.path)) as raw:
        return raw.execute(
            'SELECT s.type, s.name, c.name, c.type, c."notnull", c.dflt_value, c.pk '
            "FROM sqlite_schema AS s LEFT JOIN pragma_table_info(s.name) AS c ORDER BY 1, 2, c.cid"
        ).fetchall()


def test_a_step_that_fails_leaves_the_earlier_layout(tmp_path: Path) -> None:
    database = Database(tmp_path / "any.sqlite")
    database.advance(["CREATE TABLE one (x)"])
    with pytest.raises(StorageFailed, match="no such table: absent"):
        database.advance(["CREATE TABLE one (x)", "CREATE TABLE two (x);\nDROP TABLE absent"])

    assert database.layout == 1
    assert database.all("SELECT name FROM sqlite_schema") == [("one",)]
    database.advance(["CREATE TABLE one (x)", "CREATE TABLE two (x)"])
    assert database.layout == 2
    database.close()


def test_while_another_process_writes_an_earlier_layout_one_line_says_who(
    index: Index, open_index: Callable[..., Index]
) -> None:
    write_as_layout_1(index)
    with writing(index.folder), pytest.raises(IndexBusy, match=r"is being written by process \d+ since"):
        open_index()

    assert open_index().search("green tea")


def test_a_newer_layout_is_refused_and_not_touched(
    index: Index, open_index: Callable[..., Index], raw: sqlite3.Connection
) -> None:
    index.close()
    raw.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    raw.execute("ALTER TABLE documents ADD COLUMN more")

    newer = rf"is a newer version's \(layout {LAYOUT + 1}, this one reads {LAYOUT}\)"
    with pytest.raises(IndexMismatch, match=newer):
        open_index()
    assert raw.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    assert raw.execute("PRAGMA user_version").fetchone() == (LAYOUT + 1,)


def test_another_programs_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("CREATE TABLE theirs (x)")
        with pytest.raises(IndexCorrupt, match="its tables are another program's"):
            Catalog(path)
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]
