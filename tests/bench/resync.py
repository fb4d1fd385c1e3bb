"""How long a sync takes that has next to nothing to do.

    python -m tests.bench.resync [--documents 10000] [--runs 10]

Over a folder of short documents that is synced once, unmeasured. Prints medians with their least and most:
of a sync of the folder unchanged, in a process that has the index open and as the command `qa sync`; then of
one with a single document changed, with what was embedded for it. Appends to results.jsonl.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Index, IndexSettings, load_embedder
from tests.bench.embedding import Noting
from tests.bench.results import ROOT, record, seconds, show_seconds
from tests.bench.synthetic import read_sentences

IN_A_FOLDER = 100  # documents
AGE = 3_600  # seconds since they were last changed: what is younger than two is read again


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=10)
    asked = parser.parse_args()
    noting = Noting(load_embedder(IndexSettings().embedder))
    with TemporaryDirectory() as temporary:
        folder, place = Path(temporary) / "docs", f"{temporary}/.index"
        write(folder, asked.documents)
        with Index.open(place, embedder=noting) as index:
            index.sync([folder])
            unchanged = [seconds(index.sync) for _ in range(asked.runs)]
            changed, embedded = [], []
            for run in range(asked.runs):
                (folder / "0/0.txt").write_text(f"The text of run {run} is a new one.")
                before = len(noting.texts)
                changed.append(seconds(index.sync))
                embedded.append(len(noting.texts) - before)
        command = [sys.executable, "-m", "qa", "sync", "--index", place]
        started = [
            seconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))
            for _ in range(asked.runs)
        ]
    figures = {
        "unchanged": show_seconds("unchanged", unchanged),
        "unchanged, qa sync": show_seconds("unchanged, qa sync", started),
        "one changed": show_seconds("one changed", changed),
        "texts embedded for it": max(embedded),
    }
    print(f"{asked.documents:,} documents; at most {max(embedded)} text embedded where one had changed")
    record(asked.documents, figures)


def write(folder: Path, documents: int) -> None:
    """That many files of a sentence and a number each, a hundred to a folder."""
    sentences = [sentence for passage in read_sentences() for sentence in passage]
    for number in range(documents):
        path = folder / f"{number // IN_A_FOLDER}/{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}. {sentences[number]}")
        os.utime(path, (time.time() - AGE,) * 2)


if __name__ == "__main__":
    main()
