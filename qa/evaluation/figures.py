"""What the records of many questions come to: each measure with its interval. Knows no run and no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa.evaluation import metrics
from qa.evaluation.intervals import Numbers, means, medians, middle_95, resampled, wilson
from qa.evaluation.record import BUDGETS, DIGITS, Asked, Record

Group = Literal["answers", "retrieval", "citations", "declining", "disagreement"]
OverAll = Callable[[Sequence[float], Sequence[bool]], float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """better: 1 where higher is, -1 where lower is, 0 where neither.

    of: for a measure that is no mean over questions, what it is of their confidences and of whether each is
    right; `answered` restricts it to those that were answered, without it "right" is to be answerable.
    middle: the median over questions instead of their mean.
    """

    name: str
    group: Group
    says: str
    better: Literal[1, 0, -1] = 1
    of: OverAll | None = None
    answered: bool = True
    middle: bool = False


def _spans_within(group: Group, ending: str, of: str) -> list[Measure]:
    return [
        Measure(f"retrieval_recall{ending}", group, f"characters of the evidence in {of}"),
        Measure(f"retrieval_precision{ending}", group, f"characters of {of} that are evidence"),
        Measure(
            f"retrieval_iou{ending}", group, f"evidence and {of}: characters in both, of those in either"
        ),
    ]


MEASURES = (
    Measure("right", "answers", "questions answered with every fact, or rightly declined"),
    Measure("facts_found", "answers", "facts that stand in the answer"),
    Measure("exact_match", "answers", "answers that are a quote of the evidence, word for word"),
    Measure("token_f1", "answers", "words shared with the reference answers, or with the evidence"),
    Measure("rouge_l", "answers", "the same words, in order"),
    Measure("length", "answers", "tokens of an answer", better=0),
    Measure("characters", "answers", "characters of an answer", better=0),
    Measure("words", "answers", "words of an answer, median", better=0, middle=True),
    Measure("evidence_stands", "retrieval", "quotes of the evidence that stand in the index"),
    Measure("passages_exact", "retrieval", "passages that are their document's text and cut no word"),
    Measure("both_arms", "retrieval", "questions to which meaning and words both brought passages"),
    *_spans_within("retrieval", "", "the first k passages"),
    *(one for size in BUDGETS for one in _spans_within("retrieval", f"_{size}", f"the first {size} tokens")),
    Measure("found_first", "retrieval", "first passages that are of a document with evidence"),
    Measure("retrieval_ndcg", "retrieval", "discounted gain of the first k passages, of the best possible"),
    Measure("retrieval_mrr", "retrieval", "1 over the rank of the first passage with evidence"),
    Measure("citation_recall", "citations", "characters of the evidence that are cited"),
    Measure("citation_precision", "citations", "characters cited that are evidence"),
    Measure("citations_exact", "citations", "citations that are their document's text and cut no word"),
    Measure(
        "sentences_supported", "citations", "sentences shown that are what they cite, or are carried by it"
    ),
    Measure("declining_precision", "declining", "declined questions that have no answer"),
    Measure("declining_recall", "declining", "questions without an answer that are declined"),
    Measure(
        "confidence_auroc",
        "declining",
        "how often an answerable question gets more confidence than one that is not",
        of=metrics.auroc,
        answered=False,
    ),
    Measure("risk_area", "declining", "wrong answers, mean over coverages", better=-1, of=metrics.risk_area),
    Measure(
        "calibration_error",
        "declining",
        "distance of confidence from the share that is right",
        better=-1,
        of=metrics.calibration_error,
    ),
    Measure("disagreement_precision", "disagreement", "disagreements shown that are in the sources"),
    Measure("disagreement_recall", "disagreement", "disagreements in the sources that are shown"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


class Figure(Record):
    """A measure over n questions, with its 95 % interval; `without` more had nothing to measure."""

    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    without: int


def figures_of(asked: Sequence[Asked], measures: Iterable[Measure] = MEASURES) -> list[Figure]:
    """Each measure over these questions, which are one or more.

    The interval is the percentile bootstrap over conversations. Where no resample differs, as all values are
    the same, it is Wilson's for a share of 0 or 1 of as many conversations, and there is none for another.
    """
    draws = resampled([one.conversation for one in asked])
    return [_figure(measure, asked, draws) for measure in measures]


def _figure(measure: Measure, asked: Sequence[Asked], draws: Numbers) -> Figure:
    counted = [one for one in asked if counts(measure, one)]
    value = value_of(measure, asked)
    interval = None
    if value is not None:
        interval = middle_95(resampled_values(measure, asked, draws))
        if interval and interval.low == interval.high:
            conversations = len({one.conversation for one in counted})
            interval = wilson(value * conversations, conversations) if value in (0, 1) else None
    low, high = interval or (None, None)
    return Figure(
        measure=measure.name,
        value=_rounded(value),
        low=_rounded(low),
        high=_rounded(high),
        n=len(counted),
        without=len(asked) - len(counted),
    )


def counts(measure: Measure, one: Asked) -> bool:
    """Whether there is something to measure on this question."""
    if measure.of is None:
        return one.values.get(measure.name) is not None
    return not (measure.answered and one.abstained)


def value_of(measure: Measure, asked: Sequence[Asked]) -> float | None:
    counted = [one for one in asked if counts(measure, one)]
    if measure.of is not None:
        return measure.of([one.confidence for one in counted], [_hit(measure, one) for one in counted])
    values = [value for one in counted if (value := one.values[measure.name]) is not None]
    if not values:
        return None
    return float(np.median(values) if measure.middle else np.mean(values))


def _hit(measure: Measure, one: Asked) -> bool:
    return one.right if measure.answered else one.answerable


def resampled_values(measure: Measure, asked: Sequence[Asked], draws: Numbers) -> Numbers:
    """The measure in each resample; nan where it has nothing to measure."""
    if measure.of is None:
        values = [one.values.get(measure.name) for one in asked]
        return medians(values, draws) if measure.middle else means(values, draws)
    use = [at for at, one in enumerate(asked) if counts(measure, one)]
    confidence = np.array([asked[at].confidence for at in use])
    hit = np.array([_hit(measure, asked[at]) for at in use])
    found = []
    for row in draws[:, use].astype(int):
        again = np.repeat(np.arange(len(use)), row)
        value = measure.of(confidence[again].tolist(), hit[again].tolist())
        found.append(np.nan if value is None else value)
    return np.array(found)


def by_kind(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """In alphabetical order."""
    return {kind: [one for one in asked if one.kind == kind] for kind in sorted({one.kind for one in asked})}


def by_document(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """The questions whose evidence names a document, in alphabetical order; one may belong to several."""
    names = sorted({name for one in asked for name in one.documents})
    return {name: [one for one in asked if name in one.documents] for name in names}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
