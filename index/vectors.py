"""Finding chunks by their meaning: nearest vectors with Chroma. The only file that imports chromadb.

A projection of the catalog (projection.py): it can be thrown away and made again. Holds ids, vectors and
the document of each, not the text. Import and start take about a second, so both wait for the first use.

Measured with Chroma 1.5.9: a client does not see what another process writes after it was opened (it gave
deleted neighbours), so a new one is made whenever the catalog has moved on; and a graph file that is cut
short ends the process, so the mark's file sizes are compared before the files are opened.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from index.catalog import Row
from index.errors import StorageFailed
from index.projection import Projection, Unreadable

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection as ChromaCollection

NAME = "chunks"  # of the collection
PROBE = 10  # rows that a sound graph gives for one of its own vectors, if it has as many


class Vectors(Projection):
    """The Chroma collection in `folder`."""

    _spellings: ClassVar[set[str]] = set()
    _spellings_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._lock = threading.RLock()  # a client must not be closed under a query
        self._client: Any = None
        self._collection: ChromaCollection | None = None
        self._spelling = ""

    def nearest(
        self, vector: NDArray[np.float32], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """At most `limit` (chunk id, cosine), nearest first, of these documents only where they are given.

        vector: float32 (dimension,), a unit vector. Approximate: a near one may be missed.
        """
        where: Any = None if documents is None else {"document": {"$in": sorted(documents)}}
        with self._lock, _faults():
            if self._collection is None or (documents is not None and not documents):
                return []
            found = self._collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, where=where, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return _in_order(zip(found["ids"][0], (1.0 - float(one) for one in distances), strict=True))

    def count(self) -> int:
        with self._lock, _faults():
            return self._collection.count() if self._collection else 0

    def ids(self) -> set[str]:
        with self._lock, _faults():
            return set(self._collection.get(include=[])["ids"]) if self._collection else set()

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._spellings.discard(self._spelling)
            self._client = self._collection = None

    def read(self) -> None:
        with self._lock:
            self.close()
            if not (self.folder / "chroma.sqlite3").is_file():
                raise Unreadable(f"{self.folder} holds no Chroma database")
            collection = self._connect()
            with _faults():
                # Loads the graph now, while no other process writes it, and sees that it is all there:
                # Chroma counts rows in its SQLite file even when the graph's files are gone.
                expected = min(PROBE, collection.count())
                probe = collection.get(limit=1, include=["embeddings"])["embeddings"]
                found = collection.query(query_embeddings=probe, n_results=PROBE)["ids"] if expected else [[]]
            if len(found[0]) < expected:
                raise Unreadable(f"{self.folder} has rows that its graph does not reach")

    def write(self, removed: Sequence[str], pages: Iterable[Sequence[Row]], *, afresh: bool) -> None:
        with self._lock:
            try:
                if afresh:
                    self.close()
                    shutil.rmtree(self.folder, ignore_errors=True)
                    self.folder.mkdir(parents=True)
                collection = self._connect()
                _change(collection, self._client.get_max_batch_size(), removed, pages)
            except (OSError, Unreadable) as error:
                self.close()
                raise StorageFailed(self.folder, str(error)) from error

    def _connect(self) -> ChromaCollection:
        if self._collection is not None:
            return self._collection
        import chromadb
        from chromadb.config import Settings

        with _faults():
            settings = Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(self._own_spelling(), settings)
            self._collection = self._client.get_or_create_collection(
                NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collection

    def _own_spelling(self) -> str:
        """A spelling of the path that no client of this process uses, nor one that failed to open.

        Chroma's clients of one spelling share an engine: it would not be read anew while another lives, and
        one that failed to start would be met again.
        """
        with self._spellings_lock:
            self._spelling = str(self.folder)
            while self._spelling in self._spellings:
                self._spelling += "/."
            self._spellings.add(self._spelling)
            return self._spelling


def nearest(
    vector: NDArray[np.float32], ids: Sequence[str], vectors: NDArray[np.float32], limit: int
) -> list[tuple[str, float]]:
    """The same by looking at every vector: exact. vectors: float32 (len(ids), dimension), unit rows."""
    if not ids:
        return []
    cosines = vectors @ vector
    best = np.argpartition(-cosines, limit)[:limit] if limit < len(ids) else np.arange(len(ids))
    return _in_order((ids[row], float(cosines[row])) for row in best)


def _in_order(hits: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Equal vectors by id: their cosines can differ in the seventh digit, by where they stand in a matrix."""
    return sorted(hits, key=lambda hit: (-round(hit[1], 6), hit[0]))


def _change(
    collection: ChromaCollection, most: int, removed: Sequence[str], pages: Iterable[Sequence[Row]]
) -> None:
    """most: rows in one call."""
    with _faults():
        for ids in _parts(removed, most):
            collection.delete(ids=list(ids))
    for rows in (part for page in pages for part in _parts(page, most)):
        with _faults():
            collection.upsert(
                ids=[row.id for row in rows],
                embeddings=[row.vector for row in rows],
                metadatas=[{"document": row.document_id} for row in rows],
            )


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


@contextmanager
def _faults() -> Iterator[None]:
    """A Chroma error as ours. (A client that finds no tenant in its database raises ValueError.)"""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError) as error:
        raise Unreadable(str(error)) from error
