"""The time of day that a sentence gives, as the minutes of the day that it may be.

Built to say nothing when in doubt: a sentence with two times gives none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.numerals import WEEKDAYS

HALF_A_DAY = 12 * 60  # minutes

_TIME = re.compile(
    r"(?<![\w:.])(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<whole>\d{1,2}) o['’]clock|(?P<digits>(?:[01]?\d|2[0-3]):[0-5]\d)(?![:\d])"
    r"|(?P<named>noon|midnight)\b)",
    re.IGNORECASE,
)
# Days that have times of their own.
_DAYS = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS)}|weekday|weekend|holiday|summer|winter|spring|autumn)s?\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clock:
    """text: as written. minutes: of the day, that it may be: 9:00 is in the morning or in the evening. days:
    that the sentence names."""

    text: str
    minutes: frozenset[int]
    days: frozenset[str]


def find_time(text: str) -> Clock | None:
    """The only time of day in `text`."""
    found = list(_TIME.finditer(text))
    if len(found) != 1:
        return None
    days = frozenset(day[0].casefold().removesuffix("s") for day in _DAYS.finditer(text))
    return Clock(found[0][0].strip(), _minutes(found[0]), days)


def _minutes(time: re.Match[str]) -> frozenset[int]:
    if time["named"]:
        return frozenset([HALF_A_DAY if time["named"].casefold() == "noon" else 0])
    if time["half"]:
        hours = int(time["hour"]) % 12 + 12 * (time["half"].casefold() == "p")
        return frozenset([60 * hours + int(time["minute"] or 0)])
    hour, _, minute = (time["whole"] or time["digits"]).partition(":")
    exact = 60 * int(hour) + int(minute or 0)
    either = hour[0] != "0" and 0 < int(hour) <= 12
    return frozenset([exact, (exact + HALF_A_DAY) % (2 * HALF_A_DAY)] if either else [exact])
