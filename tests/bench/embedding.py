"""How fast texts become vectors, against sentence-transformers, and what a sync leaves of that rate.

    python -m tests.bench.embedding [--passages 200]

Over real passages of about 100 words: passages a second of our encoder, of ours held to float32, and of
sentence-transformers in float32; the share of the ten nearest of each of 472 questions that agrees with
sentence-transformers; the same rates in float32 held to AVX2, in a process of its own; and the rate of a
whole sync of new documents beside that of the encoder alone in it. Each rate is the best of three runs that
alternate; a sync's share is the median of three, by the wall and by the processor, which other processes
disturb less. Appends to results.jsonl.

Held to AVX2 are oneDNN, PyTorch and MKL, by their own switches. OpenVINO's few kernels of its own are not,
and it asks the processor itself which precision to take: so this gives a speed, and shows no choice.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
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
SYNCED = 2_000  # passages that are synced
DOCUMENT = 20  # of them in a document
PLAIN = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--in-float32", action="store_true", help=argparse.SUPPRESS)
    asked_for = parser.parse_args()
    count = asked_for.passages
    passages = [" ".join(sentences) for sentences in read_sentences()]
    texts = passages[:count]
    if asked_for.in_float32:
        rates, _ = measure(in_float32(), texts)
        print(json.dumps(rates))
        return
    ours = load_embedder(IndexSettings().embedder)
    encoders = {"ours": ours.encode, **in_float32()}
    rates, vectors = measure(encoders, texts)
    asked = {kind: encode(questions()) for kind, encode in encoders.items()}
    reference = nearest(asked["sentence-transformers"], vectors["sentence-transformers"])
    figures: dict[str, object] = {}
    for kind, rate in rates.items():
        agreement = agree(nearest(asked[kind], vectors[kind]), reference)
        times = rate / rates["sentence-transformers"]
        print(f"{kind:<22} {rate:6.1f} a second  {times:4.2f} times  top-{NEAREST} agreement {agreement:.4f}")
        figures[kind] = {"rate": round(rate, 1), "times": round(times, 2), "agreement": round(agreement, 4)}
    plain = held_to_avx2(count)
    ratio = round(plain["ours in float32"] / plain["sentence-transformers"], 2)
    print(f"held to AVX2, in float32: {ratio:.2f} times sentence-transformers")
    wall, processor = sync_shares(ours, passages[:SYNCED])
    print(f"a whole sync reaches {wall:.3f} of the encoder's rate, by the processor's time {processor:.3f}")
    sync = {"wall": round(wall, 3), "processor": round(processor, 3)}
    record(count, {**figures, "AVX2, times": ratio, "sync": sync})


def in_float32() -> dict[str, Encode]:
    name = IndexSettings().embedder
    return {
        "ours in float32": BertEncoder(find_model(name), precision="f32").encode,
        "sentence-transformers": ReferenceEmbedder(name, find_model(name)).encode,
    }


def held_to_avx2(count: int) -> dict[str, float]:
    """Texts a second, by encoder."""
    command = [sys.executable, "-m", "tests.bench.embedding", "--in-float32", "--passages", f"{count}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | PLAIN)
    rates: dict[str, float] = json.loads(done.stdout)
    return rates


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


def sync_shares(embedder: Embedder, texts: Sequence[str]) -> tuple[float, float]:
    """The rate of a sync of new documents, of that of the encoder alone on the same texts: by the wall and
    by the processor's time."""
    shares = []
    for _ in range(RUNS):
        noting = Noting(embedder)
        with TemporaryDirectory() as temporary, Index.open(f"{temporary}/.index", embedder=noting) as index:
            folder = Path(temporary) / "docs"
            folder.mkdir()
            for start in range(0, len(texts), DOCUMENT):
                (folder / f"{start}.txt").write_text("\n\n".join(texts[start : start + DOCUMENT]))
            began = clocks()
            index.sync([folder])
            synced = clocks() - began
        began = clocks()
        embedder.encode(noting.texts)
        shares.append((clocks() - began) / synced)
    wall, processor = np.median(shares, axis=0).tolist()
    return wall, processor


def clocks() -> NDArray[np.float64]:
    """Seconds: of the wall, and of this process on all its cores."""
    return np.array([time.perf_counter(), time.process_time()])


if __name__ == "__main__":
    main()
