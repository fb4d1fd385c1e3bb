"""How fast texts become vectors, against sentence-transformers, and what a sync leaves of that rate.

    python -m tests.bench.embedding [--passages 200]

Over real passages of about 100 words: passages a second of our encoder, of ours held to float32, and of
sentence-transformers in float32; the share of the ten nearest of each of 472 questions that agrees with
sentence-transformers; and the rate of a whole sync of new documents beside that of the encoder alone in it.
Each rate is the best of three runs that alternate. Appends to results.jsonl.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from index import Embedder, Index, IndexSettings, load_embedder
from index.bert import BertEncoder
from index.embed import ReferenceEmbedder
from index.models import find_model
from tests.bench.results import record
from tests.bench.synthetic import questions, read_sentences

RUNS = 3
NEAREST = 10
SYNCED = 1_000  # passages that are synced
DOCUMENT = 20  # of them in a document

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=200)
    count = parser.parse_args().passages
    name = IndexSettings().embedder
    passages = [" ".join(sentences) for sentences in read_sentences()]
    texts = passages[:count]
    ours = load_embedder(name)
    encoders: dict[str, Encode] = {
        "ours": ours.encode,
        "ours in float32": BertEncoder(find_model(name), precision="f32").encode,
        "sentence-transformers": ReferenceEmbedder(name, find_model(name)).encode,
    }
    rates, vectors = measure(encoders, texts)
    asked = {kind: encode(questions()) for kind, encode in encoders.items()}
    reference = nearest(asked["sentence-transformers"], vectors["sentence-transformers"])
    figures: dict[str, object] = {}
    for kind, rate in rates.items():
        agreement = agree(nearest(asked[kind], vectors[kind]), reference)
        times = rate / rates["sentence-transformers"]
        print(f"{kind:<22} {rate:6.1f} a second  {times:4.2f} times  top-{NEAREST} agreement {agreement:.4f}")
        figures[kind] = {"rate": round(rate, 1), "times": round(times, 2), "agreement": round(agreement, 4)}
    share = sync_share(ours, passages[:SYNCED])
    print(f"a whole sync reaches {share:.3f} of the encoder's rate")
    record(count, {**figures, "sync": round(share, 3)})


def measure(
    encoders: dict[str, Encode], texts: Sequence[str]
) -> tuple[dict[str, float], dict[str, NDArray[np.float32]]]:
    """Texts a second, and their vectors, by encoder."""
    vectors = {kind: encode(texts) for kind, encode in encoders.items()}  # warms up, too
    best = dict.fromkeys(encoders, 0.0)
    for _ in range(RUNS):
        for kind, encode in encoders.items():
            began = time.perf_counter()
            encode(texts)
            best[kind] = max(best[kind], len(texts) / (time.perf_counter() - began))
    return best, vectors


def nearest(asked: NDArray[np.float32], vectors: NDArray[np.float32]) -> list[set[int]]:
    """The rows of the NEAREST vectors to each question."""
    return [set(row[:NEAREST]) for row in np.argsort(-(asked @ vectors.T), axis=1).tolist()]


def agree(found: Sequence[set[int]], reference: Sequence[set[int]]) -> float:
    return sum(len(one & other) for one, other in zip(found, reference, strict=True)) / (
        NEAREST * len(reference)
    )


class Noting:
    """The embedder, and what it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self.fingerprint = embedder.fingerprint
        self.texts: list[str] = []
        self._embedder = embedder

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return self._embedder.encode(texts)


def sync_share(embedder: Embedder, texts: Sequence[str]) -> float:
    """The rate of a sync of new documents, of that of the encoder alone on the same texts; best of RUNS."""
    shares = []
    for _ in range(RUNS):
        noting = Noting(embedder)
        with TemporaryDirectory() as temporary, Index.open(f"{temporary}/.index", embedder=noting) as index:
            folder = Path(temporary) / "docs"
            folder.mkdir()
            for start in range(0, len(texts), DOCUMENT):
                (folder / f"{start}.txt").write_text("\n\n".join(texts[start : start + DOCUMENT]))
            began = time.perf_counter()
            index.sync([folder])
            synced = time.perf_counter() - began
        began = time.perf_counter()
        embedder.encode(noting.texts)
        shares.append((time.perf_counter() - began) / synced)
    return max(shares)


if __name__ == "__main__":
    main()
