"""The sentences that answer: which of the candidates are shown, in what order, with which sources.

Pure choices over ranked candidates. One sentence where one answers; as many as the answer needs for lists,
comparisons and explanations, each once; a source that says the same is cited beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.words import words
from qa.candidates import Candidate, holds_kind
from qa.question import FUNCTION_WORDS, Question

ONE_SENTENCE = frozenset({"count", "amount", "duration", "date", "who", "where", "yes_no"})
NEAR_THE_BEST = 0.82  # share of the best score that a further sentence must reach
LESS_MEANING = 0.1  # cosine by which a further sentence may stay behind the best
MUCH_LONGER = 1.5  # times as long as the best: a fuller sentence that says much else besides
SAME_CONTENT = 0.5  # share of a sentence's words that another must hold to count as saying the same
SOURCES_A_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence to show, and the sentences of other documents that say the same."""

    candidate: Candidate
    also: tuple[Candidate, ...] = ()


def choose(question: Question, candidates: Sequence[Candidate], limit: int) -> list[Choice]:
    """At most `limit` sentences (one a name where several names are compared), the best first."""
    if not candidates:
        return []
    best = _fullest(candidates) if question.kind == "list" else candidates[0]
    chosen = [best]
    for name in uncovered_names(question, chosen):
        holder = next((c for c in candidates if name <= c.stems and c.score > best.score / 2), None)
        if holder is not None and holder not in chosen:
            chosen.append(holder)
    if question.kind not in ONE_SENTENCE:
        for candidate in candidates:
            if len(chosen) >= limit or candidate.score < NEAR_THE_BEST * best.score:
                break
            if candidate.meaning < best.meaning - LESS_MEANING:
                continue
            if question.kind == "list" and not holds_kind(question, candidate.text):
                continue
            if not any(
                _says_the_same(candidate, other) or _says_the_same(other, candidate) for other in chosen
            ):
                chosen.append(candidate)
    return [Choice(one, _seconded(question, one, candidates)) for one in chosen]


def uncovered_names(question: Question, chosen: Sequence[Candidate]) -> list[frozenset[str]]:
    """Stems of the question's names that stand in none of the chosen sentences themselves."""
    names = [frozenset(words(name)) for name in question.names]
    return [name for name in names if name and not any(name <= candidate.stems for candidate in chosen)]


def _fullest(candidates: Sequence[Candidate]) -> Candidate:
    """Of the sentences near the best that say at least what it says, the one that says most at its length."""
    best = candidates[0]
    near = [
        candidate
        for candidate in candidates
        if candidate.score >= NEAR_THE_BEST * best.score
        and len(candidate.text) <= MUCH_LONGER * len(best.text)
        and _says_the_same(best, candidate)
    ]
    return max([best, *near], key=lambda candidate: len(telling_words(candidate)))


def telling_words(candidate: Candidate) -> frozenset[str]:
    """What a sentence states: its numbers and capitalised words, as lower-case strings."""
    found = re.findall(r"\b(?:\d[\d,.]*\d|\d|[A-Z][\w-]+)", candidate.text)
    return frozenset(word.casefold() for word in found if word.casefold() not in FUNCTION_WORDS)


def _seconded(
    question: Question, candidate: Candidate, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """The best sentence of each other document that says what `candidate` says, of the same names."""
    names = [frozenset(words(name)) for name in question.names]
    found: dict[str, Candidate] = {}
    for other in candidates:
        document = other.passage.document_id
        of_another = any(name <= candidate.around and not name <= other.around for name in names)
        if document != candidate.passage.document_id and not of_another and _says_the_same(candidate, other):
            found.setdefault(document, other)
    return tuple(found.values())[: SOURCES_A_SENTENCE - 1]


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """Every name and number that `one` states stands in `other`, among much of the same content."""
    stated = telling_words(one)
    shared = len(one.stems & other.stems) / max(1, len(one.stems))
    return bool(stated) and stated <= telling_words(other) and shared >= SAME_CONTENT
