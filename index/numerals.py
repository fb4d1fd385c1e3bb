"""Numbers and dates in one form, however a text writes them: "twenty-two" is 22, "10 million" and
"10,000,000" are 10000000, "Oct. 24th, 2019" and "2019-10-24" hold the words of "24 october 2019".

Knows how English writes numbers; nothing of documents. A decimal fraction stays as it is unless a scale
follows, and so does "one", which is more often a pronoun than a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SCALES |= {"mln": 10**6, "mn": 10**6, "bln": 10**9, "bn": 10**9}  # as agencies and papers write them
_WORTH = (
    {word: value for value, word in enumerate(_SMALL)}
    | {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    | SCALES
)

_UNIT = "|".join(_SMALL[1:10])
_TO_99 = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_UNIT}))?|{'|'.join(reversed(_SMALL[1:]))})"
_TO_999 = rf"(?:(?:{_UNIT})[- ]hundred(?:(?: and)? {_TO_99})?|{_TO_99})"
_SCALE = "|".join(SCALES)
_IN_WORDS = rf"{_TO_999}(?:[- ](?:{_SCALE})(?:(?: and)? {_TO_999})?)*"
_FIGURE = rf"(?P<figure>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[- ]?(?P<scale>{_SCALE}))?"
_NUMBER = re.compile(rf"(?<![\w.,/-])(?:{_FIGURE}|(?P<words>{_IN_WORDS}))(?!\w|[-.,/]\d)", re.IGNORECASE)

_SHORT = "|".join(f"{month[:3]}t?" for month in MONTHS)  # "sept", too
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:{_SHORT})\b\.?)"
_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH} (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)|(?=\d{{4}}\b))", re.IGNORECASE
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-2]\d|3[01])\b")


@dataclass(frozen=True, slots=True)
class Number:
    """start, end: characters of the text, half-open. value: in figures without separators, "3100000"."""

    start: int
    end: int
    value: str
    in_words: bool


def find_numbers(text: str) -> Iterator[Number]:
    """The numbers of a text, in order; of "3.1 million yuan" 3100000. "one" alone is none."""
    for match in _NUMBER.finditer(text):
        if match["words"] is None:
            value = Decimal(match["figure"].replace(",", "")) * SCALES.get((match["scale"] or "").lower(), 1)
            yield Number(*match.span(), _plain(value), in_words=False)
        elif match[0].casefold() != "one":
            yield Number(*match.span(), str(_worth(match[0])), in_words=True)


def fold_numerals(text: str) -> str:
    """The text with its dates and whole numbers in the form that `index.words.words` keeps."""
    folded = _ISO.sub(
        lambda date: f"{int(date['day'])} {MONTHS[int(date['month']) - 1]} {date['year']}", text
    )
    folded = _DAY_FIRST.sub(lambda date: f"{date['day']} {_month(date['month'])}", folded)
    folded = _MONTH_FIRST.sub(lambda date: f"{_month(date['month'])} {date['day'] or ''}", folded)
    parts = []
    end = 0
    for number in find_numbers(folded):
        written = folded[number.start : number.end]
        fraction = "." in written and written[-1].isdigit()  # 2.10 may be a version, and no 2.1
        parts += [folded[end : number.start], written.replace(",", "") if fraction else number.value]
        end = number.end
    return "".join((*parts, folded[end:]))


def plain_dates(text: str) -> str:
    """The text with days as "25 October 2019" where it writes them shorter: "Oct. 25th", "2019-10-25"."""

    def plain(date: re.Match[str]) -> str:
        month = _month(date["month"]).capitalize()
        return f"{date['day']} {month}" if date["day"] and month not in date[0].title() else date[0]

    text = _ISO.sub(
        lambda date: f"{int(date['day'])} {MONTHS[int(date['month']) - 1].capitalize()} {date['year']}", text
    )
    return _MONTH_FIRST.sub(plain, _DAY_FIRST.sub(plain, text))


def _month(written: str) -> str:
    return next(month for month in MONTHS if month.startswith(written[:3].casefold()))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _worth(written: str) -> int:
    """Of "two million three hundred and five thousand": scales close what was said before them."""
    total = group = 0
    for word in re.findall(r"[a-z]+", written.casefold()):
        if word == "hundred":
            group *= 100
        elif word in SCALES:
            if group:
                total += group * SCALES[word]
            else:  # "five thousand million"
                total *= SCALES[word]
            group = 0
        elif word != "and":
            group += _WORTH[word]
    return total + group
