"""Finding chunks by their meaning, exactly: every vector in one file that is mapped into memory.

A projection of the catalog (projection.py): it can be thrown away and made again. Answers at once where
few vectors are to be looked at, for a small index or a narrow filter; Chroma is for the rest. A row of the
file is a chunk's vector; a second file says whose it is. Rows are added at the end, a removed one loses its
id, and no file that may be mapped somewhere is ever made shorter.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog import Row
from index.errors import StorageFailed
from index.hits import Hits, highest, in_order
from index.projection import Projection, Unreadable

VECTORS, OWNERS = "vectors.f32", "owners"
OWNER = np.dtype([("id", "S24"), ("document", "S16")])  # as long as chunk and document ids are
# Rows gathered at a time, so that they stay in the processor's cache: 30,000 scattered rows take 4 to 12 ms
# so, and 93 ms in blocks of 4,096. The products are vecdot's: those of BLAS (@) wait for its other threads,
# 12 ms for 10,000 rows on a busy machine where vecdot took 0.5.
BLOCK = 512


class Matrix(Projection):
    """The vectors in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._rows = _Rows.none()

    def view(self, documents: Collection[str] | None = None) -> View:
        """The vectors of these documents, or all, as they were last read."""
        return View(self._rows, self._rows.of(documents))

    def count(self) -> int:
        return len(self.view())

    def ids(self) -> set[str]:
        return {id.decode() for id in self._rows.ids[self._rows.left].tolist()}

    def close(self) -> None:
        self._rows = _Rows.none()

    def read(self) -> None:
        try:
            owners = np.fromfile(self.folder / OWNERS, OWNER)
            if len(owners) == 0:
                self._rows = _Rows.none()
                return
            vectors = np.asarray(np.memmap(self.folder / VECTORS, "<f4", "r")).reshape(len(owners), -1)
        except (OSError, ValueError) as error:  # a ValueError: as many numbers as do not make whole rows
            raise Unreadable(str(error)) from error
        self._rows = _Rows(vectors, owners["id"], owners["document"])

    def write(self, removed: Sequence[str], pages: Iterable[Sequence[Row]], *, afresh: bool) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if afresh:
                for name in (VECTORS, OWNERS):
                    (self.folder / name).unlink(missing_ok=True)
            if removed:
                _strike_out(self.folder / OWNERS, removed)
            with (self.folder / VECTORS).open("ab") as vectors, (self.folder / OWNERS).open("ab") as owners:
                for page in pages:
                    vectors.write(b"".join(row.vector.astype("<f4").tobytes() for row in page))
                    owners.write(np.array([(row.id, row.document_id) for row in page], OWNER).tobytes())
                for file in (vectors, owners):
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise StorageFailed(self.folder, error.strerror or str(error)) from error
        self.read()


@dataclass(frozen=True)
class View:
    """Some of the rows, chosen once: to be counted and searched."""

    _rows: _Rows
    _chosen: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self._chosen)

    def nearest(self, vector: NDArray[np.float32], limit: int) -> Hits:
        """At most `limit` (chunk id, cosine), nearest first. vector: float32 (dimension,), a unit vector."""
        if len(self) == 0:
            return []
        ids, vectors = self._rows.ids, self._rows.vectors
        everything = len(self) == len(vectors)
        cosines = np.vecdot(vectors, vector) if everything else _cosines(vectors, self._chosen, vector)
        best = highest(cosines, limit)
        return in_order((ids[self._chosen[one]].decode(), float(cosines[one])) for one in best)


@dataclass(frozen=True)
class _Rows:
    """What was in the files when they were read. vectors: float32 (n, dimension). ids, documents: (n,)."""

    vectors: NDArray[np.float32]
    ids: NDArray[np.bytes_]  # empty where the row was removed
    documents: NDArray[np.bytes_]

    @classmethod
    def none(cls) -> _Rows:
        return cls(np.empty((0, 0), np.float32), np.empty(0, "S24"), np.empty(0, "S16"))

    def of(self, documents: Collection[str] | None) -> NDArray[np.intp]:
        """The rows of these documents, or all, that were not removed; rising."""
        if documents is None:
            return self.left
        numbers, number_of = self._numbered
        wanted = np.zeros(len(number_of) + 1, bool)
        wanted[[number_of.get(document, -1) for document in documents]] = True
        wanted[-1] = False  # stands for those without a row
        return self.left[wanted[numbers]]

    @cached_property
    def left(self) -> NDArray[np.intp]:
        """The rows that were not removed."""
        return np.flatnonzero(self.ids != b"")

    @cached_property
    def _numbered(self) -> tuple[NDArray[np.int32], dict[str, int]]:
        """A number for the document of each row that is left, and that of each document.

        Neighbours mostly share theirs, so few need be compared.
        """
        documents = self.documents[self.left]
        changes = np.flatnonzero(documents[1:] != documents[:-1]) + 1
        starts = np.concatenate(([0], changes))[: len(documents)]
        names, numbers = np.unique(documents[starts], return_inverse=True)
        lengths = np.diff(starts, append=len(documents))
        number_of = {name.decode(): number for number, name in enumerate(names.tolist())}
        return np.repeat(numbers.astype(np.int32), lengths), number_of


def _cosines(
    vectors: NDArray[np.float32], chosen: NDArray[np.intp], vector: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Of the chosen rows with the vector: float32 (len(chosen),)."""
    cosines = np.empty(len(chosen), np.float32)
    block = np.empty((BLOCK, len(vector)), np.float32)
    for start in range(0, len(chosen), BLOCK):
        part = chosen[start : start + BLOCK]
        np.take(vectors, part, axis=0, out=block[: len(part)], mode="clip")  # "raise" would copy
        np.vecdot(block[: len(part)], vector, out=cosines[start : start + BLOCK])
    return cosines


def _strike_out(path: Path, ids: Sequence[str]) -> None:
    owners = np.fromfile(path, OWNER)
    owners["id"][np.isin(owners["id"], np.array(ids, "S24"))] = b""
    owners.tofile(path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
