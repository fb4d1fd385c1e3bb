"""Indexes of any size with real words and lifelike vectors, made without embedding each chunk.

A chunk mixes two real passages: the first half of one's sentences and the second half of the other's; its
vector lies between theirs, with noise. So vectors crowd where real ones do, and words are as frequent as in
real text. Documents have twenty chunks. Seeded: the same size is the same index.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index import Embedder
from index.catalog import Catalog, Entry, KeyedChunk
from index.chunk import Chunk
from index.manifest import describe
from index.settings import IndexSettings

SHARED = Path(__file__).parents[2] / "../shared"
CHUNKS = 20  # in a document
SENTENCES = 4  # in a passage: about 100 words
PASSAGES = 6_000
NOISE = 0.35  # the length of the noise beside a unit vector
TRANSACTION = 200  # documents


class Passages(NamedTuple):
    """Real passages, each as its sentences, and float32 (passages, dimension), unit rows."""

    sentences: Sequence[Sequence[str]]
    vectors: NDArray[np.float32]


def questions() -> list[str]:
    """The 472 questions of Chroma's chunking evaluation."""
    with (SHARED / "benchmarks/chunking/questions.csv").open(newline="") as file:
        return [row["question"] for row in csv.DictReader(file)]


def read_passages(embedder: Embedder, cache: Path) -> Passages:
    """Their vectors are kept in `cache`."""
    sentences = read_sentences()
    if not cache.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, embedder.encode([" ".join(one) for one in sentences]))
    return Passages(sentences, np.load(cache))


def read_sentences() -> list[Sequence[str]]:
    """PASSAGES passages of the reader's data and the chunking corpora, mixed, each as its sentences."""
    passages = [
        lines[at : at + SENTENCES]
        for lines in (*_reader(), *_corpora())
        for at in range(0, len(lines) - SENTENCES + 1, SENTENCES)
    ]
    return [passages[row] for row in np.random.default_rng(0).permutation(len(passages))[:PASSAGES]]


def _reader() -> Iterator[list[str]]:
    with (SHARED / "reader/answer_sentences.jsonl").open() as file:
        for line in file:
            yield json.loads(line)["sentences"]


def _corpora() -> Iterator[list[str]]:
    for path in sorted((SHARED / "benchmarks/chunking").glob("*.md")):
        yield [line for line in path.read_text().replace(". ", ".\n").splitlines() if len(line) > 40]


def grow(catalog: Catalog, embedder: Embedder, passages: Passages, size: int) -> None:
    """Add documents until the catalog has `size` chunks, a multiple of CHUNKS."""
    manifest = describe(IndexSettings(), embedder)
    if not catalog.manifest:
        catalog.set_manifest(manifest)
    numbers = range(len(catalog.sources()), size // CHUNKS)
    for start in range(0, len(numbers), TRANSACTION):
        made = [_document(passages, number) for number in numbers[start : start + TRANSACTION]]
        hashes = [keyed.text_hash for entry, _ in made for keyed in entry.chunks]
        catalog.add_vectors(manifest["fingerprint"], hashes, np.concatenate([vectors for _, vectors in made]))
        catalog.store([entry for entry, _ in made])


def _document(passages: Passages, number: int) -> tuple[Entry, NDArray[np.float32]]:
    """The document of this number; its metadata lets filters choose all, a tenth or a thousandth."""
    chance = np.random.default_rng(number)
    pairs = chance.integers(0, len(passages.sentences), (CHUNKS, 2))
    shares = chance.uniform(0.5, 1, (CHUNKS, 1))
    noise = chance.normal(0, NOISE / np.sqrt(passages.vectors.shape[1]), (CHUNKS, passages.vectors.shape[1]))
    mixed = shares * passages.vectors[pairs[:, 0]] + (1 - shares) * passages.vectors[pairs[:, 1]] + noise
    vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    half = SENTENCES // 2
    parts = [(*passages.sentences[a][:half], *passages.sentences[b][half:]) for a, b in pairs]
    texts = [" ".join(sentences) for sentences in parts]
    source = f"synthetic/{number}.txt"
    document = Document(
        source=source,
        title=f"Document {number}",
        text="\n\n".join(texts),
        content_hash=f"{number}",
        metadata={
            "all": "yes",
            "half": f"{number % 2}",
            "tenth": f"{number % 10}",
            "rare": f"{number % 1_000}",
        },
    )
    chunks = []
    start = 0
    for at, (text, sentences) in enumerate(zip(texts, parts, strict=True)):
        end = start + len(text)
        ends = list(accumulate((len(sentence) + 1 for sentence in sentences), initial=start))
        spans = tuple((first, last - 1) for first, last in pairwise(ends))
        chunk = Chunk(start, end, text, (), spans, len(text) // 5)
        chunks.append(KeyedChunk(f"{number:012x}{at:012x}", f"{number}-{at}", chunk))
        start = end + 2
    return Entry(document, "", "2026-01-01T00:00:00+00:00", chunks), vectors
