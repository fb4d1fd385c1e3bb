"""The sentences that could answer a question, each with how well it does.

A sentence is scored by its meaning (cosine between the question and "heading: sentence") plus its words
(the share of the question's content, weighted by rarity, that stands in the sentence, its headings or its
title). On 3,755 questions with known answering sentences the best sentence by meaning alone is right in
0.70, by this sum in 0.81; the two weights come out equal when fitted. Where a reader reads, the meaning of
the passage serves until it has read (DECISIONS.md, 2026-11-22 and 2026-11-23).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from index import Passage
from index.numerals import MONTHS, WEEKDAYS
from index.words import words
from qa.byline import OPENING, asks_when_written
from qa.figures import asks_for_figures
from qa.kinds import YEAR, holds_kind
from qa.naming import Naming
from qa.question import NUMERIC, Question, analyse, content_words, tokens
from qa.widen import needs_the_one_before

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Weigh = Callable[[str], float]

FITTING_KIND = 0.2  # what a sentence gains by holding the kind of thing asked for
NOT_OF_THE_KIND = 0.4  # what it loses where a number or a list is asked for and it holds none
CONTEXT_WORD = 0.5  # weight of a word that an earlier turn adds, beside 1 for a word of the question
MISSING_NAME = 0.6  # what it loses when a name of the question stands neither in it nor around it
OTHER_YEAR = 0.6  # what it loses when it tells of other years than the question
ASKS = 1.5  # what it loses when it is a question itself: what follows it may answer
GOES_ON = 0.3  # what it gains where it soon follows what answered the turn that the question leans on
SOON = 400  # characters
# What it loses where it answered the turn before, unless the question asks of that: "how much was that?"
SAID_ALREADY = 0.6
SAID_BESIDE = 0.2  # the same, where a time or a place is asked of it for the first time and it tells one
NO_NEGATION = 0.4  # what it loses when the question asks what is not, and it does not say "not"
SHORTEST = 3  # words: less is a label, not a sentence
LOOKED_AT = 16  # sentences of a question
BEHIND = 0.5  # score behind the best, within which meaning is compared where a reader has read
COMPARED = 6  # sentences at most
GAPS = (1, 2)  # characters between a passage and the next of its document

_MARKER = re.compile(r"\s*(?:[-*•·–]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)])\s*")
_ADDRESS = re.compile(r"\W*https?://\S+|\W*\[[^\[\]]*\]\W*")  # or a source in brackets
_MONTHS = "|".join((*MONTHS, *(month[:3] for month in MONTHS), "sept"))
_ONLY_A_DATE = re.compile(
    rf"(?=.*[^\W\d_])(?:[\W\d_]|(?:{_MONTHS}|{'|'.join(WEEKDAYS)}"
    r"|st|nd|rd|th|am|pm|gmt|utc|on|at)(?![^\W\d_]))+",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(?:compared (?:with|to)|than in|up from|down from) \d{4}\b", re.IGNORECASE)
_ASKED_OF = re.compile(r"\b(?:that|this|so)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|never|none|without|nor|neither)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage. start, end: characters into the document, half-open.

    meaning: cosine of the question and the sentence, or of its passage where it was not compared itself, -1
    to 1. words: 0 to 1. rules: what kind, names, years and "not" add or take. score: the
    sum of the three and, where one has read, of what the reader adds; higher is better. stems: those of the
    sentence alone; around: those of its headings, title and source details, too, and of what stands before it
    in its paragraph. under: its nearest heading or title, or a question of the document that it follows.
    before: what stands before it in its paragraph, or the sentence that it leans on. odds: the reader's
    log-odds that the sentence answers; None where none has read.
    """

    passage: Passage
    start: int
    end: int
    text: str
    meaning: float
    words: float
    rules: float
    score: float
    stems: frozenset[str]
    around: frozenset[str]
    under: str
    before: str
    odds: float | None = None


def find_candidates(question: Question, passages: Sequence[Passage], weigh: Weigh) -> list[Candidate]:
    """The sentences of `passages` that may answer, best first by words, rules and what their passage means,
    at most LOOKED_AT. Left out: headings, addresses, a document's date and labels of under three words."""
    score = _by_words(question, weigh, _told_ends(question, passages), Naming(question, passages))
    return best_first(score(*sentence) for sentence in _sentences(question, passages))[:LOOKED_AT]


def compare_meaning(question: Question, candidates: Sequence[Candidate], encode: Encode) -> list[Candidate]:
    """The candidates, best first by what each means itself, not its passage. Where a reader has read, only
    those are compared that are nearly as good as the best, since embedding them takes long."""
    near = list(candidates)
    if near and near[0].odds is not None:
        near = [one for one in near[:COMPARED] if one.score >= near[0].score - BEHIND]
        near = near if len(near) > 1 else []
    if not near:
        return list(candidates)
    vectors = encode([question.standalone, *(f"{one.under}: {one.text}" for one in near)])
    meanings = (vectors[1:] @ vectors[0]).tolist()
    compared = [
        replace(one, meaning=meaning, score=one.score - one.meaning + meaning)
        for one, meaning in zip(near, meanings, strict=True)
    ]
    return best_first([*compared, *candidates[len(near) :]])


def best_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Where two are as good, in the order of their documents."""
    return sorted(candidates, key=lambda one: (-one.score, one.passage.source, one.start))


def _sentences(
    question: Question, passages: Sequence[Passage]
) -> Iterator[tuple[Passage, tuple[int, int], str, str]]:
    """Each sentence with its passage, its span in the document and the sentence before it."""
    brief = question.kind == "list" or asks_for_figures(question)
    last = {(one.document_id, one.sentences[-1][1]): _last_sentence(one) for one in passages if one.sentences}
    for passage in passages:
        above = (last.get((passage.document_id, passage.start - gap)) for gap in GAPS)
        before = next(filter(None, above), "")
        titles = {passage.title.casefold(), *(heading.casefold() for heading in passage.headings)}
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            if text.lstrip("# ").casefold() in titles or _ADDRESS.fullmatch(text):
                continue
            if _is_date_of_document(passage, start, text) and not asks_when_written(question):
                continue
            told = any(text in one for one in question.told)
            if question.kind == "why" and told and not holds_kind(question, text):
                continue  # no reason for itself
            if len(words(text)) >= SHORTEST or (brief and _listed(passage, start)):
                yield passage, (start, end), text, before
            before = text


def _is_date_of_document(passage: Passage, start: int, text: str) -> bool:
    """Whether a date stands alone below the title: when it was written tells nothing of what it tells."""
    headed = any(heading != passage.title for heading in passage.headings)
    return start < OPENING and not headed and _ONLY_A_DATE.fullmatch(text) is not None


def _last_sentence(passage: Passage) -> str:
    start, end = passage.sentences[-1]
    return passage.text[start - passage.start : end - passage.start]


def _told_ends(question: Question, passages: Sequence[Passage]) -> dict[str, list[int]]:
    """Where the sentences end that answered the turn before, by document."""
    ends: dict[str, list[int]] = defaultdict(list)
    for passage in passages:
        for told in question.told:
            at = passage.text.find(told)
            if at >= 0:
                ends[passage.document_id].append(passage.start + at + len(told))
    return ends


def _by_words(
    question: Question, weigh: Weigh, told_ends: Mapping[str, Sequence[int]], naming: Naming
) -> Callable[[Passage, tuple[int, int], str, str], Candidate]:
    """What makes a candidate of a sentence, whose meaning is yet that of its passage."""
    now = set(content_words(question.text))
    said_already = () if _ASKED_OF.search(question.text) else question.told
    beside = question.kind in ("where", "date") and analyse(question.asked_before).kind != question.kind
    asked = {stem: weigh(stem) * (1 if stem in now else CONTEXT_WORD) for stem in question.content}
    figures = [number for number in question.numbers if not YEAR.fullmatch(number)]
    names = [frozenset(words(name)) for name in (*question.names, *figures)]
    numbered = [
        (re.compile(rf"\b{re.escape(name)} v?(\d+(?:\.\d+)*)(?!\w)"), figure)
        for name, figure in pairwise(tokens(question.text))
        if name in question.names and figure in figures
    ]

    def candidate(passage: Passage, span: tuple[int, int], text: str, before: str) -> Candidate:
        headline = " ".join((passage.title, *passage.headings))
        under = before if _asks(before) else passage.headings[-1] if passage.headings else passage.title
        stems = _stems(text)
        headed = stems | _stems(f"{headline} {under}")
        at = span[0] - passage.start
        told_before = passage.text[passage.text.rfind("\n", 0, at) + 1 : at]
        if not told_before and needs_the_one_before(text):
            told_before = before  # news stand a sentence to a paragraph
        file = PurePath(passage.source).name  # often named for what it is of
        around = headed | _stems(" ".join((told_before, file, *passage.metadata.values())))
        otherwise = naming.told_otherwise(passage, text, around)
        headed |= otherwise
        around |= otherwise
        absent = [name for name in names if not name <= around]
        absent += [frozenset([one]) for named, one in numbered if _of_another_number(text, named, one)]
        unasked: frozenset[str] = frozenset()
        if question.kind == "compare" and len(absent) < len(names):
            # A sentence on one of the things compared is half the answer: the others are not asked of it.
            unasked, absent = frozenset().union(*absent), []
        wanted = [stem for stem in asked if stem not in unasked]  # in order: a sum depends on it
        total = sum(asked[stem] for stem in wanted)
        share = sum(asked[stem] for stem in wanted if stem in headed) / total if total else 0.0
        rules = 0.0
        holds = holds_kind(question, text)
        if holds:
            announces = question.kind in NUMERIC and text.endswith(":")  # the number is not its point
            rules += 0 if announces else FITTING_KIND
        elif question.kind in NUMERIC or question.kind == "list":
            rules -= NOT_OF_THE_KIND
        if absent:
            rules -= MISSING_NAME
        if tells_other_year(question, text, headline, told_before):
            rules -= OTHER_YEAR
        if any(0 <= span[0] - end < SOON for end in told_ends.get(passage.document_id, ())):
            rules += GOES_ON
        if any(text in told for told in said_already):
            rules -= SAID_BESIDE if beside and holds else SAID_ALREADY
        if question.kind != "why" and _NEGATION.search(question.text) and not _NEGATION.search(text):
            rules -= NO_NEGATION
        if _asks(text):
            rules -= ASKS
        score = share + rules + passage.similarity
        return Candidate(
            passage, *span, text, passage.similarity, share, rules, score, stems, around, under, told_before
        )

    return candidate


def _of_another_number(text: str, named: re.Pattern[str], figure: str) -> bool:
    """Whether the text gives the name other figures only: the Fjord 500, not the Fjord 300."""
    found = named.findall(text)
    return bool(found) and figure not in found


@lru_cache(20_000)
def _stems(text: str) -> frozenset[str]:
    """Kept, since the sentences of a passage are met with one question after another."""
    return frozenset(words(text))


def tells_other_year(question: Question, text: str, headline: str, before: str = "") -> bool:
    """Whether the sentence, or where it names no year its title and headings, names only other years.

    before: what stands before it; a sentence without a year may go on with that of those.
    """
    asked = set(YEAR.findall(question.text))
    if not asked:
        return False
    text = _BESIDE.sub("", text)
    if not YEAR.search(text) and not asked.isdisjoint(YEAR.findall(before)):
        return False
    named = set(YEAR.findall(text) or YEAR.findall(headline))
    return bool(named) and asked.isdisjoint(named)


def _asks(text: str) -> bool:
    return text.rstrip("\"'”’)*_ ").endswith(("?", "？"))


def _listed(passage: Passage, start: int) -> bool:
    """Whether the sentence is a list item: only there may it be as short as a name."""
    line = passage.text[: start - passage.start].rsplit("\n", 1)[-1]
    return bool(_MARKER.fullmatch(line))
