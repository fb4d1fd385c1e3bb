"""How long a command takes from its start, and further answers in one process.

    python -m tests.bench.latency [--runs 10] [--folder DIR]

`qa --help`; `qa search` with a synthetic index of 10,000 chunks (synthetic.py), which takes a minute to build
and with --folder is kept and used again; `qa ask` over the shipped documents; and the gold questions, each
once, in one process. Prints medians in seconds with the least and the most, and appends to results.jsonl.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Index
from qa import Assistant
from qa.evaluation.gold import read_gold
from tests.bench.results import ROOT, record, seconds, show_seconds
from tests.bench.scale import build

QUESTION = "Which provinces planned industrial parks?"
CHUNKS = 10_000


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
            further = further_answers(index)
        commands = {
            "qa --help": ["--help"],
            "qa search": ["search", QUESTION, "--index", f"{folder / f'{CHUNKS}'}"],
            "qa ask": ["ask", QUESTION, "--index", shipped],
        }
        taken = {name: [started(one) for _ in range(asked.runs)] for name, one in commands.items()}
    figures = {name: show_seconds(name, of_one) for name, of_one in taken.items()}
    record(asked.runs, {**figures, "further answers": show_seconds("further answers", further)})


def started(arguments: list[str]) -> float:
    """Seconds from the start of the command to its end."""
    command = [sys.executable, "-m", "qa", *arguments]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))


def further_answers(index: Index) -> list[float]:
    """Seconds for each gold question, after one that loads the model."""
    assistant = Assistant(index)
    assistant.ask("What is this about?")
    return [
        seconds(partial(assistant.ask, case.question, case.turns)) for case in read_gold(ROOT / "corpus/gold")
    ]


if __name__ == "__main__":
    main()
