"""From a file to what the catalog stores of it: read, cut, and each text given its vector.

Knows what is embedded for a chunk and what its id stands for; not which files there are, nor who does the
work (spread.py).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from corpus.document import Document
from corpus.encoding import one_line, printable
from corpus.errors import LoadError
from corpus.load import load
from index.catalog import Catalog, Entry, KeyedChunk
from index.chunk import Chunk, chunk
from index.embed import Embedder
from index.spread import Spread, here

EMBED = 64  # texts to a part: they are embedded by one worker, between two calls of progress
PARTS_AHEAD = 2  # for each worker: one is embedded, one waits, and more would only be lost at an interrupt

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    path: Path
    source: str
    chunk_tokens: int


def read(file: File) -> tuple[Document, list[Chunk]] | Failure:
    """The document and its chunks."""
    try:
        document = load(file.path, file.source)
    except LoadError as error:
        return Failure(error.source, error.reason)
    except OSError as error:  # gone or locked since it was looked at
        return Failure(file.source, unreadable(error))
    except Exception as error:
        # A loader's own slip, on a file that nobody foresaw: it may not keep the others from being read.
        _log.info("%r cannot be read", file.source, exc_info=True)
        fault = printable(one_line(f"{type(error).__name__}: {error}"))
        return Failure(file.source, f"cannot be read: {fault}: a fault of this program, worth reporting")
    return document, chunk(document, file.chunk_tokens)


def unreadable(error: OSError) -> str:
    return f"unreadable: {(error.strerror or str(error)).lower()}"


@dataclass(slots=True)
class Batch:
    """Documents that are stored in one transaction. texts: what to embed for them, by its hash."""

    entries: list[Entry] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    files: int = 0  # looked at until here

    def add(self, document: Document, signature: str, chunks: Sequence[Chunk]) -> None:
        keyed = []
        for one in chunks:
            text = embedded_text(document.title, one)
            text_hash = hashlib.sha256(text.encode()).hexdigest()
            self.texts[text_hash] = text
            keyed.append(KeyedChunk(_chunk_id(document, one), text_hash, one))
        self.entries.append(
            Entry(document, signature, datetime.now(UTC).isoformat(timespec="seconds"), keyed)
        )


def embed(
    catalog: Catalog,
    embedder: Callable[[], Embedder],
    batches: Iterable[Batch],
    spread: Spread = here,
    progress: Callable[[Batch, int, int], None] = lambda *_: None,
) -> Iterator[Batch]:
    """Each batch, once each of its texts has a vector. They are stored as they come: an interruption keeps
    them.

    embedder: called when there is a batch. progress(batch, texts embedded, texts to embed) is called before
    each part of it is begun.
    """
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        return
    encode, model = embedder().encode, catalog.manifest["fingerprint"]
    parts = _parts(catalog, model, chain([first], batches), progress)
    for (hashes, done), vectors in spread(encode, parts, PARTS_AHEAD):
        catalog.add_vectors(model, hashes, vectors)
        if done is not None:
            yield done


def _parts(
    catalog: Catalog, model: str, batches: Iterable[Batch], progress: Callable[[Batch, int, int], None]
) -> Iterator[tuple[tuple[Sequence[str], Batch | None], list[str]]]:
    """Texts without a vector, after their hashes and the batch that is done with them; none may be left."""
    for batch in batches:
        missing = catalog.missing_vectors(model, batch.texts)
        for start in range(0, max(1, len(missing)), EMBED):
            if missing:
                progress(batch, start, len(missing))
            hashes = missing[start : start + EMBED]
            done = batch if start + EMBED >= len(missing) else None
            yield (hashes, done), [batch.texts[one] for one in hashes]


def embedded_text(title: str, chunk: Chunk) -> str:
    """What is embedded for a chunk: the title and headings that it does not hold itself, then its text."""
    context = [line for line in dict.fromkeys((title, *chunk.headings)) if line not in chunk.text]
    return "\n".join((*context, chunk.text))


def _chunk_id(document: Document, chunk: Chunk) -> str:
    """Stands for all that is stored of the chunk, so a chunk of the same id need not be written again."""
    content = json.dumps((document.id, document.title, *astuple(chunk)))
    return hashlib.sha256(content.encode()).hexdigest()[:24]
