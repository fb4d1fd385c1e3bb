"""What one sentence states in answer to a question: a date, an amount, a list, a name, a yes or a no.

Built to say nothing when in doubt: a sentence with two dates, a rounded amount ("about", "more than") or a
list that is not whole ("among them") gives no reading. Knows one sentence at a time; no documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from index.numerals import find_numbers
from index.words import words
from qa.clock import find_time
from qa.dated import DATE, Part, find_date
from qa.listed import list_items
from qa.named import asks_for_one_name, find_names
from qa.opposite import opposites
from qa.question import Question, tokens

SHORTEST_LIST = 3
Facet = Part | Literal["number", "unit", "answer", "items", "name", "minute"]

_UNIT = re.compile(r"(%|[ -]?[^\W\d_]+)")
# Units of time: those that one number of the first, or of the last, makes.
_TIME = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800} | {"month": 1, "year": 12}
_CALENDAR = ("month", "year")
_LASTING = re.compile(rf"[ -](?:\w+ )?({'|'.join(_TIME)})s?\b", re.IGNORECASE)  # "three further weeks"
_ONE = re.compile(r"\b(?:one|an? (?:additional|further|single|full))(?= )", re.IGNORECASE)
_ROUNDED = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|over|under|up|at|more|less|fewer|most|least)"
    r"(?: (?:to|than|least|most))?\W*$",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"^how (?:tall|heavy|deep|wide|far|thick|steep|hot|cold|warm)\b"
    r"|^what(?:'s| is| was) the [\w -]*\b(?:period|term|duration|rent|deposit|fee|price|fine|penalty|salary"
    r"|wage|budget|fare|rate|distance|age|area|capacity|warranty)\b",
    re.IGNORECASE,
)
_NOT_WHOLE = re.compile(
    r"\b(?:such as|including|includes?|among|for example|e\.g|etc|others?|not only)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|unable|unsupported|lacks?|discontinued|dropped|removed)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
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
        """Whether both cannot be right: 2019 and May 2019 can, 2018 and May 2019 cannot; nor can two names
        without a word in common."""
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


def asks_for_a_measure(question: Question) -> bool:
    """Whether an amount answers, though the question is of no kind that only a number answers."""
    return question.kind == "what" and _MEASURED.search(question.text) is not None


def read(question: Question, text: str) -> list[Stated]:
    """What `text` answers to a question after a date, an amount, a list, the name of one, or whether
    something is so: one thing, or amounts of several units, or names."""
    match question.kind:
        case "date":
            stated = _date(question, text) or _time(text)
        case "amount" | "duration":
            return list(_amounts(question, text))
        case "what" if asks_for_a_measure(question):
            return list(_amounts(question, text))
        case "list":
            stated = _list(text)
        case "who" | "where" | "what" if asks_for_one_name(question):
            return list(_names(question, text))
        case "yes_no":
            stated = _yes_or_no(question, text)
        case _:
            return []
    return [stated] if stated else []


def _date(question: Question, text: str) -> Stated | None:
    date = find_date(question, text)
    return Stated(date[0], {part: frozenset(may) for part, may in date[1].items()}) if date else None


def _time(text: str) -> Stated | None:
    time = find_time(text)
    if time is None:
        return None
    facets: dict[Facet, frozenset[object]] = {"minute": frozenset(time.minutes)}
    return Stated(time.text, facets | ({"unit": frozenset(time.days)} if time.days else {}))


def _amounts(question: Question, text: str) -> Iterator[Stated]:
    """Those of whose unit the sentence names but one, in order."""
    asked = {number.value for number in find_numbers(question.text)}
    found: dict[str, list[tuple[int, str, Stated]]] = defaultdict(list)
    for start, end, value in _numbers(text):
        lasting = _LASTING.match(text, end)
        unit = lasting or _UNIT.match(text, end)
        if not unit:
            continue
        kind = (words(unit[0]) or [unit[0]])[0]
        number = value
        if lasting:
            time = lasting[1].casefold()
            kind = "month" if time in _CALENDAR else "second"
            number = f"{Decimal(value) * _TIME[time]:f}"
        facets: dict[Facet, frozenset[object]] = {
            "number": frozenset([number]),
            "unit": frozenset([kind]),
        }
        found[kind].append((start, value, Stated(text[start : unit.end()], facets)))
    for amounts in found.values():
        (start, value, stated), *others = amounts
        alone = all(other.facets == stated.facets for *_, other in others)  # "300 seconds (5 minutes)"
        if alone and value not in asked and not _ROUNDED.search(text, 0, start):
            yield stated


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and value of the numbers that are no dates; "one" is a number where it counts time."""
    dates = [match.span() for match in DATE.finditer(text)]
    for number in find_numbers(text):
        if not any(start <= number.start < end for start, end in dates):
            yield number.start, number.end, number.value
    for one in _ONE.finditer(text):
        if _LASTING.match(text, one.end()):
            yield *one.span(), "1"


def _list(text: str) -> Stated | None:
    items = list_items(text)
    if len(items) < SHORTEST_LIST or _NOT_WHOLE.search(text):
        return None
    return Stated(
        ", ".join(items), {"items": frozenset([frozenset(" ".join(words(item)) for item in items)])}
    )


def _names(question: Question, text: str) -> Iterator[Stated]:
    if not _HEDGED.search(text) and not _NEGATION.search(text):
        for name in find_names(question, text):
            initials = "".join(word[0] for word in tokens(name) if word[0].isupper())
            yield Stated(name, {"name": frozenset([*words(name), *words(initials)])})


def _yes_or_no(question: Question, text: str) -> Stated | None:
    if _HEDGED.search(text) or _NEGATION.search(question.text):
        return None
    held = frozenset(words(text))
    turned = False
    for word, contrary in opposites(question.content).items():
        if contrary & held:
            if word in held:  # "open on Tuesdays, closed on Mondays"
                return None
            turned = not turned
    answer = "no" if bool(_NEGATION.search(text)) != turned else "yes"
    return Stated(answer, {"answer": frozenset([answer])})
