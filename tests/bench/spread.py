"""How fast a sync is whose reading and embedding are spread over Ray, against one process.

    python -m tests.bench.spread [--passages 1000] [--workers 1 2 4] [--runs 3]

Over new documents of twenty real passages. In each run, one after another: the sync in this process, which
embeds on all cores; a rebuild, whose vectors are all there: what the one writer does by itself; the sync held
to one core; and the sync over each number of workers, of one core each, which have loaded what they need.
Prints the median seconds with their least and most, the medians of each run's ratio to this process on all
cores and on one, and the medians of the processor's seconds here and in Ray's processes, which others on the
machine disturb less. Appends to results.jsonl. Linux only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from index import Embedder, Index, IndexSettings, load_embedder
from index.entries import File, read
from index.spread import Spread, here, over_ray
from tests.bench.results import record, seconds, show_seconds
from tests.bench.synthetic import read_sentences

DOCUMENT = 20  # passages in a document
ALL, ONE, WRITER = "one process, all cores", "one process, one core", "nothing to embed"


class Taken(NamedTuple):
    """Seconds: by the wall; the processor's in this process, and in those of Ray."""

    wall: float
    here: float
    in_ray: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    name = IndexSettings().embedder
    embedder, single = load_embedder(name), load_embedder(name, cores=1)
    taken: dict[str, list[Taken]] = {}
    with TemporaryDirectory() as temporary:
        folder, place = Path(temporary) / "docs", Path(temporary) / ".index"
        write(folder, asked.passages)
        chunks = warm_up(folder, place, embedder)
        for _ in range(asked.runs):
            taken.setdefault(ALL, []).append(synced(folder, place, embedder, here))
            taken.setdefault(WRITER, []).append(rebuilt(folder, place, embedder))
            taken.setdefault(ONE, []).append(synced(folder, place, single, here))
            for workers in asked.workers:
                taken.setdefault(f"{workers} workers", []).append(over(workers, folder, place, embedder))
    figures: dict[str, object] = {"chunks": chunks}
    for how, each in taken.items():
        wall = show_seconds(how, [one.wall for one in each])
        times = {base: ratio(taken[base], each) for base in (ALL, ONE)}
        processor = {"here": median(one.here for one in each), "in Ray": median(one.in_ray for one in each)}
        print(f"{'':<20} {chunks / wall['median']:.0f} chunks a second; times {times}; processor {processor}")
        figures[how] = {**wall, "times": times, "processor": processor}
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


def synced(folder: Path, place: Path, embedder: Embedder, spread: Spread) -> Taken:
    """Into an empty index."""
    shutil.rmtree(place)
    with Index.open(place, embedder=embedder) as index:
        return taken_by(lambda: index.sync([folder], spread=spread))


def rebuilt(folder: Path, place: Path, embedder: Embedder) -> Taken:
    with Index.open(place, embedder=embedder, rebuild=True) as index:
        return taken_by(lambda: index.sync([folder]))


def over(workers: int, folder: Path, place: Path, embedder: Embedder) -> Taken:
    with over_ray(workers) as spread:
        files = [(None, File(path, path.name, 120)) for path in sorted(folder.iterdir())[: 4 * workers]]
        list(spread(read, files, ahead=4))  # each worker imports what it needs
        list(spread(embedder.encode, [(None, ["warm"])] * 4 * workers, ahead=4))
        return synced(folder, place, embedder, spread)


def taken_by(thing: Callable[[], object]) -> Taken:
    here, in_ray = time.process_time(), below(os.getpid())
    wall = seconds(thing)
    return Taken(wall, time.process_time() - here, below(os.getpid()) - in_ray)


def below(process: int) -> float:
    """Processor's seconds that the living processes have used that this one began, and those they began."""
    begun = [
        int(child)
        for file in Path(f"/proc/{process}/task").glob("*/children")
        for child in file.read_text().split()
    ]
    return sum(used(child) + below(child) for child in begun)


def used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ratio(base: Sequence[Taken], each: Sequence[Taken]) -> float:
    """The median over the runs of how many times as fast as the base."""
    return median(one.wall / other.wall for one, other in zip(base, each, strict=True))


def median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
