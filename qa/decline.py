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

# Confidence is the logistic of these weights with the best sentence's score and the best passage's cosine,
# and a constant: fitted on 275 questions of CLAPNQ and 160 of ours (DECISIONS.md, 2026-11-22).
READ, UNREAD = (3.12, 2.15, -5.8), (3.2, 3.64, -5.87)


def confidence_of(candidates: Sequence[Candidate], passages: Sequence[Passage]) -> float:
    """How likely the best candidate answers the question, 0 to 1."""
    if not candidates:
        return 0.0
    similarity = max(passage.similarity for passage in passages)
    of_score, of_similarity, constant = UNREAD if candidates[0].odds is None else READ
    return 1 / (1 + math.exp(-(of_score * candidates[0].score + of_similarity * similarity + constant)))


def refusal_of(
    asked: Question,
    candidates: Sequence[Candidate],
    missing: Sequence[str],
    confidence: float,
    threshold: float,
) -> Refusal | None:
    """Why the question is declined, None where it is answered."""
    if not candidates:
        return "nothing_found"
    if missing:
        return "unknown_name" if missing[0] in asked.names else "unknown_number"
    best = candidates[0]
    if asked.kind in NUMERIC and not holds_kind(asked, best.text):
        return "not_answered"
    if asked.kind != "compare" and not all(set(words(name)) <= best.around for name in asked.names):
        return "not_answered"  # the best sentence speaks of another name
    return None if confidence >= threshold else "not_answered"
