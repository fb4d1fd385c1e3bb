"""How long an answer takes: the first from the command line, and further ones in one process.

    python -m tests.bench.latency [--runs 10]

Over the shipped documents, with the gold questions. Prints minimum, median and maximum in seconds, with n.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from index import Index
from qa import Assistant
from qa.evaluation.gold import read_gold

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="command lines to start")
    runs = parser.parse_args().runs
    with TemporaryDirectory() as folder, Index.open(folder) as index:
        index.sync([ROOT / "corpus/documents"])
        show("first answer, qa ask", [first_answer(folder) for _ in range(runs)])
        show("further answers, one process", further_answers(index))


def first_answer(folder: str) -> float:
    """Seconds from the start of `qa ask` to its end."""
    command = [
        sys.executable,
        "-m",
        "qa",
        "ask",
        "Which provinces planned industrial parks?",
        "--index",
        folder,
    ]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - began


def further_answers(index: Index) -> list[float]:
    """Seconds for each gold question, each asked once, after one that loads the model."""
    assistant = Assistant(index)
    assistant.ask("What is this about?")
    taken = []
    for case in read_gold(ROOT / "corpus/gold"):
        began = time.perf_counter()
        assistant.ask(case.question, case.turns)
        taken.append(time.perf_counter() - began)
    return taken


def show(what: str, taken: list[float]) -> None:
    print(f"{what}: n={len(taken)} min {min(taken):.3f} median {median(taken):.3f} max {max(taken):.3f} s")


if __name__ == "__main__":
    main()
