"""The date that a sentence gives, as the years, months and days that it may be.

Built to say nothing when in doubt: a sentence with two dates gives none, unless a semicolon stands between
them and only one side tells of what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from index.numerals import MONTHS, fold_numerals
from index.words import words
from qa.question import Question

Part = Literal["year", "month", "day"]
Parts = Mapping[Part, frozenset[int | str]]

ROUND, LOOSE, CLOSE = 5, 5, 1  # "around 1895" may be five years off, "around 1896" one

_SHORT_MONTH = "|".join(f"{month[:3]}(?:{month[3:]}|t)?" for month in MONTHS)
DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b|\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?(?:{_SHORT_MONTH})\b\.?"
    r"(?: \d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:,? \d{4})?|\b(?:1[5-9]|20)\d\d(?:[-–—]\d{2}(?:\d\d)?)?\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(\d{4})[-–—](\d{2}(?:\d\d)?)")
_BEFORE_A_MONTH = re.compile(
    r"\b(?:in|of|by|since|until|till|from|during|before|after|last|next|this) $", re.IGNORECASE
)
_ABOUT = re.compile(r"\b(?:about|around|circa|ca?|roughly|approximately|some)\.? $", re.IGNORECASE)
_AS_OF = re.compile(r"\bas (?:of|at)(?: the)?(?: early| mid| late| end of)?[- ]$", re.IGNORECASE)
_PARTS = re.compile(rf"(?P<year>\d{{4}})|(?P<day>\d{{1,2}})|(?P<month>{'|'.join(MONTHS)})")


def find_date(question: Question, text: str) -> tuple[str, Parts] | None:
    """The only date of `text`, as written, and what each of its parts may be; what it lacks is open."""
    found = list(_dates(text))
    if len(found) > 1:
        text = _part_on(question, text)
        found = list(_dates(text))
    if len(found) != 1 or _AS_OF.search(text, 0, found[0].start()):  # when it was told, not when it was
        return None
    written = found[0][0].strip()
    if period := _PERIOD.fullmatch(written):
        first, last = int(period[1]), int(period[1][: 4 - len(period[2])] + period[2])
        # "2016-03" is no period
        return (written, {"year": frozenset(range(first, last + 1))}) if first < last else None
    said = {
        part.lastgroup: part[0].lstrip("0") for part in _PARTS.finditer(fold_numerals(written).casefold())
    }
    parts: dict[Part, frozenset[int | str]] = {}
    if "year" in said:
        year, off = int(said["year"]), 0
        if len(said) == 1 and _ABOUT.search(text, 0, found[0].start()):
            off = CLOSE if year % ROUND else LOOSE
        parts["year"] = frozenset(range(year - off, year + off + 1))
    if "month" in said:
        parts["month"] = frozenset([said["month"]])
    if "day" in said:
        parts["day"] = frozenset([said["day"]])
    return written, parts


def _dates(text: str) -> Iterator[re.Match[str]]:
    """A month alone is a date behind "in" …: no "may", and no "April issue"."""
    for match in DATE.finditer(text):
        figures = any(map(str.isdigit, match[0]))
        if words(match[0]) and (figures or _BEFORE_A_MONTH.search(text, 0, match.start())):
            yield match


def _part_on(question: Question, text: str) -> str:
    """The part between semicolons that holds more of the question than the others; else the text."""
    parts = text.split(";")
    shares = [len(set(question.content).intersection(words(part))) for part in parts]
    return parts[shares.index(max(shares))] if shares.count(max(shares)) == 1 else text
