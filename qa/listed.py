"""Which things of a list "the second one", "the former" or "those four" are.

Rules over the texts of answers and questions alone; knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.question import FUNCTION_WORDS

_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "former": 0, "latter": 1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_THING = "ones?|of (?:them|these|those)|place|province|city|company|cluster|person|report|project"
_VERB = "is|are|was|were|do|does|did|has|have|had|get|gets|pay|pays|say|says|make|makes|want|wants|plan|plans"
_POSITION = re.compile(
    rf"\bthe (?:(?P<pair>former|latter)|(?P<place>first|second|third|fourth|fifth|last)"
    rf"(?: (?:{_THING})\b|(?=['’]s\b|\s*[?.!,]|\s*$|\s+(?:{_VERB})\b)))",
    re.IGNORECASE,
)
_GROUP = re.compile(
    rf"\b(?:those|these|all) (?P<count>{'|'.join(_COUNTS)})(?=\s*[?.!,]|\s*$|\s+(?:{_VERB})\b)", re.IGNORECASE
)
_ITEM = r"[\w'’-]+(?: [A-Z][\w'’-]+)*"  # "Inner Mongolia"
_JOINED = re.compile(r"\b(?:and|or)\b")
_AHEAD = re.compile(r"^(?:and|with|in|of|for|namely)\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """start, end: characters of the question that name it, half-open. at: from 0, -1 the last, None for all.
    of: the length of the list, where the words tell it."""

    start: int
    end: int
    at: int | None
    of: int | None = None

    def among(self, items: Sequence[str]) -> str | None:
        """What stands there in a list; None where the list has no such place."""
        if len(items) < 2 or (self.of is not None and len(items) != self.of):
            return None
        if self.at is None:
            return f"{', '.join(items[:-1])} and {items[-1]}"
        return items[self.at] if -len(items) <= self.at < len(items) else None


def find_place(text: str) -> Place | None:
    """The place in a list that a question names, if it names one: not "the last year"."""
    if match := _GROUP.search(text):
        return Place(*match.span(), at=None, of=_COUNTS[match["count"].casefold()])
    if match := _POSITION.search(text):
        word = (match["pair"] or match["place"]).casefold()
        return Place(*match.span(), at=_PLACES[word], of=2 if match["pair"] else None)
    return None


def list_items(answer: str) -> list[str]:
    """The items that an answer lists: its bullets, or the longest "A, B, C and D" in it."""
    bullets = re.findall(r"^\s*(?:[-*•]|\d+[.)])\s+(.+)$", answer, re.MULTILINE)
    if bullets:
        return [bullet.strip() for bullet in bullets]
    runs = re.findall(rf"(?:{_ITEM}, )+(?:and )?{_ITEM}(?:,? and {_ITEM})?", answer)
    lists = [[_AHEAD.sub("", item).strip() for item in re.split(r",? and |, ", run)] for run in runs]
    whole = [
        items
        for run, items in zip(runs, lists, strict=True)
        if all(item and item.casefold() not in FUNCTION_WORDS for item in items)
        # Not the clauses of "The meeting, called Debconf, took place".
        if _JOINED.search(run) or not any(item[0].islower() for item in items)
    ]
    return max(whole, key=len, default=[])
