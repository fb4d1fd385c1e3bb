"""What is stored in the catalog and what comes out of it, as values. Knows no SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index.chunk import Chunk


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
