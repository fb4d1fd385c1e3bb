"""How long a command takes from its start, and further answers in one process.

    python -m tests.bench.latency [--runs 10] [--folder DIR]

`qa --help`; `qa search` with a synthetic index of 10,000 chunks (synthetic.py), which takes a minute to build
and with --folder is kept and used again; `qa ask` over the shipped documents; in one process the gold
questions, each once; and over the 10,000 chunks questions of Chroma's chunking evaluation, with the reader
and without. Prints medians in seconds with the least and the most, and appends to results.jsonl.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Index
from qa import AnswerSettings, Assistant, Turn
from qa.evaluation.gold import read_gold
from tests.bench.results import ROOT, record, seconds, show_seconds
from tests.bench.scale import build
from tests.bench.synthetic import questions

QUESTION = "Which provinces planned industrial parks?"
CHUNKS = 10_000
WARM, FRESH = 20, 220  # questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=10, help="of each command")
    parser.add_argument("--folder", type=Path, help="where to keep the index")
    asked = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        build(folder, CHUNKS)
        shipped = f"{temporary}/shipped"
        with Index.open(shipped) as index:
            index.sync([ROOT / "corpus/documents"])
            further = answers_of(
                Assistant(index), [(case.question, case.turns) for case in read_gold(ROOT / "corpus/gold")]
            )
        commands = {
            "qa --help": ["--help"],
            "qa search": ["search", QUESTION, "--index", f"{folder / f'{CHUNKS}'}"],
            "qa ask": ["ask", QUESTION, "--index", shipped],
        }
        with Index.open(folder / f"{CHUNKS}") as index:
            many = {
                f"answers over {CHUNKS:,} chunks, reader {reader}": answers_of(
                    Assistant(index, AnswerSettings(reader=reader)),
                    [(one, ()) for one in questions()[:FRESH]],
                )
                for reader in ("shipped", "none")
            }
        taken = {name: [started(one) for _ in range(asked.runs)] for name, one in commands.items()}
    figures = {
        name: show_seconds(name, of_one)
        for name, of_one in {**taken, "further answers": further, **many}.items()
    }
    record(asked.runs, figures)


def started(arguments: list[str]) -> float:
    """Seconds from the start of the command to its end."""
    command = [sys.executable, "-m", "qa", *arguments]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))


def answers_of(assistant: Assistant, asked: Sequence[tuple[str, Sequence[Turn]]]) -> list[float]:
    """Seconds for each question after its turns, after WARM of them that are not measured."""
    for question, turns in asked[:WARM]:
        assistant.ask(question, turns)
    return [seconds(partial(assistant.ask, question, turns)) for question, turns in asked[WARM:]]


if __name__ == "__main__":
    main()
