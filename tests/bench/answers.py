"""How good the answers are where no run is committed: the gold set over raw articles, and CLAPNQ.

    python -m tests.bench.answers [--data FOLDER]

The shipped gold set over the five articles that its documents were digested from, with page furniture and
translation noise: a right answer holds the same facts. Pages of SQLite's documentation, with questions that
nobody has looked at (tests/unseen), and questions of a few words on these and on papers of everyday life:
only what they come to is printed. CLAPNQ's tuning half as `qa eval --suite clapnq` reads it, all its
passages in one index, without the reader: that was trained on these questions, and what it brings on those
it has not seen stands in qa/reader/CARD.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Index
from qa import AnswerSettings, Assistant
from qa.evaluation.figures import BY_NAME, figures_of
from qa.evaluation.gold import Case, read_gold
from qa.evaluation.run import Run, run_gold
from qa.evaluation.suites import read_suite
from tests.bench.results import ROOT, record

DATA = ROOT / "../shared"
UNSEEN = ROOT / "tests/unseen"
RAW, CLAPNQ = "raw articles", "CLAPNQ, no reader"
PAGES, SHORT = "SQLite's pages, unseen", "a few words, unseen"
K = 5  # passages on which retrieval is measured
IN_DIALOGUES = "right in dialogues"
SHOWN = ("right", IN_DIALOGUES, "rouge_l", "characters", "words", "declining_recall", "confidence_auroc")

Figures = Mapping[str, tuple[float | None, float | None, float | None, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="with the folders seeds and benchmarks")
    data = parser.parse_args().data
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        suite = read_suite("clapnq", data / "benchmarks/clapnq")
        for name, text in suite.documents.items():
            (documents / name).write_text(text, encoding="utf-8")
        with Index.open(Path(folder) / "clapnq") as index:
            index.sync([documents])
            texts = {info.source.split("/")[-1]: index.document(info.id).text for info in index.documents()}
            clapnq = measure(index, suite.cases(texts), AnswerSettings(reader="none"))
        with Index.open(Path(folder) / "raw") as index:
            index.sync([data / "seeds"])
            raw = measure(index, read_gold(ROOT / "corpus/gold"), AnswerSettings())
        with Index.open(Path(folder) / "pages") as index:
            index.sync([UNSEEN / "documents"])
            pages = measure(index, read_gold(UNSEEN / "questions.jsonl"), AnswerSettings())
            index.sync([UNSEEN / "documents", UNSEEN / "papers"])
            short = measure(index, read_gold(UNSEEN / "short.jsonl"), AnswerSettings())
    found = {RAW: raw, PAGES: pages, SHORT: short, CLAPNQ: clapnq}
    for name, figures in found.items():
        shown = [f"{what} {figures[what][0]} {figures[what][1:3]}" for what in SHOWN if what in figures]
        print(name, *shown, sep="\n  ")
    record(sum(figures["right"][3] for figures in found.values()), found)


def measure(index: Index, cases: Sequence[Case], settings: AnswerSettings) -> Figures:
    return figures_of_run(run_gold(Assistant(index, settings), cases, K))


def figures_of_run(run: Run) -> Figures:
    """By measure: value, the ends of its 95 % interval, and over how many questions. The shipped dialogues,
    where they were asked, also by themselves."""
    found = {one.measure: one for one in run.summary.figures}
    dialogues = {case.id for case in read_gold(ROOT / "corpus/gold/dialogues.jsonl")}
    if in_dialogues := [one for one in run.asked if one.id in dialogues]:
        (found[IN_DIALOGUES],) = figures_of(in_dialogues, [BY_NAME["right"]])
    return {name: (one.value, one.low, one.high, one.n) for name, one in found.items()}


if __name__ == "__main__":
    main()
