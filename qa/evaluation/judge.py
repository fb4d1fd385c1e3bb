"""Whether an answer is right: rules over its text, no opinion and no model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answer import Answer
from qa.assistant import Assistant
from qa.evaluation.gold import Case


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` is empty for a right answer; otherwise each says what is wrong."""

    case: Case
    answer: Answer
    faults: tuple[str, ...]

    @property
    def right(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of `total` are right; `total` is at least 1."""

    right: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share that is right, 0 to 1, by the score method.

        Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
        """
        z, n, share = 1.959964, self.total, self.right / self.total
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return middle - half, middle + half


def ask_all(assistant: Assistant, cases: Sequence[Case]) -> Iterator[Verdict]:
    """Each case asked with its history, and judged, in the order given."""
    for case in cases:
        answer = assistant.ask(case.question, case.turns)
        yield Verdict(case, answer, tuple(faults_of(case, answer)))


def faults_of(case: Case, answer: Answer) -> Iterator[str]:
    """What is wrong with `answer`; nothing for a right one.

    An unanswerable question must be declined. Any other must be answered with every fact and without what
    is forbidden, both sought in the sentences shown regardless of case; a disagreement must give every
    value.
    """
    if not case.answerable:
        if not answer.abstained:
            yield "answered, though the documents hold no answer"
        return
    if answer.abstained:
        yield f"declined ({answer.refusal})"
        return
    shown = " ".join(sentence.text for sentence in answer.sentences).casefold()
    for alternatives in case.facts:
        if not any(alternative.casefold() in shown for alternative in alternatives):
            yield f"lacks {' or '.join(alternatives)}"
    for string in case.forbidden:
        if string.casefold() in shown:
            yield f"holds {string}"
    given = {value.text for disagreement in answer.disagreements for value in disagreement.values}
    if not_shown := [value for value in case.values if value not in given]:
        yield f"does not show that sources differ: {', '.join(not_shown)}"


def tally_by_kind(verdicts: Sequence[Verdict]) -> dict[str, Tally]:
    """By kind, in alphabetical order."""
    total = Counter(verdict.case.kind for verdict in verdicts)
    right = Counter(verdict.case.kind for verdict in verdicts if verdict.right)
    return {kind: Tally(right[kind], total[kind]) for kind in sorted(total)}
