"""The documents: stored with their chunks, in transactions that projections can follow, and read again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from corpus.document import Document, Heading, Page, Removed
from index.catalog.records import DocumentInfo, Entry, KeyedChunk, Listed
from index.catalog.state import State, next_generation


class Documents(State):
    def store(self, entries: Sequence[Entry], gone: Collection[str] = ()) -> None:
        """One transaction, one generation: these documents, and no longer those of the `gone` sources.

        The vectors of all their chunks must have been added before.
        """
        with self._database.writing() as db:
            generation = next_generation(db)
            for source in gone:
                for (id,) in db.execute("SELECT id FROM documents WHERE source = ?", (source,)).fetchall():
                    _replace_chunks(db, id, (), generation)
                    db.execute("DELETE FROM documents WHERE id = ?", (id,))
            for entry in entries:
                _store_document(db, entry)
                _replace_chunks(db, entry.document.id, entry.chunks, generation)

    def drop(self, chunk_ids: Sequence[str]) -> None:
        """Remove these chunks, as a change of its own."""
        with self._database.writing() as db:
            _remove_chunks(db, chunk_ids, next_generation(db))

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
