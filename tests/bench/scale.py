"""How search holds up as an index grows: time, memory, disk and recall at several sizes and filters.

    python -m tests.bench.scale [--sizes 1000 10000 100000 300000] [--folder DIR] [--questions 200]

Over synthetic indexes (synthetic.py), each measured in a process of its own with real questions. Prints a
table, draws docs/scale.svg and appends the figures to results.jsonl. Building 300,000 chunks takes about five
minutes; with --folder the indexes are kept and used again.

p50, p95: milliseconds from a question to five passages, warm. first: seconds from the start of `qa search`
to its end. memory: megabytes held, and how many of them are the process's own, not files mapped. recall: of
the ten nearest of Chroma's graph, those that are of the exact ten nearest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from index import Index, IndexSettings, load_embedder
from index.catalog import Catalog
from index.matrix import Matrix
from index.vectors import Vectors
from index.words import Words
from tests.bench.results import ROOT, record
from tests.bench.synthetic import grow, questions, read_passages

FILTERS: dict[str, dict[str, str]] = {
    "no filter": {},
    "100 %": {"all": "yes"},
    "50 %": {"half": "1"},
    "10 %": {"tenth": "3"},
    "0.1 %": {"rare": "7"},
}
FIRST_RUNS = 5
NEAREST = 10
PLOT = ROOT / "docs/scale.svg"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 300_000])
    parser.add_argument("--folder", type=Path, help="where to keep the indexes")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure, questions()[: asked.questions])))
        return
    with TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        figures = {}
        for size in asked.sizes:
            build(folder, size)
            figures[f"{size}"] = in_own_process(folder / f"{size}", asked.questions)
            show(size, figures[f"{size}"])
    plot(figures, PLOT)
    record(asked.questions, figures)


def build(folder: Path, size: int) -> None:
    """The index of this size in `folder`, unless it is there."""
    index = folder / f"{size}"
    index.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(index / "catalog.sqlite")
    embedder = load_embedder(IndexSettings().embedder)
    grow(catalog, embedder, read_passages(embedder, folder / "passages.npy"), size)
    for projection in (Words(index / "words"), Matrix(index / "matrix"), Vectors(index / "chroma")):
        projection.catch_up(catalog)
        projection.close()
    catalog.close()


def in_own_process(folder: Path, asked: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.scale", "--measure", f"{folder}", "--questions", f"{asked}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    figures["first"] = round(float(np.median([first_result(folder) for _ in range(FIRST_RUNS)])), 2)
    return figures


def measure(folder: Path, asked: Sequence[str]) -> dict[str, Any]:
    with Index.open(folder) as index:
        times = {name: times_of(index, asked, where) for name, where in FILTERS.items()}
        memory = held()  # before the exact search for the recall touches every page of the matrix
        return {
            "times": times,
            "memory": memory,
            "disk": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000,
            "recall": recall(folder, index.encode(asked)),
        }


def times_of(index: Index, asked: Sequence[str], where: dict[str, str]) -> dict[str, float]:
    """Milliseconds; of the wall, and the median of the processor's, which other processes disturb less."""
    for question in asked[:5]:
        index.search(question, where=where)
    wall, processor = [], []
    for question in asked:
        began = time.perf_counter(), time.process_time()
        index.search(question, where=where)
        wall.append(1_000 * (time.perf_counter() - began[0]))
        processor.append(1_000 * (time.process_time() - began[1]))
    p50, p95 = np.percentile(wall, [50, 95])
    return {"p50": round(p50, 1), "p95": round(p95, 1), "cpu": round(float(np.median(processor)), 1)}


def recall(folder: Path, asked: Any) -> float:
    """Of the ten nearest of each question by Chroma's graph: the share that are of the exact ten."""
    matrix, graph = Matrix(folder / "matrix"), Vectors(folder / "chroma")
    matrix.read()
    graph.read()
    everything = matrix.view()
    shares = [
        len(
            {id for id, _ in graph.nearest(one, NEAREST)} & {id for id, _ in everything.nearest(one, NEAREST)}
        )
        for one in asked
    ]
    graph.close()
    return round(float(np.mean(shares)) / NEAREST, 4)


def held() -> dict[str, int]:
    """Megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = dict(line.split(":", 1) for line in lines)
    return {name: int(sizes[key].split()[0]) // 1_000 for name, key in (("all", "VmRSS"), ("own", "RssAnon"))}


def first_result(folder: Path) -> float:
    """Seconds from the start of `qa search` to its end."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "qa", "search", "Which provinces planned parks?", "--index", f"{folder}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def show(size: int, figures: dict[str, Any]) -> None:
    memory = figures["memory"]
    print(
        f"{size:>9,} chunks  first {figures['first']:.2f} s  memory {memory['all']} MB, own {memory['own']}  "
        f"disk {figures['disk']} MB  recall@10 {figures['recall']:.4f}"
    )
    for name, times in figures["times"].items():
        print(
            f"{name:>18}  p50 {times['p50']:6.1f}  p95 {times['p95']:6.1f}  processor {times['cpu']:6.1f} ms"
        )
    sys.stdout.flush()


def plot(figures: dict[str, dict[str, Any]], path: Path) -> None:
    """The times of every filter, and memory and disk, over the number of chunks. Same figures, same file."""
    sizes = [int(size) for size in figures]
    figure = Figure(figsize=(9, 4.4), layout="constrained")
    times, space = figure.subplots(1, 2)
    for number, name in enumerate(FILTERS):
        for part, style in (("p50", "o-"), ("p95", "o:")):
            taken = [one["times"][name][part] for one in figures.values()]
            times.plot(sizes, taken, style, color=f"C{number}", label=f"{name}, {part}", markersize=3)
    space.plot(sizes, [one["memory"]["all"] for one in figures.values()], "o-", label="memory", markersize=3)
    space.plot(sizes, [one["disk"] for one in figures.values()], "o-", label="disk", markersize=3)
    times.set(title="A question, warm", ylabel="milliseconds", ylim=(0, None))
    space.set(title="What an index takes", ylabel="megabytes", yscale="log")
    for panel in (times, space):
        panel.set(xlabel="chunks", xscale="log")
        panel.legend(fontsize="x-small", ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))
        panel.grid(alpha=0.3)
    path.parent.mkdir(exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": path.name}):
        figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
