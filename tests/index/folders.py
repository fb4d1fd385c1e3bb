"""Folders of small documents, the real embedder with a memory, and all that an index folder holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Embedder
from index.catalog import Catalog
from index.matrix import Matrix
from index.vectors import Vectors
from index.words import Words

TEA = """---
title: On tea
publisher: Leaf Press
---
Green tea is steamed soon after picking.

Black tea is left to wither and oxidise before it is dried.
"""
RICE = """---
title: On rice
publisher: Grain House
---
Rice is sown in flooded fields, called paddies.

A paddy needs much water and a level floor.
"""
PARKS = """Industrial parks

Chongqing and Shandong planned industrial parks for blockchain in 2020.
"""


class Remembering:
    """The real embedder, which embeds each text once in a test run and counts what it was asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.fingerprint = embedder.fingerprint
        self.texts = 0
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        for text in texts:
            if text not in self._vectors:
                self._vectors[text] = self._embedder.encode([text])[0]
        vectors = [self._vectors[text] for text in texts]
        return np.array(vectors, np.float32).reshape(len(texts), self.dimension)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def contents(folder: Path) -> dict[str, Any]:
    """All that an index folder holds, but for times: to compare two of them. Fails if a part is behind."""
    catalog = Catalog(folder / "catalog.sqlite")
    words, matrix, vectors = Words(folder / "words"), Matrix(folder / "matrix"), Vectors(folder / "chroma")
    try:
        for projection in (words, matrix, vectors):
            assert projection.open_at(catalog)
        sources = catalog.sources()
        ids = catalog.added_since(0)
        questions = ("tea paddy water", "blockchain parks", "steamed oxidise dried", "fields")
        return {
            "documents": {source: catalog.document(id) for source, id in sources.items()},
            "chunks": {source: catalog.chunks(id) for source, id in sources.items()},
            "ids": set(ids),
            "vectors": {row.id: row.vector.tobytes() for row in catalog.rows(ids)},
            "words": words.ids(),
            "hits": {question: {id for id, _ in words.find(question, 1_000)} for question in questions},
            "matrix": matrix.ids(),
            "chroma": vectors.ids(),
        }
    finally:
        catalog.close()
        for projection in (words, matrix, vectors):
            projection.close()
