"""What one sentence states in answer to a question: a date, an amount, a list, a yes or a no.

Built to say nothing when in doubt: a sentence with two dates, a rounded amount ("about", "more than") or a
list that is not whole ("among them") gives no reading. Knows one sentence at a time; no documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from index.numerals import find_numbers
from index.words import words
from qa.dated import DATE, Part, find_date
from qa.listed import list_items
from qa.question import Question

SHORTEST_LIST = 3
Facet = Part | Literal["number", "unit", "answer", "items"]

_UNIT = re.compile(r"(%|[ -]?[^\W\d_]+)")
_ROUNDED = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|over|under|up|at|more|less|fewer|most|least)"
    r"(?: (?:to|than|least|most))?\W*$",
    re.IGNORECASE,
)
_NOT_WHOLE = re.compile(
    r"\b(?:such as|including|includes?|among|for example|e\.g|etc|others?|not only)\b", re.IGNORECASE
)
_NEGATION = re.compile(r"\b(?:not|no|never|none|nor|neither|without)\b|n['’]t\b", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:but|although|though|except|only|may|might|could|plans?|if|unless)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stated:
    """text: the value as written, or "yes" and "no". facets: what can be compared, each with what it may be;
    what one lacks is open."""

    text: str
    facets: Mapping[Facet, frozenset[object]]

    def differs(self, other: Stated) -> bool:
        """Whether both cannot be right: 2019 and May 2019 can, 2018 and May 2019 cannot."""
        if self.facets.get("unit") != other.facets.get("unit"):
            return False
        return any(
            self.facets[name].isdisjoint(other.facets[name])
            for name in self.facets.keys() & other.facets.keys()
        )

    def is_near(self, other: Stated, times: float) -> bool:
        """Whether both are amounts, and neither is more than so many times the other."""
        if not ("number" in self.facets and "number" in other.facets):
            return False
        least, most = sorted(float(str(*one.facets["number"])) for one in (self, other))
        return most <= times * least


def read(question: Question, text: str) -> list[Stated]:
    """What `text` answers to a question after a date, an amount, a list, or whether something is so: one
    thing, or amounts of several units."""
    match question.kind:
        case "date":
            date = find_date(question, text)
            stated = (
                Stated(date[0], {part: frozenset(may) for part, may in date[1].items()}) if date else None
            )
        case "amount" | "duration":
            return list(_amounts(question, text))
        case "list":
            stated = _list(text)
        case "yes_no":
            stated = _yes_or_no(question, text)
        case _:
            return []
    return [stated] if stated else []


def _amounts(question: Question, text: str) -> Iterator[Stated]:
    """Those of whose unit the sentence names but one, in order."""
    dates = [match.span() for match in DATE.finditer(text)]
    asked = {number.value for number in find_numbers(question.text)}
    found: dict[str, list[tuple[int, Stated]]] = defaultdict(list)
    for number in find_numbers(text):
        unit = _UNIT.match(text, number.end)
        if unit and not any(start <= number.start < end for start, end in dates):
            stem = (words(unit[0]) or [unit[0]])[0]
            facets: dict[Facet, frozenset[object]] = {
                "number": frozenset([number.value]),
                "unit": frozenset([stem]),
            }
            stated = Stated(text[number.start : unit.end()], facets)
            found[stem].append((number.start, stated))
    for amounts in found.values():
        [(start, stated), *others] = amounts
        if not others and stated.facets["number"].isdisjoint(asked) and not _ROUNDED.search(text, 0, start):
            yield stated


def _list(text: str) -> Stated | None:
    items = list_items(text)
    if len(items) < SHORTEST_LIST or _NOT_WHOLE.search(text):
        return None
    return Stated(
        ", ".join(items), {"items": frozenset([frozenset(" ".join(words(item)) for item in items)])}
    )


def _yes_or_no(question: Question, text: str) -> Stated | None:
    if _HEDGED.search(text) or _NEGATION.search(question.text):
        return None
    answer = "no" if _NEGATION.search(text) else "yes"
    return Stated(answer, {"answer": frozenset([answer])})
