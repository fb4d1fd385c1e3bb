"""The truth of an index: one SQLite file with the documents, their chunks and the chunks' vectors.

Everything else in an index folder is a projection that can be made again from here without embedding.
Each transaction that changes chunks raises `generation` by one and stamps what it adds (chunks) and what it
takes away (tombstones), so a projection that knows its generation can be brought forward. Knows nothing of
files, models or searching.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Heading, Page, Removed
from index.chunk import Chunk
from index.database import Database
from index.layout import EMPTY, STEPS


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog knows of a file. signature: "" where it must not be trusted. indexed_at: UTC, ISO."""

    content_hash: str
    signature: str
    indexed_at: str


@dataclass(frozen=True, slots=True)
class KeyedChunk:
    """A chunk with its id and the SHA-256 of the text that is embedded for it."""

    id: str
    text_hash: str
    chunk: Chunk


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to store, in place of the one with its source if there is one."""

    document: Document
    signature: str
    indexed_at: str
    chunks: Sequence[KeyedChunk]


@dataclass(frozen=True, slots=True)
class Row:
    """A chunk as the projections and the search see it. vector: float32 (dimension,), a unit vector."""

    id: str
    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]
    metadata: Mapping[str, str]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Text:
    """A chunk's text and where it stands: all that tells whether it repeats another."""

    id: str
    source: str
    start: int
    text: str


class Surroundings(NamedTuple):
    """beside: for each chunk those before and after it, None at the edges of its document. cosines: of a
    vector and each of all these chunks."""

    beside: dict[str, tuple[str | None, str | None]]
    cosines: dict[str, float]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a document is found by."""

    id: str
    source: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """chunks, characters, pages: how many; pages is 0 for formats without them. indexed_at: UTC, ISO."""

    id: str
    source: str
    title: str
    metadata: Mapping[str, str]
    chunks: int
    characters: int
    pages: int
    indexed_at: str


class Catalog:
    """Opens, or creates, the catalog at `path`. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path)
        try:
            if self._database.layout == 0:
                self._database.advance(STEPS)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    # What the index is

    @property
    def layout(self) -> int:
        """Less than LAYOUT in one that an earlier version wrote: `migrate` it before use."""
        return self._database.layout

    def migrate(self) -> None:
        """Give a catalog of an earlier version the tables of this one, with all that it holds."""
        self._database.advance(STEPS)

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
            _set_meta(db, manifest=json.dumps(manifest, sort_keys=True))

    def clear(self) -> None:
        """Forget every document and the manifest; keep the roots and the vectors."""
        with self._database.writing() as db:
            for table in ("chunks", "documents", "failures", "tombstones"):
                db.execute(f"DELETE FROM {table}")
            db.execute(EMPTY)

    # Roots: the folders and files that were synced

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

    # Documents

    def known(self, prefix: str) -> dict[str, Known]:
        """By source: the document `prefix`, and all below the folder `prefix`."""
        rows = self._database.all(
            f"SELECT source, content_hash, signature, indexed_at FROM documents WHERE {_UNDER}",
            *_under(prefix),
        )
        return {source: Known(*rest) for source, *rest in rows}

    def sources(self) -> dict[str, str]:
        """The id of each source."""
        return dict(self._database.all("SELECT source, id FROM documents ORDER BY source"))

    def listing(self) -> list[Listed]:
        """In the order of their sources."""
        rows = self._database.all("SELECT id, source, metadata FROM documents ORDER BY source")
        return [Listed(id, source, json.loads(metadata)) for id, source, metadata in rows]

    def document(self, id: str) -> Document | None:
        rows = self._database.all(
            "SELECT source, title, text, content_hash, metadata, headings, pages, removed "
            "FROM documents WHERE id = ?",
            id,
        )
        if not rows:
            return None
        source, title, text, content_hash, metadata, headings, pages, removed = rows[0]
        return Document(
            source=source,
            title=title,
            text=text,
            content_hash=content_hash,
            metadata=json.loads(metadata),
            headings=tuple(Heading(*heading) for heading in json.loads(headings)),
            pages=tuple(Page(*page) for page in json.loads(pages)),
            removed=tuple(Removed(*cut) for cut in json.loads(removed)),
        )

    def pages(self, document_id: str) -> tuple[Page, ...]:
        pages = self._database.all("SELECT pages FROM documents WHERE id = ?", document_id)
        return tuple(Page(*page) for page in json.loads(pages[0][0])) if pages else ()

    def infos(self) -> list[DocumentInfo]:
        """In the order of their sources."""
        rows = self._database.all(
            "SELECT id, source, title, metadata, "
            "(SELECT count(*) FROM chunks WHERE document_id = documents.id), length(text), "
            "json_array_length(pages), indexed_at FROM documents ORDER BY source"
        )
        return [
            DocumentInfo(id, source, title, json.loads(metadata), *rest)
            for id, source, title, metadata, *rest in rows
        ]

    def chunks(self, document_id: str) -> list[Chunk]:
        rows = self._database.all(
            "SELECT start, end, text, headings, sentences, tokens FROM chunks WHERE document_id = ? "
            "ORDER BY ordinal",
            document_id,
        )
        return [_chunk(*row) for row in rows]

    def failures(self) -> dict[str, str]:
        """The files that could not be read at their last sync: the reason of each source."""
        return dict(self._database.all("SELECT source, reason FROM failures ORDER BY source"))

    def set_failures(self, prefixes: Iterable[str], failures: Mapping[str, str]) -> None:
        """In place of those recorded under the prefixes."""
        with self._database.writing() as db:
            for prefix in prefixes:
                db.execute(f"DELETE FROM failures WHERE {_UNDER}", _under(prefix))
            db.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?)", failures.items())

    def sign(self, signatures: Mapping[str, str]) -> None:
        """Record that these sources were found unchanged under new signatures."""
        with self._database.writing() as db:
            db.executemany(
                "UPDATE documents SET signature = ? WHERE source = ?",
                [(signature, source) for source, signature in signatures.items()],
            )

    def store(self, entries: Sequence[Entry], gone: Collection[str] = ()) -> None:
        """One transaction, one generation: these documents, and no longer those of the `gone` sources.

        The vectors of all their chunks must have been added before.
        """
        with self._database.writing() as db:
            generation = _next_generation(db)
            for source in gone:
                for (id,) in db.execute("SELECT id FROM documents WHERE source = ?", (source,)).fetchall():
                    _replace_chunks(db, id, (), generation)
                    db.execute("DELETE FROM documents WHERE id = ?", (id,))
            for entry in entries:
                _store_document(db, entry)
                _replace_chunks(db, entry.document.id, entry.chunks, generation)

    # Vectors: a cache by model and text, kept while a chunk uses it

    def missing_vectors(self, model: str, text_hashes: Iterable[str]) -> list[str]:
        """Those of the hashes that have no vector yet, each once, in their order."""
        wanted = list(dict.fromkeys(text_hashes))
        rows = self._database.all(
            "SELECT text_hash FROM vectors WHERE model = ? AND text_hash IN (SELECT value FROM json_each(?))",
            model,
            json.dumps(wanted),
        )
        present = {text_hash for (text_hash,) in rows}
        return [text_hash for text_hash in wanted if text_hash not in present]

    def add_vectors(self, model: str, text_hashes: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """vectors: float32 (len(text_hashes), dimension), unit rows."""
        rows = [
            (model, text_hash, vector.astype("<f4").tobytes())
            for text_hash, vector in zip(text_hashes, vectors, strict=True)
        ]
        with self._database.writing() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def vectors_in(self, documents: Collection[str] | None) -> tuple[list[str], NDArray[np.float32]]:
        """Chunk ids, and float32 (n, dimension), of these documents or of all."""
        rows = self._database.all(
            "SELECT chunks.id, vector FROM chunks JOIN vectors USING (text_hash) WHERE model = ?"
            + ("" if documents is None else " AND document_id IN (SELECT value FROM json_each(?))"),
            self.manifest.get("fingerprint"),
            *(() if documents is None else (json.dumps(sorted(documents)),)),
        )
        return [id for id, _ in rows], np.frombuffer(b"".join(vector for _, vector in rows), "<f4").reshape(
            len(rows), -1 if rows else 0
        )

    def prune(self) -> None:
        """Drop the vectors that no chunk uses and the tombstones. For when all projections are current."""
        with self._database.writing() as db:
            db.execute("DELETE FROM tombstones")
            _set_meta(db, forgotten=str(self.generation))
            db.execute(
                "DELETE FROM vectors WHERE model != ? OR text_hash NOT IN (SELECT text_hash FROM chunks)",
                (self.manifest.get("fingerprint"),),
            )

    # Chunks, as the projections and the search see them

    @property
    def is_empty(self) -> bool:
        """Whether there is no chunk: known at once, where counting 300,000 takes tens of milliseconds."""
        return not self._database.one("SELECT EXISTS (SELECT 1 FROM chunks)")

    def count(self) -> int:
        """How many chunks there are."""
        return int(self._database.one("SELECT count(*) FROM chunks"))

    def added_since(self, generation: int) -> list[str]:
        """The ids of the chunks that a projection of that generation lacks."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE generation > ? ORDER BY generation, document_id, ordinal", generation
        )
        return [id for (id,) in rows]

    def removed_since(self, generation: int) -> list[str]:
        """The ids that a projection of that generation may still hold."""
        rows = self._database.all(
            "SELECT chunk_id FROM tombstones WHERE generation > ? ORDER BY chunk_id", generation
        )
        return [id for (id,) in rows]

    def keyed(self, ids: Sequence[str]) -> list[tuple[str, KeyedChunk]]:
        """The chunks, each after the title of its document, whether or not they have a vector."""
        rows = self._database.all(
            "SELECT title, chunks.id, text_hash, start, end, chunks.text, chunks.headings, sentences, tokens "
            "FROM chunks JOIN documents ON documents.id = document_id "
            "WHERE chunks.id IN (SELECT value FROM json_each(?)) ORDER BY chunks.id",
            json.dumps(ids),
        )
        return [(title, KeyedChunk(id, text_hash, _chunk(*row))) for title, id, text_hash, *row in rows]

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """In the order of the ids; those that the catalog no longer has are left out."""
        rows = self._database.all(
            "SELECT chunks.id, document_id, source, title, start, end, chunks.text, chunks.headings, "
            "sentences, metadata, vector FROM chunks JOIN documents ON documents.id = document_id "
            "JOIN vectors USING (text_hash) "
            "WHERE model = ? AND chunks.id IN (SELECT value FROM json_each(?))",
            self.manifest.get("fingerprint"),
            json.dumps(ids),
        )
        found = {row[0]: _row(*row) for row in rows}
        return [found[id] for id in ids if id in found]

    def overlapping(self, document_id: str, start: int, end: int) -> list[str]:
        """The ids of the chunks with any of these characters of the document, in order."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE document_id = ? AND start < ? AND end > ? ORDER BY ordinal",
            document_id,
            end,
            start,
        )
        return [id for (id,) in rows]

    def texts(self, ids: Sequence[str]) -> list[Text]:
        """In the order of the ids; those that the catalog no longer has are left out.

        A third of the time of `rows`, whose vectors, headings and metadata only what is shown needs.
        """
        rows = self._database.all(
            "SELECT chunks.id, source, start, chunks.text FROM chunks JOIN documents "
            "ON documents.id = document_id WHERE chunks.id IN (SELECT value FROM json_each(?))",
            json.dumps(ids),
        )
        found = {row[0]: Text(*row) for row in rows}
        return [found[id] for id in ids if id in found]

    def surroundings(self, ids: Iterable[str], vector: NDArray[np.float32]) -> Surroundings:
        """Of the chunks that there are. vector: a unit vector."""
        # CROSS JOIN holds SQLite to this order; by itself it goes through all vectors of the model.
        rows = self._database.all(
            "SELECT here.id, near.ordinal - here.ordinal, near.id, vector FROM json_each(?) AS wanted "
            "CROSS JOIN chunks AS here ON here.id = wanted.value CROSS JOIN chunks AS near "
            "ON near.document_id = here.document_id "
            "AND near.ordinal BETWEEN here.ordinal - 1 AND here.ordinal + 1 "
            "LEFT JOIN vectors ON model = ? AND vectors.text_hash = near.text_hash",
            json.dumps(list(ids)),
            self.manifest.get("fingerprint"),
        )
        at: dict[str, dict[int, str]] = {}
        for here, offset, id, _ in rows:
            at.setdefault(here, {})[offset] = id
        stored = {id: one for *_, id, one in rows if one is not None}
        vectors = np.frombuffer(b"".join(stored.values()), "<f4").reshape(-1, len(vector))
        cosines = dict(zip(stored, np.vecdot(vectors, vector).tolist(), strict=True))
        return Surroundings({id: (near.get(-1), near.get(1)) for id, near in at.items()}, cosines)

    def owners(self, ids: Sequence[str]) -> dict[str, str]:
        """The document's id of each chunk that there is."""
        return dict(
            self._database.all(
                "SELECT id, document_id FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
                json.dumps(ids),
            )
        )

    # What `check` looks at

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        return [row for (row,) in self._database.all("PRAGMA quick_check") if row != "ok"]

    def orphans(self) -> list[str]:
        """The ids of the chunks whose document is missing."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE document_id NOT IN (SELECT id FROM documents) ORDER BY id"
        )
        return [id for (id,) in rows]

    def drop(self, chunk_ids: Sequence[str]) -> None:
        """Remove these chunks, as a change of its own."""
        with self._database.writing() as db:
            _remove_chunks(db, chunk_ids, _next_generation(db))

    def without_vector(self) -> list[str]:
        """The ids of the chunks whose vector is missing."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE text_hash NOT IN (SELECT text_hash FROM vectors WHERE model = ?) "
            "ORDER BY id",
            self.manifest.get("fingerprint"),
        )
        return [id for (id,) in rows]


_UNDER = "(source = ? OR substr(source, 1, ?) = ?)"


def _under(prefix: str) -> tuple[str, int, str]:
    folder = f"{prefix}/"
    return prefix, len(folder), folder


def _set_meta(db: sqlite3.Connection, **values: str) -> None:
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def _next_generation(db: sqlite3.Connection) -> int:
    """For this transaction to stamp what it changes with."""
    generation = 1 + int(db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
    _set_meta(db, generation=str(generation))
    return generation


def _store_document(db: sqlite3.Connection, entry: Entry) -> None:
    document = entry.document
    row = {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "content_hash": document.content_hash,
        "signature": entry.signature,
        "indexed_at": entry.indexed_at,
        "metadata": json.dumps(dict(document.metadata), ensure_ascii=False),
        "headings": json.dumps([(one.start, one.end, one.level) for one in document.headings]),
        "pages": json.dumps([(one.start, one.end, one.number) for one in document.pages]),
        "removed": json.dumps([(one.text, one.rule, one.position) for one in document.removed]),
        "text": document.text,
    }
    update = ", ".join(f"{column} = excluded.{column}" for column in row if column != "id")
    db.execute(
        f"INSERT INTO documents ({', '.join(row)}) VALUES ({', '.join(':' + column for column in row)}) "
        f"ON CONFLICT (id) DO UPDATE SET {update}",
        row,
    )


def _replace_chunks(
    db: sqlite3.Connection, document_id: str, chunks: Sequence[KeyedChunk], generation: int
) -> None:
    """A chunk that stays keeps its generation: its id stands for all that the projections hold of it."""
    before = {id for (id,) in db.execute("SELECT id FROM chunks WHERE document_id = ?", (document_id,))}
    _remove_chunks(db, before - {keyed.id for keyed in chunks}, generation)
    for ordinal, keyed in enumerate(chunks):
        if keyed.id in before:
            db.execute("UPDATE chunks SET ordinal = ? WHERE id = ?", (ordinal, keyed.id))
            continue
        chunk = keyed.chunk
        db.execute("DELETE FROM tombstones WHERE chunk_id = ?", (keyed.id,))
        db.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                keyed.id,
                document_id,
                ordinal,
                chunk.start,
                chunk.end,
                json.dumps(chunk.headings, ensure_ascii=False),
                json.dumps(chunk.sentences),
                chunk.tokens,
                keyed.text_hash,
                generation,
                chunk.text,
            ),
        )


def _remove_chunks(db: sqlite3.Connection, ids: Collection[str], generation: int) -> None:
    db.executemany("DELETE FROM chunks WHERE id = ?", [(id,) for id in ids])
    db.executemany("INSERT OR REPLACE INTO tombstones VALUES (?, ?)", [(id, generation) for id in ids])


def _row(
    id: str,
    document_id: str,
    source: str,
    title: str,
    start: int,
    end: int,
    text: str,
    headings: str,
    sentences: str,
    metadata: str,
    vector: bytes,
) -> Row:
    return Row(
        id=id,
        document_id=document_id,
        source=source,
        title=title,
        start=start,
        end=end,
        text=text,
        headings=tuple(json.loads(headings)),
        sentences=_spans(sentences),
        metadata=json.loads(metadata),
        vector=np.frombuffer(vector, "<f4"),
    )


def _chunk(start: int, end: int, text: str, headings: str, sentences: str, tokens: int) -> Chunk:
    return Chunk(start, end, text, tuple(json.loads(headings)), _spans(sentences), tokens)


def _spans(encoded: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in json.loads(encoded))
