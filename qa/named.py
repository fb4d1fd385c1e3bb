"""The names that a sentence gives to a question after who has an office or did a thing, or after a place.

Many may attend, vote or sign: where it asks for these, several names are no difference. Knows one sentence at
a time; no documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.words import words
from qa.question import Question, name_runs, tokens

# Who does these is mostly one: two names for it differ.
_OF_ONE = frozenset(
    words(
        """chair head lead led run ran manage maintain own direct edit write wrote written found design invent
        discover build built paint compose win won succeed replace host publish preside command captain pay
        paid bear keep kept govern operate supply insure"""
    )
)
_OFFICE = re.compile(
    r"^(?:and )?who (?:is|was|will be) (?:(?:the|our|its|their|my) |(?:responsible|liable|in charge)\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^(?:and )?(?:which|what) [\w-]+ ([\w-]+)", re.IGNORECASE)  # "Which firm runs …?"
_PLACE = re.compile(
    r"^(?:and )?where (?:is|was|will)\b|\b(?:take place|based|located|born|die)\b", re.IGNORECASE
)
_PRECEDES_A_PLACE = re.compile(r"\b(?:in|at|to|near|from|outside|off) (?:the )?$", re.IGNORECASE)
_QUOTED = re.compile(r'["“][^"”]*["”]')


def asks_for_one_name(question: Question) -> bool:
    """Whether sources that answer with two names differ."""
    match question.kind:
        case "who":
            return bool(_OFFICE.search(question.text)) or not _OF_ONE.isdisjoint(question.content)
        case "where":
            return bool(_PLACE.search(question.text))
        case "what":
            which = _WHICH.match(question.text)
            return which is not None and not _OF_ONE.isdisjoint(words(which[1]))
        case _:
            return False


def find_names(question: Question, text: str) -> Iterator[str]:
    """The names of `text` that the question does not hold, as written; a place behind "in" or "at"."""
    told = _QUOTED.sub("", text)
    opening = tokens(told)[:1]
    asked = frozenset(words(question.text))
    for run in name_runs(told):
        # "Minutes are kept by Hale": a capital, and no name
        if [run] != opening and asked.isdisjoint(words(run)):
            at = told.index(run)
            if question.kind != "where" or _PRECEDES_A_PLACE.search(told, 0, at):
                yield run
