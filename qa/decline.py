"""How likely a question is answered by what was found, and why it is declined where it is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index import Passage
from index.words import words
from qa.answer import Refusal
from qa.candidates import Candidate
from qa.kinds import holds_kind
from qa.question import NUMERIC, Question

# Confidence is a logistic: of the best sentence's log-odds by the reader and what the rules give it, or of
# its score where none has read; of the best passage's cosine; and a constant. Fitted on 275 questions of
# CLAPNQ and 160 of ours (DECISIONS.md, 2026-11-22).
OF_ODDS, OF_RULES = 1.63, 1.22
OF_SCORE = 3.2
OF_SIMILARITY, CONSTANT = (4.5, 3.64), (-1.37, -5.87)  # where a reader has read, and where none has


def confidence_of(candidates: Sequence[Candidate], passages: Sequence[Passage]) -> float:
    """How likely the best of the candidates, at least one, answers the question, 0 to 1."""
    best = candidates[0]
    unread = best.odds is None
    told = OF_SCORE * best.score if best.odds is None else OF_ODDS * best.odds + OF_RULES * best.rules
    told += OF_SIMILARITY[unread] * max(passage.similarity for passage in passages) + CONSTANT[unread]
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
    if asked.kind != "compare" and not all(set(words(name)) <= best.around for name in asked.names):
        return "not_answered"  # the best sentence speaks of another name
    return None
