"""The chunks, as the projections and the search read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.catalog.records import KeyedChunk, Row, Surroundings, Text
from index.catalog.state import State
from index.chunk import Chunk


class Chunks(State):
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

    def chunks(self, document_id: str) -> list[Chunk]:
        rows = self._database.all(
            "SELECT start, end, text, headings, sentences, tokens FROM chunks WHERE document_id = ? "
            "ORDER BY ordinal",
            document_id,
        )
        return [_chunk(*row) for row in rows]

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

    def overlapping(self, document_id: str, start: int, end: int) -> list[str]:
        """The ids of the chunks with any of these characters of the document, in order."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE document_id = ? AND start < ? AND end > ? ORDER BY ordinal",
            document_id,
            end,
            start,
        )
        return [id for (id,) in rows]

    def owners(self, ids: Sequence[str]) -> dict[str, str]:
        """The document's id of each chunk that there is."""
        return dict(
            self._database.all(
                "SELECT id, document_id FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
                json.dumps(ids),
            )
        )

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

    def orphans(self) -> list[str]:
        """The ids of the chunks whose document is missing."""
        rows = self._database.all(
            "SELECT id FROM chunks WHERE document_id NOT IN (SELECT id FROM documents) ORDER BY id"
        )
        return [id for (id,) in rows]


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
