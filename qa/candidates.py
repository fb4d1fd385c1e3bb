"""The sentences that could answer a question, each with how well it does.

A sentence is scored by its meaning (cosine between the question and "heading: sentence") plus its words
(the share of the question's content, weighted by rarity, that stands in the sentence, its headings or its
title). On 3,755 questions with known answering sentences the best sentence by meaning alone is right in
0.70, by this sum in 0.81; the two weights come out equal when fitted (DECISIONS.md, 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Passage
from index.words import words
from qa.question import NUMERIC, Question, content_words, tokens
from qa.widen import needs_the_one_before

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Weigh = Callable[[str], float]

FITTING_KIND = 0.2  # what a sentence gains by holding the kind of thing asked for
NO_NUMBER = 0.4  # what it loses where a number is asked for and it holds none
CONTEXT_WORD = 0.5  # weight of a word that an earlier turn adds, beside 1 for a word of the question
MISSING_NAME = 0.6  # what it loses when a name of the question stands neither in it nor around it
OTHER_YEAR = 0.6  # what it loses when it tells of other years than the question
NO_NEGATION = 0.4  # what it loses when the question asks what is not, and it does not say "not"
SHORTEST = 3  # words: less is a label, not a sentence

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve dozen twenty thirty fifty hundred "
    "thousand million billion half third thirds quarter once twice"
)
NUMERAL = re.compile(
    rf"(?<![\w.,-])\d[\d.,]*(?![\w-])|\b(?:{'|'.join(_NUMBER_WORDS.split())})\b", re.IGNORECASE
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(
    rf"\b(?:{_MONTHS}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:1[5-9]|20)\d\d"
    r"|in \w+ (?:days|weeks|months|years))\b|\d年",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|since|due to|so that|in order to|as a result|therefore|thanks to|the reason|meant to|"
    r"caus\w+|challenges?|in response to|in order|following)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[A-Z]\w+,? and [A-Z]\w+")
_MARKER = re.compile(r"\s*(?:[-*•·–]|\(?\d{1,3}[.)])\s*")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?![,.]\d)")
_DAY = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d{{1,2}}\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|never|none|without|nor|neither)\b|n['’]t\b", re.IGNORECASE)
_CAPITAL_INSIDE = re.compile(r"\w\W+[A-Z]\w")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage. start, end: characters into the document, half-open.

    meaning: cosine, -1 to 1. words: 0 to 1. score: higher is better. stems: those of the sentence alone;
    around: those of its headings, title and source details, too, and of a sentence before that it needs.
    odds: the reader's log-odds that the sentence answers; None where none has read.
    """

    passage: Passage
    start: int
    end: int
    text: str
    meaning: float
    words: float
    score: float
    stems: frozenset[str]
    around: frozenset[str]
    odds: float | None = None


def rank_candidates(
    question: Question, passages: Sequence[Passage], encode: Encode, weigh: Weigh
) -> list[Candidate]:
    """The sentences of `passages`, best first. Headings and labels of under three words are left out."""
    found: list[tuple[Passage, tuple[int, int], str, str]] = []
    for passage in passages:
        before = ""
        titles = {passage.title.casefold(), *(heading.casefold() for heading in passage.headings)}
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            if text.lstrip("# ").casefold() in titles:
                continue
            if len(words(text)) >= SHORTEST or (question.kind == "list" and _listed(passage, start)):
                found.append((passage, (start, end), text, before))
            before = text
    if not found:
        return []
    vectors = encode([question.standalone, *(_headed(passage, text) for passage, _, text, _ in found)])
    meanings = vectors[1:] @ vectors[0]
    now = set(content_words(question.text))
    asked = {stem: weigh(stem) * (1 if stem in now else CONTEXT_WORD) for stem in question.content}
    figures = [number for number in question.numbers if not _YEAR.fullmatch(number)]
    name_stems = [frozenset(words(name)) for name in (*question.names, *figures)]
    ranked = []
    for (passage, (start, end), text, before), meaning in zip(found, meanings.tolist(), strict=True):
        stems = frozenset(words(text))
        headed = stems | frozenset(words(" ".join((passage.title, *passage.headings))))
        told_before = before if needs_the_one_before(text) else ""
        around = headed | frozenset(words(" ".join((told_before, *passage.metadata.values()))))
        absent = [name for name in name_stems if not name <= around]
        if question.kind == "compare" and len(absent) < len(name_stems):
            # A sentence on one of the things compared is half the answer: the others are not asked of it.
            wanted = set(asked).difference(*absent)
            absent = []
        else:
            wanted = set(asked)
        total = sum(asked[stem] for stem in wanted)
        share = sum(asked[stem] for stem in wanted if stem in headed) / total if total else 0.0
        score = meaning + share
        if holds_kind(question, text):
            announces = question.kind in NUMERIC and text.endswith(":")  # the number is not its point
            score += 0 if announces else FITTING_KIND
        elif question.kind in NUMERIC:
            score -= NO_NUMBER
        if absent:
            score -= MISSING_NAME
        if tells_other_year(question, text, " ".join((passage.title, *passage.headings))):
            score -= OTHER_YEAR
        if _NEGATION.search(question.text) and not _NEGATION.search(text):
            score -= NO_NEGATION
        ranked.append(Candidate(passage, start, end, text, meaning, share, score, stems, around))
    return sorted(ranked, key=lambda one: (-one.score, one.passage.source, one.start))


def holds_kind(question: Question, text: str) -> bool:
    """Whether `text` holds a thing of the kind asked for: a number, a date, a name, a cause, a list."""
    match question.kind:
        case "count" | "amount" | "duration":
            amounts = _YEAR.sub("", _DAY.sub("", text))
            numerals = {numeral.casefold() for numeral in NUMERAL.findall(amounts)}
            return bool(numerals - set(question.numbers) - set(tokens(question.text.casefold())))
        case "date":
            return bool(_DATE.search(text))
        case "who" | "where":
            return bool(_CAPITAL_INSIDE.search(text))
        case "why":
            return bool(_CAUSE.search(text))
        case "list":
            return text.count(",") >= 2 or text.rstrip().endswith(":") or bool(_PAIR.search(text))
        case _:
            return False


def tells_other_year(question: Question, text: str, headline: str) -> bool:
    """Whether the sentence, or where it names no year its title and headings, names only other years."""
    asked = set(_YEAR.findall(question.text))
    named = set(_YEAR.findall(text) or _YEAR.findall(headline))
    return bool(asked and named) and asked.isdisjoint(named)


def _headed(passage: Passage, text: str) -> str:
    return f"{passage.headings[-1] if passage.headings else passage.title}: {text}"


def _listed(passage: Passage, start: int) -> bool:
    """Whether the sentence is a list item: only there may it be as short as a name."""
    line = passage.text[: start - passage.start].rsplit("\n", 1)[-1]
    return bool(_MARKER.fullmatch(line))
