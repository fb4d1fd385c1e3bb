"""How likely a question is answered by what was found, and why it is declined where it is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index import Passage
from index.words import words
from qa.answer import Refusal
from qa.candidates import Candidate, tells_other_year
from qa.kinds import holds_kind
from qa.question import NUMERIC, Question


def confidence_of(candidates: Sequence[Candidate], passages: Sequence[Passage]) -> float:
    """How likely the best of the candidates, at least one, answers the question, 0 to 1.

    A logistic of the reader's log-odds and what the rules give, or of the score where none has read, and of
    the best passage's cosine. Fitted on 275 questions of CLAPNQ and 160 of ours (DECISIONS.md, 2026-11-22).
    """
    best = candidates[0]
    similarity = max(passage.similarity for passage in passages)
    if best.odds is None:
        told = 3.2 * best.score + 3.64 * similarity - 5.87
    else:
        told = 0.83 * best.odds + 1.58 * best.rules + 3.49 * similarity - 0.8
    return 1 / (1 + math.exp(-told))


def refused_by_rule(
    asked: Question, candidates: Sequence[Candidate], missing: Sequence[str]
) -> Refusal | None:
    """Why nothing found can answer the question, whatever the confidence; None where something may."""
    if not candidates:
        return "nothing_found"
    if missing:
        return "unknown_name" if missing[0] in asked.names else "unknown_number"
    best = candidates[0]
    if asked.kind in NUMERIC and not holds_kind(asked, best.text):
        return "not_answered"
    named = (*asked.names, *asked.versions)
    if asked.kind != "compare" and not all(set(words(name)) <= best.around for name in named):
        return "not_answered"  # the best sentence speaks of another name
    headline = " ".join((best.passage.title, *best.passage.headings))
    if asked.kind != "compare" and tells_other_year(asked, best.text, headline, best.before):
        return "not_answered"
    return None
