"""Sentences of other documents that repeat the best one, though they may tell otherwise.

Two versions of a text say the same but for a value. Where one answers the other need not be found by the
question: the words that both share tell that it is there. Knows nothing of values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index import Passage
from qa.candidates import Candidate, Weigh, find_candidates
from qa.question import FUNCTION_WORDS, Question

LOOKED_FOR = 1_000  # characters of the best sentence
SHARING = 6  # passages that share most words with it
REPEATS = 0.6  # share of the longer sentence's words that both must hold

_WORD = re.compile(r"[^\W\d_]+")


def find_echoes(
    question: Question, candidates: Sequence[Candidate], sharing: Sequence[Passage], weigh: Weigh
) -> list[Candidate]:
    """The sentences of `sharing` that repeat the best candidate's, each as likely to answer as it is: those
    of other documents, not among the candidates, around which as much of the question is told."""
    best = candidates[0]
    seen = {(one.passage.document_id, one.start) for one in candidates}
    told = _told(best.text)
    echoing, whole = [], {}
    for passage in sharing:
        spans = tuple(
            (start, end)
            for start, end in passage.sentences
            if (passage.document_id, start) not in seen
            and _repeats(told, _told(passage.text[start - passage.start : end - passage.start]))
        )
        if spans and passage.document_id != best.passage.document_id:
            echoing.append(replace(passage, sentences=spans))
            whole[passage.document_id, passage.start] = passage
    if not echoing:
        return []
    asked = best.around.intersection(question.content)
    return [
        replace(one, odds=best.odds, passage=whole[one.passage.document_id, one.passage.start])
        for one in find_candidates(question, echoing, weigh)
        if asked <= one.around
    ]


def _told(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold())) - FUNCTION_WORDS


def _repeats(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= REPEATS * max(1, len(one), len(other))
