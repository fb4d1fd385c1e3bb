"""Whether an answer is right: rules over its text, no opinion and no model."""

from __future__ import annotations

from collections.abc import Iterator

from qa.answer import Answer
from qa.evaluation.gold import Case
from qa.evaluation.metrics import holds


def faults_of(case: Case, answer: Answer) -> Iterator[str]:
    """What is wrong with `answer`; nothing for a right one.

    An unanswerable question must be declined. Any other must be answered with every fact and without what
    is forbidden, both sought in the sentences shown as metrics.holds does; a disagreement must give every
    value.
    """
    if not case.answerable:
        if not answer.abstained:
            yield "answered, though the documents hold no answer"
        return
    if answer.abstained:
        yield f"declined ({answer.refusal})"
        return
    shown = " ".join(sentence.text for sentence in answer.sentences)
    for alternatives in case.facts:
        if not any(holds(shown, alternative) for alternative in alternatives):
            yield f"lacks {' or '.join(alternatives)}"
    for string in case.forbidden:
        if holds(shown, string):
            yield f"holds {string}"
    given = {value.text for disagreement in answer.disagreements for value in disagreement.values}
    if not_shown := [value for value in case.values if value not in given]:
        yield f"does not show that sources differ: {', '.join(not_shown)}"
