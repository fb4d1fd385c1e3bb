"""What becomes of the sentences of models that cannot be trusted, over the gold set and CLAPNQ's tuning half.

    python -m tests.bench.released [--shared FOLDER] [--set gold] [--provider NAME] … [--keep FILE]

For each provider (providers.py): questions, those right with it and without a model; its sentences and the
share released, replaced by a quote and dropped, with the 95 % interval (Wilson). Ends with an error if a
sentence is shown that is neither an exact quote nor, by qa.support.check, carried by exact quotes. Each
question is kept in a file as it is asked, so that a stopped run goes on where it stopped.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from pydantic import BaseModel

from index import Index, Passage
from qa import Answer, Assistant
from qa.evaluation.gold import Case, read_gold
from qa.evaluation.intervals import wilson
from qa.evaluation.judge import faults_of
from qa.evaluation.record import supported
from qa.evaluation.suites import read_suite
from qa.question import Question
from qa.quoting import Extract, Quoter
from tests.bench.providers import PROVIDERS
from tests.bench.results import ROOT, record

Set = Literal["gold", "clapnq"]
SETS: tuple[Set, ...] = ("gold", "clapnq")
FATES = ("released", "replaced", "dropped")


class Kept(BaseModel):
    """One question asked of one provider. beyond: the sentences shown that nothing carries."""

    provider: str
    set: Set
    id: str
    asked: bool
    right: bool
    right_without: bool
    shown: int
    beyond: list[str]
    fates: dict[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT / "../shared", help="with benchmarks/clapnq")
    parser.add_argument("--set", choices=SETS, action="append", help="both, where none is named")
    parser.add_argument("--provider", choices=[*PROVIDERS], action="append", help="all, where none is named")
    parser.add_argument(
        "--keep", type=Path, default=ROOT / "runs/released.jsonl", help="what was asked so far"
    )
    args = parser.parse_args()
    names = args.provider or list(PROVIDERS)
    args.keep.parent.mkdir(parents=True, exist_ok=True)
    kept = [Kept.model_validate_json(line) for line in _lines(args.keep)]
    with args.keep.open("a") as file:
        for which in args.set or SETS:
            with asked_of(which, args.shared) as (index, cases):
                for one in measure(index, which, cases, names, {(one.provider, one.id) for one in kept}):
                    kept.append(one)
                    file.write(f"{one.model_dump_json()}\n")
                    file.flush()
    figures = {name: figures_of([one for one in kept if one.provider == name]) for name in names}
    for name, found in figures.items():
        print(name, *(f"{what} {value}" for what, value in found.items()), sep="\n  ")
    beyond = [text for one in kept for text in one.beyond]
    assert not beyond, beyond
    record(len(kept), figures)


@contextmanager
def asked_of(which: Set, shared: Path) -> Iterator[tuple[Index, list[Case]]]:
    with TemporaryDirectory() as folder, Index.open(Path(folder) / "index") as index:
        if which == "gold":
            index.sync([ROOT / "corpus/documents"])
            yield index, read_gold(ROOT / "corpus/gold")
        else:
            suite = read_suite("clapnq", shared / "benchmarks/clapnq")
            documents = Path(folder) / "documents"
            documents.mkdir()
            for name, text in suite.documents.items():
                (documents / name).write_text(text, encoding="utf-8")
            index.sync([documents])
            texts = {info.source.split("/")[-1]: index.document(info.id).text for info in index.documents()}
            yield index, suite.cases(texts)


Extracts = dict[tuple[str, tuple[tuple[str, int], ...]], Extract]


class RememberingQuoter(Quoter):
    extracts: Extracts

    def extract(self, asked: Question, passages: Sequence[Passage], parts: int = 1) -> Extract:
        key = asked.standalone, tuple((one.document_id, one.start) for one in passages)
        if key not in self.extracts:
            self.extracts[key] = super().extract(asked, passages, parts)
        return self.extracts[key]


class Remembering(Assistant):
    """Looks through the passages of a question once, however many models are then asked to write."""

    extracts: Extracts

    def _quoter(self, where: Mapping[str, Any] | None) -> Quoter:
        quoter = RememberingQuoter(self.index, self.settings, self._encode, self._ready_reader(), where)
        quoter.extracts = self.extracts
        return quoter


def measure(
    index: Index, which: Set, cases: Sequence[Case], names: Sequence[str], done: set[tuple[str, str]]
) -> Iterator[Kept]:
    """Each question of each provider, but for those that are done."""
    quoting = Remembering(index)
    quoting.extracts = {}
    without: dict[str, bool] = {}
    for name in names:
        provider = PROVIDERS[name]
        with provider.model() as model:
            writing = Remembering(index, provider.settings, model=model)
            writing.extracts = quoting.extracts
            for case in cases:
                if (name, case.id) in done:
                    continue
                if case.id not in without:
                    without[case.id] = not list(faults_of(case, quoting.ask(case.question, case.turns)))
                answer = writing.ask(case.question, case.turns)
                made = answer.generation
                yield Kept(
                    provider=name,
                    set=which,
                    id=case.id,
                    asked=made is not None,
                    right=not list(faults_of(case, answer)),
                    right_without=without[case.id],
                    shown=len(answer.sentences),
                    beyond=list(beyond(index, answer)),
                    fates={fate: getattr(made, fate) for fate in FATES} if made else {},
                )


def beyond(index: Index, answer: Answer) -> Iterator[str]:
    """The sentences shown that the citations do not carry, or whose citations stand in no document."""
    for sentence in answer.sentences:
        exact = all(
            index.document(one.document_id).text[one.start : one.end] == one.quote
            for one in sentence.citations
        )
        if not (exact and supported(sentence)):
            yield sentence.text


def figures_of(kept: Sequence[Kept]) -> dict[str, object]:
    """Counts, and shares with their intervals and n."""
    found: dict[str, object] = {
        "questions": len(kept),
        "asked of it": sum(one.asked for one in kept),
        "right with it": sum(one.right for one in kept),
        "right without a model": sum(one.right_without for one in kept),
        "sentences shown": sum(one.shown for one in kept),
        "shown beyond their spans": sum(len(one.beyond) for one in kept),
    }
    totals: dict[str, int] = defaultdict(int)
    for one in kept:
        for fate, count in one.fates.items():
            totals[fate] += count
    n = sum(totals.values())
    for fate in FATES if n else ():
        low, high = wilson(totals[fate], n)
        found[fate] = f"{totals[fate]} of {n}, {totals[fate] / n:.3f} [{low:.3f}, {high:.3f}]"
    return found


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.is_file() else []


if __name__ == "__main__":
    main()
