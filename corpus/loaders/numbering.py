"""The numbers that Word writes before headings, clauses and items of lists: "4.2", "(a)", "Article 7".

They stand in no text of a file: a paragraph or its style names a list and a level in it, and Word counts.
Knows the roots of styles.xml and numbering.xml, no files. Where these contradict themselves, by a list that
is not there, or a level without a number, a paragraph has no number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_LETTERS, MOST_ROMAN, MOST_CHINESE = 780, 3_999, 9_999  # what is counted further is shown in figures

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_ALPHABETS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_DIGITS = "零一二三四五六七八九"
_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand")
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Number:
    """text: empty for a bullet. level: in its list, counted from 0. glued: what follows follows at once."""

    text: str
    level: int
    glued: bool


@dataclass(frozen=True, slots=True)
class _Level:
    """pattern: "%1.%2", where each stands for the number of that level. restart: how many levels, from the
    outermost on, make this one count anew. legal: in figures throughout. style: of its paragraphs."""

    form: str
    pattern: str
    start: int
    restart: int
    legal: bool
    glued: bool
    style: str | None


@dataclass(frozen=True, slots=True)
class _List:
    """counted_with: lists that share it go on where the other left off. starts: by level, where the list
    counts anew when it comes to that level for the first time."""

    counted_with: str
    levels: dict[int, _Level]
    starts: dict[int, int]

    def start(self, level: int) -> int:
        return self.starts.get(level, self.levels[level].start if level in self.levels else 1)


class Numbering:
    """Give it the paragraphs in their order: it counts as it goes."""

    def __init__(self, styles: _Element, numbering: _Element) -> None:
        self._styles = {str(style.get(f"{W}styleId")): style for style in styles.iter(f"{W}style")}
        self._lists = dict(_lists(numbering))
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def next(self, paragraph: _Element) -> Number | None:
        """The number of this paragraph; None where it has none, or none that is shown."""
        place = self._place(paragraph)
        if place is None or place[1] not in self._lists[place[0]].levels:
            return None
        name, at = place
        self._count(name, at)
        numbered = self._lists[name]
        level = numbered.levels[at]
        counts = self._counts[numbered.counted_with]

        def written(placeholder: re.Match[str]) -> str:
            of = int(placeholder[1]) - 1
            form = numbered.levels[of].form if of in numbered.levels else "none"
            value = counts[of] if of in counts else numbered.start(of)
            return _written(value, "decimal" if level.legal else form)

        text = "" if level.form == "bullet" else re.sub("%([1-9])", written, level.pattern).strip()
        return Number(text, at, level.glued) if text or level.form == "bullet" else None

    def _place(self, paragraph: _Element) -> tuple[str, int] | None:
        """The list that a paragraph is in, and its level there."""
        styles = list(self._with_bases(_value(paragraph, "pPr/pStyle")))
        holders = [paragraph, *(self._styles[style] for style in styles)]
        name = next(filter(None, (_value(each, "pPr/numPr/numId") for each in holders)), None)
        if name not in self._lists:  # "0" is none
            return None
        own = _value(paragraph, "pPr/numPr/ilvl")
        if own is not None:
            return name, _integer(own, 0)
        for style in styles:
            linked = [at for at, level in self._lists[name].levels.items() if level.style == style]
            declared = _value(self._styles[style], "pPr/numPr/ilvl")
            if linked or declared is not None:
                return name, linked[0] if linked else _integer(declared, 0)
        return name, 0

    def _count(self, name: str, at: int) -> None:
        numbered = self._lists[name]
        counts = self._counts[numbered.counted_with]
        anew = at in numbered.starts and (name, at) not in self._begun
        self._begun.add((name, at))
        counts[at] = numbered.start(at) if anew or at not in counts else counts[at] + 1
        for deeper in [each for each in counts if each > at]:
            if deeper not in numbered.levels or at < numbered.levels[deeper].restart:
                del counts[deeper]

    def _with_bases(self, style: str | None) -> Iterator[str]:
        """The style and those that it is based on, in turn."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            yield style
            seen.add(style)
            style = _value(self._styles[style], "basedOn")


def _lists(numbering: _Element) -> Iterator[tuple[str, _List]]:
    definitions = {_attribute(each, "abstractNumId"): each for each in numbering.iter(f"{W}abstractNum")}
    named = {_value(each, "styleLink"): each for each in definitions.values()}
    for each in numbering.iter(f"{W}num"):
        definition = definitions.get(_value(each, "abstractNumId") or "")
        if definition is None:
            continue
        link = _value(definition, "numStyleLink")
        definition = named.get(link, definition) if link else definition
        overrides = {_integer(_attribute(one, "ilvl"), 0): one for one in each.iterfind(f"{W}lvlOverride")}
        starts = {level: _value(one, "startOverride") for level, one in overrides.items()}
        yield (
            _attribute(each, "numId"),
            _List(
                _attribute(definition, "abstractNumId"),
                _levels(definition)
                | {at: level for one in overrides.values() for at, level in _levels(one).items()},
                {level: _integer(start, 1) for level, start in starts.items() if start is not None},
            ),
        )


def _levels(holder: _Element) -> dict[int, _Level]:
    return {_integer(_attribute(each, "ilvl"), 0): _level(each) for each in holder.iterfind(f"{W}lvl")}


def _level(element: _Element) -> _Level:
    # What older programs cannot write is put beside a form that they can, which comes last.
    forms = [_attribute(form, "val") for form in element.iter(f"{W}numFmt")]
    own = _integer(_attribute(element, "ilvl"), 0)
    return _Level(
        form=forms[-1] if forms else "decimal",
        pattern="" if _is_on(element, "rPr/vanish") else _value(element, "lvlText") or "",
        start=_integer(_value(element, "start"), 0),
        restart=_integer(_value(element, "lvlRestart"), own),
        legal=_is_on(element, "isLgl"),
        glued=_value(element, "suff") == "nothing",
        style=_value(element, "pStyle"),
    )


def _written(value: int, form: str) -> str:
    if form in _ALPHABETS and 0 < value <= MOST_LETTERS:
        rounds, at = divmod(value - 1, len(_ALPHABETS[form]))
        return _ALPHABETS[form][at] * (rounds + 1)  # behind z comes aa, then bb
    if form in ("lowerRoman", "upperRoman") and 0 < value <= MOST_ROMAN:
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    if form == "ordinal":
        ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return f"{value}{ending}"
    if form in _CHINESE and 0 < value <= MOST_CHINESE:
        return _chinese(value)
    if form.startswith("decimalEnclosedCircle") and 0 < value <= len(_CIRCLES):
        return _CIRCLES[value - 1]
    if form in ("none", "bullet"):
        return ""
    return f"{value:02}" if form == "decimalZero" else str(value)


def _roman(value: int) -> str:
    written = ""
    for worth, sign in _ROMAN:
        written += sign * (value // worth)
        value %= worth
    return written


def _chinese(value: int) -> str:
    """Of 1 to 9,999: 十二, 一百零五."""
    written = "".join(
        _DIGITS[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(f"{value:04}", ("千", "百", "十", ""), strict=True)
    )
    return re.sub("零+", "零", written).strip("零").removeprefix("一" if 10 <= value < 20 else "")


def _value(element: _Element, path: str) -> str | None:
    found = element.find("/".join(f"{W}{tag}" for tag in path.split("/")))
    return None if found is None else found.get(f"{W}val")


def _attribute(element: _Element, name: str) -> str:
    return element.get(f"{W}{name}") or ""


def _is_on(element: _Element, path: str) -> bool:
    """Whether a switch is there and not turned off."""
    found = element.find("/".join(f"{W}{tag}" for tag in path.split("/")))
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off")


def _integer(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch("[0-9]{1,9}", written) else otherwise
