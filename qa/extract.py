"""The sentences that answer: which of the candidates are shown, in what order, with which sources.

Pure choices over ranked candidates. One sentence where one answers; as many as the answer needs for lists,
comparisons and explanations, each once; a source that says the same is cited beside it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.words import words
from qa import support
from qa.candidates import Candidate
from qa.kinds import asks_what_is_told_of, holds_kind
from qa.question import FUNCTION_WORDS, Question
from qa.widen import needs_the_one_before

ONE_SENTENCE = frozenset({"count", "amount", "duration", "date", "who", "where", "yes_no"})
NEAR_THE_BEST = 0.82  # share of the best score that a further sentence must reach
LESS_MEANING = 0.1  # cosine by which a further sentence may stay behind the best
AS_LIKELY = 1 / 3  # share of the best's probability to answer that a further sentence must have
GOES_ON = 1.0  # log-odds by which one that takes the place of the best may stay behind it
LEAST_ODDS = -4.0  # and that either must have: of any sentence they are about -5.7
SURE = 1.0  # log-odds from which on a sentence is taken to answer
A_SPACE = 1  # characters between a sentence and the next of its paragraph; paragraphs lie further apart
MUCH_LONGER = 1.5  # times as long as the best: a fuller sentence that says much else besides
SAME_CONTENT = 0.5  # share of a sentence's words that another must hold to count as saying the same
SOURCES_A_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence to show, and the sentences of other documents that say the same."""

    candidate: Candidate
    also: tuple[Candidate, ...] = ()


def choose(question: Question, candidates: Sequence[Candidate], limit: int) -> list[Choice]:
    """At most `limit` sentences (one a name where several names are compared), in the order of the document,
    that of the best one first."""
    if not candidates:
        return []
    best = _fullest(candidates) if question.kind == "list" else candidates[0]
    chosen = [best]
    alone = question.kind in ONE_SENTENCE and not asks_what_is_told_of(question)
    if alone:
        chosen = [next((one for one in candidates if _goes_on(best, one)), best)]
    for name in uncovered_names(question, [best, *chosen]):
        holder = next((c for c in candidates if name <= c.stems and c.score > best.score / 2), None)
        if holder is not None and holder not in chosen:
            chosen.append(holder)
    if not alone:
        for candidate in candidates:
            if len(chosen) >= limit:
                break
            if _goes_with(question, best, candidate) and not any(
                _says_the_same(candidate, other) or _says_the_same(other, candidate) for other in chosen
            ):
                chosen.append(candidate)
    return [Choice(one, _seconded(question, one, candidates)) for one in _in_order(chosen)]


def _goes_on(best: Candidate, other: Candidate) -> bool:
    """Whether `other` stands right behind `best`, begins with what stands for something in it, and is about
    as likely to answer: it will be quoted with `best`."""
    follows = other.passage.document_id == best.passage.document_id and other.start - best.end == A_SPACE
    if not follows or not needs_the_one_before(other.text) or best.odds is None or other.odds is None:
        return False
    return other.odds >= max(best.odds - GOES_ON, LEAST_ODDS)


def _likely_beside(best: Candidate, other: Candidate) -> bool:
    if best.odds is None or other.odds is None or other.odds < LEAST_ODDS:
        return False
    return _probability(other.odds) >= AS_LIKELY * _probability(best.odds)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Document by document, that of the best sentence first, each in its own order."""
    documents = list(dict.fromkeys(one.passage.document_id for one in chosen))
    return sorted(chosen, key=lambda one: (documents.index(one.passage.document_id), one.start))


def _goes_with(question: Question, best: Candidate, other: Candidate) -> bool:
    """Whether `other` is a further part of the answer that `best` begins.

    Where a reader has read: a sentence of the same document that it finds a third as likely to answer. Where
    none has, and behind a list: one about as near to the question.
    """
    is_list = question.kind == "list" and (best.odds is None or holds_kind(question, best.text))
    if is_list and not holds_kind(question, other.text):
        return False
    near = other.score >= NEAR_THE_BEST * best.score and other.meaning >= best.meaning - LESS_MEANING
    if best.odds is None:
        return near
    return (
        _likely_beside(best, other)
        and other.passage.document_id == best.passage.document_id
        and (near or not is_list)
    )


def uncovered_names(question: Question, chosen: Sequence[Candidate]) -> list[frozenset[str]]:
    """Stems of the question's names that none of the chosen sentences tells of. Where names are compared each
    must stand in one itself; else it may also stand around the first, if that surely answers."""
    names = [frozenset(words(name)) for name in question.names]
    told = [candidate.stems for candidate in chosen]
    if question.kind != "compare" and (chosen[0].odds or 0.0) >= SURE:
        told.append(chosen[0].around)
    return [name for name in names if name and not any(name <= stems for stems in told)]


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
    """The best sentence of each other document that carries what `candidate` says, of the same names."""
    names = [frozenset(words(name)) for name in question.names]
    found: dict[str, Candidate] = {}
    for other in candidates:
        document = other.passage.document_id
        of_another = any(name <= candidate.around and not name <= other.around for name in names)
        if document == candidate.passage.document_id or document in found or of_another:
            continue
        if _says_the_same(candidate, other) and _carries(other, candidate):
            found[document] = other
    return tuple(found.values())[: SOURCES_A_SENTENCE - 1]


def _carries(one: Candidate, other: Candidate) -> bool:
    """Whether `one` says all that `other` does: "closed on Mondays" does not carry "open on Mondays"."""
    return support.check(other.text, [one.text], [one.passage.title, *one.passage.headings]).supported


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """Every name and number that `one` states stands in `other`, among much of the same content."""
    stated = telling_words(one)
    shared = len(one.stems & other.stems) / max(1, len(one.stems))
    return bool(stated) and stated <= telling_words(other) and shared >= SAME_CONTENT
