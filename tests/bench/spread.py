"""How fast a sync is whose reading and embedding are spread over Ray, against one process.

    python -m tests.bench.spread [--passages 2000] [--workers 1 2 4] [--runs 3]

Over new documents of twenty real passages. In each run, one after another: the sync in this process, which
embeds on all cores; held to one core; the sync over each number of workers, which have one core each, without
the start of Ray; and the sync of documents whose vectors are all there, which is what the one writer does by
itself. Prints the median seconds with their least and most, and the median of each run's ratio to the process
on all cores and on one. Appends to results.jsonl.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index import Embedder, Index, IndexSettings, load_embedder
from index.spread import Spread, here, over_ray
from tests.bench.results import record, seconds, show_seconds
from tests.bench.synthetic import read_sentences

DOCUMENT = 20  # passages in a document
ALL, ONE, WRITER = "one process, all cores", "one process, one core", "nothing to embed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    name = IndexSettings().embedder
    embedder, single = load_embedder(name), load_embedder(name, cores=1)
    taken: dict[str, list[float]] = {}
    with TemporaryDirectory() as temporary:
        folder, place = Path(temporary) / "docs", Path(temporary) / ".index"
        write(folder, asked.passages)
        chunks = warm_up(folder, place, embedder)
        for _ in range(asked.runs):
            taken.setdefault(ALL, []).append(timed(folder, place, embedder, here))
            taken.setdefault(WRITER, []).append(rebuilt(folder, place, embedder))
            taken.setdefault(ONE, []).append(timed(folder, place, single, here))
            for workers in asked.workers:
                taken.setdefault(f"{workers} workers", []).append(over(workers, folder, place, embedder))
    figures: dict[str, object] = {"chunks": chunks}
    for how, each in taken.items():
        ratios = {base: ratio(taken[base], each) for base in (ALL, ONE)}
        figures[how] = {**show_seconds(how, each), "times": ratios}
        print(f"{'':<20} {chunks / np.median(each):.0f} chunks a second; times {ratios}")
    record(asked.runs, figures)


def write(folder: Path, passages: int) -> None:
    folder.mkdir()
    texts = [" ".join(sentences) for sentences in read_sentences()[:passages]]
    for start in range(0, len(texts), DOCUMENT):
        (folder / f"{start}.txt").write_text("\n\n".join(texts[start : start + DOCUMENT]))


def warm_up(folder: Path, place: Path, embedder: Embedder) -> int:
    """How many chunks the folder has."""
    with Index.open(place, embedder=embedder) as index:
        index.sync([folder])
        return sum(len(index.chunks(document.id)) for document in index.documents())


def timed(folder: Path, place: Path, embedder: Embedder, spread: Spread) -> float:
    """Seconds of a sync into an empty index."""
    shutil.rmtree(place)
    with Index.open(place, embedder=embedder) as index:
        return seconds(lambda: index.sync([folder], spread=spread))


def rebuilt(folder: Path, place: Path, embedder: Embedder) -> float:
    """Seconds of a rebuild, which keeps the vectors: reading, cutting and storing in this process."""
    with Index.open(place, embedder=embedder, rebuild=True) as index:
        return seconds(lambda: index.sync([folder]))


def over(workers: int, folder: Path, place: Path, embedder: Embedder) -> float:
    """Seconds over workers that have loaded the model."""
    with over_ray(workers) as spread:
        timed(folder, place, embedder, spread)
        return timed(folder, place, embedder, spread)


def ratio(base: list[float], each: list[float]) -> float:
    """The median over the runs of how many times as fast as the base."""
    return round(float(np.median(np.divide(base, each))), 2)


if __name__ == "__main__":
    main()
