"""A sentence as the checker sees it: names, numbers, dates, telling words and operators, each in its clause.

No parser: names are known by their capitals, clauses by commas and conjunctions. Knows one sentence at a
time; nothing of what supports what.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.words import words
from qa.question import FUNCTION_WORDS
from qa.support.items import Item, Kind, Operator, Reading, Scoped
from qa.support.lexicon import (
    CHINESE_NEGATIONS,
    CJK,
    COMPARISONS,
    CONJUNCTIONS,
    EMPTY,
    IRREGULAR,
    MODALS,
    NEGATIONS,
    OPENINGS,
    PREPOSITIONS,
    RESTRICTIONS,
)
from qa.support.quantities import Quantity, fold, quantities

MOST_ITEMS = 100  # of a sentence; what follows is not read, so that hostile text costs no more than real
SCOPE = 3  # telling words that an operator reaches
REMEMBERED = 2_000  # sentences: to find the spans of one, some 70 checks read the same sentences again

_TOKEN = re.compile(
    rf"(?P<cjk>[{CJK}]+)|(?P<word>[^\W_{CJK}]+(?:[.'&][^\W_{CJK}]+)*)"
    r"|(?P<break>[,;:()\[\]，；：、（）]| - )"
)
_POSSESSIVE = re.compile(r"'s?$")
_OPENING, _CLOSING = "([（", ")]）"
_HARMLESS = re.compile(r"(?:not only|(?:no|not) (?:less|fewer|more|later|earlier) than)\b", re.IGNORECASE)
_REFERENCES = re.compile(r"\[\d{1,3}(?: ?[,-] ?\d{1,3})*\]")  # [1, 2]: they refer and tell nothing
_BOUND_BEFORE, _BOUND_AFTER = 20, 8  # characters: the "more than" or "or more" there is the quantity's own
_SEEMING = re.compile(r"(?:seem|appear)(?:s|ed)? to\b")
_WAS = re.compile(r"\b(?:is|are|was|were|be|been|being)(?: \w+ly)? $")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\b.{1,60}\bby\b")


@lru_cache(REMEMBERED)
def read(sentence: str) -> Reading:
    """The first word of a sentence counts as a name, though `opens` tells that its capital proves nothing."""
    text = _REFERENCES.sub(" ", fold(sentence))
    found = quantities(text)
    taken, bounded = _cover(found, len(text))
    tokens: list[Quantity | re.Match[str]] = [
        *found,
        *(token for token in _TOKEN.finditer(text) if not taken[token.start()]),
    ]
    tokens.sort(key=lambda one: one.start() if isinstance(one, re.Match) else one.start)
    capitals = _capitals_tell(text)
    items: list[Item] = []
    heads: list[tuple[Operator, str, int]] = []  # operator, its text, the place of the item after it
    planned: dict[int, list[str]] = {}  # the heads that reach back too: "a park was planned", and to what
    comparisons: dict[str, list[str]] = defaultdict(list)
    clauses = _Clauses()
    marker, opens, end = "", True, 0

    def add(kind: Kind, key: str, written: str, quantity: Quantity | None = None) -> None:
        glued = bool(items) and not text[end:start].strip(" -")
        items.append(Item(kind, key, written, len(items), clauses.current, marker, quantity, opens, glued))

    for token in tokens:
        if len(items) >= MOST_ITEMS:
            break
        if isinstance(token, Quantity):
            start = token.start
            add(token.kind, f"={token.value}{token.date or ''}", text[start : token.end], token)
            opens, end = False, token.end
            continue
        written, start = token[0], token.start()
        if token["break"]:
            clauses.mark(token["break"])
            marker = ""
            continue
        if token["cjk"]:
            for pair in _pairs(written)[:MOST_ITEMS]:
                add("word", pair, pair)
            heads += [("negation", sign, len(items)) for sign in CHINESE_NEGATIONS if sign in written]
            opens, end = False, token.end()
            continue
        bare = _POSSESSIVE.sub("", written) if "'" in written and not written.endswith("n't") else written
        folded = bare.casefold()
        named = capitals and any(letter.isupper() or letter.isdigit() for letter in bare)
        named |= bare.isupper() and len(bare) > 1
        if opens and (folded.endswith("ly") or folded in OPENINGS):
            named = False
        telling = folded not in EMPTY or (named and (bare.isupper() and len(bare) > 1))
        telling |= named and not opens and folded in MODALS  # May, Will
        if folded in NEGATIONS or folded.endswith("n't"):
            if not _HARMLESS.match(text, token.start()):
                heads.append(("negation", written, len(items) + telling))
        elif folded in RESTRICTIONS and not text[:start].endswith("not "):
            heads.append(("comparison", written, len(items) + telling))
        elif (folded in MODALS and (written.islower() or opens)) or _SEEMING.match(text, start):
            heads.append(("modality", written, len(items) + telling))
            if folded.endswith("ed") and _WAS.search(text, max(0, start - _BOUND_BEFORE), start):
                planned[len(heads) - 1] = [one.key for one in items if one.clause == clauses.current][:1]
        stem = IRREGULAR.get(folded) or (words(bare.replace(".", "")) or [folded])[0]
        compares = COMPARISONS.get(stem)
        if compares and not bounded[token.start()]:
            comparisons[compares].append(written)
        if not telling and folded in CONJUNCTIONS:
            clauses.mark(folded)
        if not telling and folded in PREPOSITIONS:
            marker = folded
        if telling:
            add("name" if named else "word", stem, bare)
            marker = marker if named else ""
            end = token.end()
        opens = False
    joined = clauses.join(items)
    operators = tuple(
        Scoped(operator, written, (*planned.get(number, ()), *(item.key for item in joined[at : at + SCOPE])))
        for number, (operator, written, at) in enumerate(heads)
    )
    return Reading(text, joined, operators, _PASSIVE.search(text) is not None, comparisons)


def _cover(found: Sequence[Quantity], length: int) -> tuple[bytearray, bytearray]:
    """Which characters belong to a quantity, and which may say "more than" of one."""
    taken, bounded = bytearray(length), bytearray(length)
    for one in found:
        taken[one.start : one.end] = b"\1" * (one.end - one.start)
        if one.bound:
            first, last = max(0, one.start - _BOUND_BEFORE), min(length, one.end + _BOUND_AFTER)
            bounded[first:last] = b"\1" * (last - first)
    return taken, bounded


def _capitals_tell(text: str) -> bool:
    """Whether capitals mark names: not in a headline, where most words have one."""
    letters = [word for word in text.split() if word[0].isalpha() and word.casefold() not in FUNCTION_WORDS]
    return len(letters) < 5 or sum(word[0].isupper() for word in letters) <= 0.9 * len(letters)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


class _Clauses:
    """Numbers the clauses while a sentence is read. After a bracket the clause before it goes on."""

    def __init__(self) -> None:
        self.current = 0
        self._count = 1
        self._around: list[int] = []  # the clauses around the brackets that are open
        self._aside: dict[int, int] = {}  # a clause in brackets: the one around it

    def mark(self, sign: str) -> None:
        """Read a comma, a conjunction or a bracket."""
        if sign in _CLOSING and self._around:
            self.current = self._around.pop()
            return
        before, self.current = self.current, self._count
        self._count += 1
        if sign in _OPENING:
            self._around.append(before)
            self._aside[self.current] = before

    def join(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items with clauses counted anew, without gaps; those without a telling word joined to others.

        Such a one is an aside in brackets, a date behind a comma, or names of a list that goes on.
        """
        telling = sorted({item.clause for item in items if item.kind == "word" and not item.opens})
        number = {clause: at for at, clause in enumerate(telling)}
        joined = []
        for item in items:
            clause = self._aside.get(item.clause, item.clause) if item.clause not in number else item.clause
            after = bisect_left(telling, clause)
            if clause not in number and item.quantity and after:
                after -= 1
            joined.append(replace(item, clause=min(after, max(0, len(telling) - 1))))
        return tuple(joined)
