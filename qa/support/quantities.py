"""The numbers and dates of a text with what is bound to them: unit, and "more than" or "before".

"10 million", "10,000,000" and "ten million" are one value; "a half" is 0.5 and "50 %" is 50 of the unit %.
English, and the digits, dates, 万 and 亿 of Chinese. Knows nothing of names, sentences or documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from qa.support.measures import (
    CURRENCIES,
    LARGE,
    MONTHS,
    ONES,
    ORDINALS,
    PARTS,
    SCALES,
    UNITS,
    WORDS,
)

LONGEST_NUMBER = 40  # digits; what is longer is compared as it is written

Bound = Literal["", ">", ">=", "<", "<=", "before", "after", "since", "until"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`start`, `end`: characters into the folded text, half-open, with the unit and without the bound.

    value: canonical ("1/2", "10000000", "3th" for third, "1990s"); empty for a date. date: year, month, day,
    None where it is not said. unit: canonical, empty where none of the known ones stands by the number.
    """

    start: int
    end: int
    value: str
    unit: str = ""
    bound: Bound = ""
    date: tuple[int | None, int | None, int | None] | None = None

    @property
    def kind(self) -> Literal["number", "date"]:
        return "date" if self.date else "number"

    def entails(self, said: Quantity) -> bool:
        """Whether who reads this may say that, units and bounds aside: the day entails its month and year."""
        if self.date and said.date:
            return all(part in (None, mine) for part, mine in zip(said.date, self.date, strict=True))
        return self._plain() == said._plain()

    def _plain(self) -> str:
        """A lone year is also the number that it is written with: "2000 people"."""
        if self.date is None:
            return self.value
        return str(self.date[0]) if self.date[1:] == (None, None) else f"{self.date}"


def fold(text: str) -> str:
    """The text with plain digits, dashes and quotes, "½" as " 1/2"; every reader here expects it so."""
    folded = unicodedata.normalize("NFKC", _VULGAR.sub(lambda match: f" {match[0]}", text))
    return _DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), folded.translate(_PLAIN))


_VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_DIGIT = re.compile(r"(?![0-9])\d")
_PLAIN = str.maketrans({"–": "-", "—": " - ", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "⁄": "/"})


def quantities(folded: str) -> list[Quantity]:
    """In order and without overlap. `folded`: as `fold` gives it."""
    taken = bytearray(len(folded))
    found = []
    for form in _FORMS:
        for match in form.finditer(folded):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            quantity = _quantity(folded, match)
            if quantity:
                taken[start:end] = b"\1" * (end - start)
                found.append(quantity)
    return sorted(found, key=lambda one: one.start)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_END = r"(?![^\W\d_\u3400-\u9fff])"  # of a word; Chinese follows without a space
_UNIT = rf"(?:[ -]{{0,3}}(?P<unit>{_any(UNITS)}){_END})?"
_SCALE = rf"(?P<scale>(?:[ -]?(?:{_any(SCALES)}){_END}){{0,3}})"
_SMALL = _any(WORDS)
_TENS = _any(word for word, value in WORDS.items() if value >= 20)
_SPELT = rf"(?:(?:{_TENS})(?:[ -](?:{_any(ONES)}))?|{_SMALL})\b"
_YEAR = r"(?:\s?,? ?(?P<y>[0-9]{4})\b(?!,[0-9]))?"
_FORMS = tuple(  # the first that matches a place decides
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\w.-])(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})(?![\w-])",
        r"(?<!\d)(?P<y>[0-9]{4})年(?:(?P<m>[0-9]{1,2})月(?:(?P<d>[0-9]{1,2})[日号])?)?",
        r"(?<!\d)(?P<m>[0-9]{1,2})月(?:(?P<d>[0-9]{1,2})[日号])?",
        rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_any(MONTHS)})\b\.?{_YEAR}",
        rf"\b(?P<month>{_any(MONTHS)})\b\.? (?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![\w%]|,[0-9]){_YEAR}",
        rf"\b(?P<month>{_any(MONTHS)})\b\.?,?(?: of)? (?P<y>[0-9]{{4}})\b",
        rf"\b(?P<month>(?!(?:mar|march|may|jan|jun|dec|sep)\b)(?:{_any(MONTHS)}))\b",
        r"(?<=\bin )(?P<month>may|march)\b",
        r"(?<![\w.])(?P<decade>[0-9]{3}0)'?s\b",
        r"(?<![\w.,$€£¥])(?P<y>1[5-9][0-9]{2}|20[0-9]{2})(?![\w%]|[.,][0-9])(?! ?percent)",
        rf"\b(?P<words>{_SMALL})[ -](?P<part>{_any(PARTS)})\b",
        r"\b(?:an? )?(?P<part>half|third|quarter)\b(?= of\b| the\b)",
        r"(?<![\w.])(?P<time>[0-9]{1,2}:[0-9]{2})(?![0-9])",
        r"(?<![\w.])(?P<ordinal>[0-9]{1,6})(?:st|nd|rd|th)\b",
        rf"(?<![0-9] )\b(?P<ordinal>{_any(ORDINALS)})\b",
        rf"(?:(?P<currency>{_any(CURRENCIES)}) ?)?(?<![\w.])(?<![^\W\d_]-)(?P<digits>-?"
        r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)(?![0-9]|[^\W\d_\u3400-\u9fff]+[0-9])"
        rf"(?P<per>/[0-9]{{1,6}}(?![0-9/]))?{_SCALE}(?P<more>\+?){_UNIT}",
        rf"\b(?P<words>(?:{_SPELT}|an?(?= (?:{_any(LARGE)})\b))"
        rf"(?:[ -](?:{_any(LARGE)})s?\b(?:[ -](?:and )?{_SPELT})?)*)\b{_UNIT}",
    )
)
_PRONOUN_BEFORE = re.compile(r"\b(?:no|the|this|that|any|each|every|some|which)\s$", re.IGNORECASE)
_PRONOUN_AFTER = re.compile(r"\s(?:of|another|or|who|that)\b", re.IGNORECASE)


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    parts = {name: value for name, value in match.groupdict().items() if value}
    if parts.keys() & {"y", "m", "month"}:
        month = MONTHS[parts["month"].casefold()] if "month" in parts else _whole(parts.get("m"))
        date = (_whole(parts.get("y")), month, _whole(parts.get("d")))
        return Quantity(start, end, "", "", _date_bound(text, start), date)
    if "decade" in parts:
        return Quantity(start, end, f"{parts['decade']}s", "", _date_bound(text, start))
    if "time" in parts:
        return Quantity(start, end, parts["time"], "", _date_bound(text, start))
    if "ordinal" in parts:
        said = parts["ordinal"].casefold()
        return Quantity(start, end, f"{ORDINALS.get(said) or int(said)}th")
    words = parts.get("words", "").casefold()
    if words == "one" and end == match.end("words") and not parts.keys() & {"part", "unit"}:
        lone = _PRONOUN_BEFORE.search(text, max(0, start - 8), start) or _PRONOUN_AFTER.match(text, end)
        if lone:
            return None
    if "digits" in parts and re.fullmatch("[A-Z]", text[match.end("digits") : end]):
        return None  # 5G is a name
    if parts.get("unit") == "m" and "currency" in parts:
        parts["scale"] = "million"
    unit = UNITS.get((parts.get("currency") or parts.get("unit") or "").casefold(), "")
    return Quantity(start, end, _value(parts, unit), unit, _bound(text, start, end, parts.get("more", "")))


def _whole(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _value(parts: Mapping[str, str], unit: str) -> str:
    if "digits" in parts:
        digits = parts["digits"].replace(",", "")
        if len(digits) > LONGEST_NUMBER:
            return digits
        value = Fraction(digits)
        below = int(parts["per"][1:]) if "per" in parts else 1
        value /= below or 1
        for scale in re.findall(_any(SCALES), parts.get("scale", ""), re.IGNORECASE):
            value *= SCALES[scale.casefold()]
    elif "part" in parts:
        value = Fraction(_spelt(parts.get("words", "one")), PARTS[parts["part"].casefold()])
    else:
        value = Fraction(_spelt(parts["words"]))
    return str(value / 100 if unit == "%" else value)


def _spelt(words: str) -> int:
    """ "two hundred and five thousand" is 205,000."""
    total = group = 0
    for word in re.findall(r"[a-z]+", words.casefold()):
        scale = LARGE.get(word.removesuffix("s"), 0)
        if scale == 100 or scale == 12:
            group = (group or 1) * scale
        elif scale:
            total, group = total + (group or 1) * scale, 0
        else:
            group += WORDS.get(word, 0)
    return total + group


_BOUNDS: dict[Bound, str] = {  # the first that matches decides
    ">=": "at least|(?:no|not) (?:less|fewer) than|a minimum of",
    "<=": "up to|at most|(?:no|not) more than|a maximum of|as (?:much|many) as",
    ">": "more than|over|above|greater than|exceed(?:s|ed|ing)?|in excess of|upwards of|higher than",
    "<": "less than|fewer than|under|below|lower than",
}
_BEFORE = {
    bound: re.compile(rf"\b(?:{form})\W{{0,3}}(?:an? )?$", re.IGNORECASE) for bound, form in _BOUNDS.items()
}
_AFTER = re.compile(r" or (?:(?P<more>more|above|higher)|less|fewer|below)\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:(?P<before>before|prior to)|(?P<after>after|following)|(?P<since>since)|(?P<until>until|till))"
    r"(?: the| early| late| mid)?\W$",
    re.IGNORECASE,
)


def _bound(text: str, start: int, end: int, plus: str) -> Bound:
    before = text[max(0, start - 40) : start]
    for bound, form in _BEFORE.items():
        if form.search(before):
            return bound
    after = _AFTER.match(text, end)
    if plus or (after and after["more"]):
        return ">="
    return "<=" if after else ""


def _date_bound(text: str, start: int) -> Bound:
    found = _DATED.search(text, max(0, start - 20), start)
    return cast(Bound, found.lastgroup) if found else ""
