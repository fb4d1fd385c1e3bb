"""The vectors: a cache by model and text, kept while a chunk uses it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.catalog.state import State, set_meta


class CachedVectors(State):
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

    def without_vector(self) -> list[str]:
        """The ids of the chunks whose vector is missing."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE text_hash NOT IN (SELECT text_hash FROM vectors WHERE model = ?) "
            "ORDER BY id",
            self.manifest.get("fingerprint"),
        )
        return [id for (id,) in rows]

    def prune(self) -> None:
        """Drop the vectors that no chunk uses and the tombstones. For when all projections are current."""
        with self._database.writing() as db:
            db.execute("DELETE FROM tombstones")
            set_meta(db, forgotten=str(self.generation))
            db.execute(
                "DELETE FROM vectors WHERE model != ? OR text_hash NOT IN (SELECT text_hash FROM chunks)",
                (self.manifest.get("fingerprint"),),
            )
