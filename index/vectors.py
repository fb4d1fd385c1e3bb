"""Finding chunks by their meaning: nearest vectors with Chroma. The only file that imports chromadb.

A projection of the catalog (projection.py): it can be thrown away and made again. Holds ids and vectors, in
a folder or on a Chroma server. Import and start take about a second, so both wait for the first use.

Measured with Chroma 1.5.9: a client does not see what another process writes after it was opened (it gave
deleted neighbours), so a new one is made whenever the catalog has moved on; and a graph file that is cut
short ends the process, so the mark's file sizes are compared before the files are opened.
"""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.catalog import Row
from index.errors import ServerGone, StorageFailed
from index.hits import Hits, in_order
from index.projection import Mark, Projection, Unreadable

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection as ChromaCollection

NAME = "chunks"  # of the collection
# Neighbours that the graph keeps in hand as it looks. With Chroma's own 100 the ten nearest of 300,000 were
# found to 0.951, with 200 to 0.983, with 400 to 0.989, in 1.2, 1.7 and 2.5 ms.
REACH = 400
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

    def nearest(self, vector: NDArray[np.float32], limit: int) -> Hits:
        """At most `limit` (chunk id, cosine), nearest first. vector: float32 (dimension,), a unit vector.

        Approximate: a near one may be missed.
        """
        with self._lock, self._faults():
            if self._collection is None:
                return []
            found = self._collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return in_order(zip(found["ids"][0], (1.0 - float(one) for one in distances), strict=True))

    def count(self) -> int:
        with self._lock, self._faults():
            return self._collection.count() if self._collection else 0

    def ids(self) -> set[str]:
        with self._lock, self._faults():
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
            if not os.access(self.folder, os.W_OK):
                raise Unreadable("Chroma opens no folder that it cannot write")
            collection = self._connect()
            with self._faults():
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
                    self._empty()
                self._change(self._connect(), removed, pages)
            except (OSError, Unreadable) as error:
                self.close()
                raise StorageFailed(self.folder, str(error)) from error

    def _change(
        self, collection: ChromaCollection, removed: Sequence[str], pages: Iterable[Sequence[Row]]
    ) -> None:
        with self._faults():
            most = self._client.get_max_batch_size()
            for ids in _parts(removed, most):
                collection.delete(ids=list(ids))
        for rows in (part for page in pages for part in _parts(page, most)):
            with self._faults():
                collection.upsert(ids=[row.id for row in rows], embeddings=[row.vector for row in rows])

    def _empty(self) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def _connect(self) -> ChromaCollection:
        if self._collection is None:
            import chromadb

            with self._faults():
                self._client = chromadb.PersistentClient(self._own_spelling(), _settings())
                self._collection = _collection(self._client, NAME)
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

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """A Chroma error as ours. (A client that finds no tenant in its database raises ValueError.)"""
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, ValueError) as error:
            raise Unreadable(str(error)) from error


class ServedVectors(Vectors):
    """A collection of the Chroma server at `url`, whose name lies in `folder`; the mark is its metadata."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self.url = url

    def mark(self) -> Mark | None:
        try:
            with self._lock:
                found = self._fetch().metadata or {}
            return Mark(found["catalog"], found["generation"], found["worn"], {})
        except (Unreadable, KeyError):
            return None

    def set_mark(self, catalog: str, generation: int, worn: int) -> None:
        self._note({"catalog": catalog, "generation": generation, "worn": worn})

    def remove_mark(self) -> None:
        if self.mark() is not None:
            self._note({"written": False})  # Chroma takes no empty metadata

    def _note(self, metadata: dict[str, Any]) -> None:
        try:
            with self._lock, self._faults():
                self._connect().modify(metadata=metadata)
        except Unreadable as error:
            raise StorageFailed(self.folder, str(error)) from error

    def read(self) -> None:
        with self._lock:
            self._fetch()

    def _empty(self) -> None:
        self._collection = None
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / NAME).exists():
            (self.folder / NAME).write_text(f"{NAME}-{uuid.uuid4().hex}")
        with suppress(Unreadable), self._faults():  # where there is none
            self._connected().delete_collection(self._name())

    def _fetch(self) -> ChromaCollection:
        """The collection as the server has it now."""
        with self._faults():
            self._collection = self._connected().get_collection(self._name(), embedding_function=None)
        assert self._collection is not None
        return self._collection

    def _name(self) -> str:
        """Of this index's collection: a server may hold those of several."""
        try:
            return (self.folder / NAME).read_text()
        except FileNotFoundError as error:
            raise Unreadable(f"{self.folder} names no collection") from error

    def _connect(self) -> ChromaCollection:
        if self._collection is None:
            with self._faults():
                self._collection = _collection(self._connected(), self._name())
        return self._collection

    def _connected(self) -> Any:
        if self._client is None:
            import chromadb

            url = urlsplit(self.url)
            secure = url.scheme == "https"
            port = url.port or (443 if secure else 80)
            try:
                # Chroma never closes its connections, so it is to keep none.
                settings = _settings(chroma_http_max_keepalive_connections=0)
                self._client = chromadb.HttpClient(str(url.hostname), port, ssl=secure, settings=settings)
            except ValueError as error:  # Chroma's word for a server that is not there
                raise ServerGone(self.url, "could not connect") from error
        return self._client

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from httpx import TransportError

        try:
            with super()._faults():
                yield
        except TransportError as error:
            raise ServerGone(self.url, str(error)) from error


def _settings(**more: Any) -> Any:
    from chromadb.config import Settings

    # Its own traces hold more than ours may, and would go wherever a variable of the environment names.
    return Settings(anonymized_telemetry=False, chroma_otel_granularity="none", **more)


def _collection(client: Any, name: str) -> ChromaCollection:
    hnsw = {"space": "cosine", "ef_search": REACH}
    found: ChromaCollection = client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": hnsw}
    )
    return found


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
