"""The figures in README.md, from the runs that are committed: nothing there is typed by hand.

    python -m tests.bench.figures          # writes them between the marks in README.md

The shipped gold set comes from its accepted baseline; all else from the last line of each benchmark in
results.jsonl.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qa.evaluation.run import Run
from tests.bench.answers import IN_DIALOGUES, figures_of_run
from tests.bench.results import FILE, ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- figures: make figures -->", "<!-- end of figures -->"
BASELINE = ROOT / "corpus/gold/baseline"
SAID = {
    "right": "right: every fact, or rightly declined",
    IN_DIALOGUES: "of them dialogues of three to five turns",
    "declining_recall": "unanswerable and declined",
    "disagreement_recall": "sources that differ, both shown",
    "confidence_auroc": "answerable against unanswerable, AUROC of the confidence",
    "calibration_error": "expected calibration error",
    "found_first": "right document found first",
    "rouge_l": "ROUGE-L, what is declined counts 0",
    "characters": "characters of an answer",
    "words": "words of an answer, median",
    "sentences_supported": "sentences that are an exact span",
}
NOT_ASKED = (None, None, None)
ARMS = {
    "plain, marked": "LangChain's splitter, 200 tokens",
    "meaning, marked": "meaning alone",
    "words, marked": "words alone",
    "fused, marked": "as shipped",
    "fused": "as shipped, any place with the same text",
}
MEASURED = ("recall@5", "IoU@5", "recall in 500", "recall in 1000", "recall in 2000")


def main() -> None:
    README.write_text(with_figures(README.read_text(encoding="utf-8")), encoding="utf-8")


def with_figures(readme: str) -> str:
    """The text with what stands between the marks made anew."""
    block = "\n".join([BEGIN, *answers(), "", *retrieval(), END])
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, readme, flags=re.DOTALL)


def answers() -> Iterator[str]:
    """A row a measure, a column a question set."""
    sets = {"shipped documents": figures_of_run(Run.read(BASELINE)), **latest("answers")["figures"]}
    yield f"| `qa eval` and `python -m tests.bench.answers` | {' | '.join(sets)} |"
    yield "|---" * (len(sets) + 1) + "|"
    for measure, says in SAID.items():
        cells = [_cell(*found.get(measure, NOT_ASKED)) for found in sets.values()]
        yield f"| {says} | {' | '.join(cells)} |"


def retrieval() -> Iterator[str]:
    """Chroma's chunking evaluation: a row a way of searching."""
    record = latest("chunking")
    n = record["n"]
    yield f"| `python -m tests.bench.chunking`, n={n} | {' | '.join(MEASURED)} |"
    yield "|---" * (len(MEASURED) + 1) + "|"
    for arm, says in ARMS.items():
        cells = [_cell(*record["figures"][arm][measure]) for measure in MEASURED]
        yield f"| {says} | {' | '.join(cells)} |"


def latest(benchmark: str) -> Mapping[str, Any]:
    """The last record of a benchmark, by the name of its module."""
    records = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    found: list[Mapping[str, Any]] = [
        one for one in records if one["command"] == f"python -m tests.bench.{benchmark}"
    ]
    return found[-1]


def _cell(value: float | None, low: float | None, high: float | None, n: int | None = None) -> str:
    if value is None:
        return "–"
    digits = 0 if value > 1 else 3
    interval = "" if low is None or high is None else f" [{low:.{digits}f}, {high:.{digits}f}]"
    return f"{value:.{digits}f}{interval}{f' n={n}' if n else ''}"


if __name__ == "__main__":
    main()
