"""Where sentences begin and end, by rules that a reader can check.

Knows English abbreviations, decimals, addresses, ellipses, quotes, Chinese and Japanese stops. Knows
nothing of documents, chunks or tokens. Offsets are characters, half-open. Every step looks a bounded
distance around a stop, so the time is linear in the text, whatever the text holds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

LONG_SENTENCE = 300  # characters; what runs on longer is cut at its semicolons
LEAST_PART = 80  # characters on either side of such a semicolon; less is an item of a list
MAX_SENTENCE = 1_000  # and what is still longer than this at its other clauses

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# At a line's start: "- ", "1. ", "1.2. ", "b) ", "iv. ", "## ", and the glued "1.Strengthen", "1、加强".
_MARKER = re.compile(
    r"[^\S\n]*(?:(?:[-*•]|(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{2,4})[.)]|#{1,6})[ \t]{1,8}(?=\S)"
    r"|\d{1,3}(?:、|\.(?=[A-Z][a-z])))(?=\S)"
)
_WORD = re.compile(r"\w")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_FULL_STOPS = "。！？；｡"  # these end a sentence whatever follows
_STOP = re.compile(rf"(?P<stops>[.!?…{_FULL_STOPS}]+)(?P<close>(?:\[\d{{1,3}}\])*[\"'”’»›」』）)\]】》]*)")
_CJK = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CONTINUING = ",，、;:：.!?…"  # these may not begin a sentence
_OPENERS = "\"'“‘«‹「『（([【《¿¡"
_NEXT = re.compile(rf"(?P<space>\s*)[{re.escape(_OPENERS)}]{{0,3}}(?P<word>[^\W\d_]{{0,20}})(?P<after>.?)")
_GLUED = re.compile(r"[A-Z][a-z]+")  # the next word, where the space after the stop was lost
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")  # iPhone, eBay: a small letter that may begin a sentence
_BEFORE = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")  # the word that the stop follows, with inner stops
_WORD_LIMIT = 24  # characters looked back for that word
_SEMICOLON = re.compile(r";(?=\s)")
_CUTS = (  # where a sentence without end is cut, best first
    re.compile(r";\s|[；。]"),
    re.compile(r"[,:)]\s|\s(?=[(—–-])|[，、：）]"),
    re.compile(r"\s+"),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the end of a sentence: what they introduce follows.
_TITLES = _words(
    "mr mrs ms dr prof hon rev fr gen col lt sgt capt cmdr adm maj gov sen rep pres messrs "
    "e.g i.e eg ie cf viz vs ca approx incl esp fig figs"
)
# Not the end where a number follows: No. 5, Jan. 3, pp. 4.
_BEFORE_NUMBERS = _words(
    "no nos vol vols p pp par sec sect ch chap art arts eq eqs ref refs tab app c "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
# The end only where the next word is one that begins sentences: "Apple Inc. The", not "Apple Inc. Chairman".
_MAY_END = _words(
    "inc ltd co corp bros dept univ assn est jr sr al ph.d ed eds govt intl natl st mt ave blvd rd"
)
_STARTERS = _words(
    "the a an this that these those it its he she they we you i his her their our my there here in on at by "
    "for from with as to of after before since when while where what who which why how if but and or so yet "
    "however although though because also such some many most all each both no not one two three another "
    "meanwhile moreover furthermore therefore thus then now today according under over during between"
)


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of text[start:end], in order, without white space around them.

    A sentence stays on its line. Together they hold every character that is not white space, but for a
    list marker or heading hashes at a line's start.
    """
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text, start, stop):
        for sentence in _sentences_of_line(text, line.start(), line.end()):
            for part in _cut_at_semicolons(text, *sentence):
                spans.extend(_cut_long(text, *part))
    return spans


def cut_near_middle(text: str, start: int, end: int) -> int:
    """The best place to cut text[start:end] in two: after a clause, else a word, else any character.

    Looks at the middle half only, so that repeated cutting ends soon. Always start < place < end; needs
    at least two characters.
    """
    middle, quarter = (start + end) // 2, (end - start) // 4
    for mark in _CUTS:
        places = [found.end() for found in mark.finditer(text, start + quarter, end - quarter)]
        inside = [place for place in places if start < place < end]
        if inside:
            return min(inside, key=lambda place: abs(place - middle))
    return middle


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends; empty where it is all white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _sentences_of_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    at_line_start = start == 0 or _LINE.match(text[start - 1]) is None
    marker = _MARKER.match(text, start, end) if at_line_start else None
    begin = marker.end() if marker else start
    addresses = [found.span() for found in _ADDRESS.finditer(text, begin, end)]
    ends = [
        stop.end()
        for stop in _STOP.finditer(text, begin, end)
        if _ends_sentence(text, stop, end) and not _is_within(stop.end(), addresses)
    ]
    sentences: list[tuple[int, int]] = []
    for place in [*ends, end]:
        first, last = trim(text, begin, place)
        begin = place
        if sentences and first < last and not _WORD.search(text, first, last):
            sentences[-1] = sentences[-1][0], last  # a quote mark left alone belongs to what it closes
        elif first < last:
            sentences.append((first, last))
    return sentences


def _is_within(position: int, spans: list[tuple[int, int]]) -> bool:
    """Whether the position lies inside one of the sorted spans, neither at its start nor at its end."""
    nearest = bisect_right(spans, (position,)) - 1
    return nearest >= 0 and position < spans[nearest][1]


def _ends_sentence(text: str, stop: re.Match[str], end: int) -> bool:
    following = _NEXT.match(text, stop.end(), end)
    assert following is not None  # every part of _NEXT may be empty
    word, after, begins = following["word"], following["after"], following.end("space")
    if begins == end:
        return True
    if text[begins] in _CONTINUING:
        return False
    if any(mark in _FULL_STOPS for mark in stop["stops"]):
        return True
    if begins == stop.end() and not _ends_without_space(text, stop, word, after):
        return False
    if word and word[0].islower() and not _CAMEL.match(word):
        return False
    return stop["stops"] != "." or not _is_abbreviation(text, stop.start(), word, after)


def _ends_without_space(text: str, stop: re.Match[str], word: str, after: str) -> bool:
    """Whether the space after a stop was lost, "Province.Although the", or never needed, "好?是"."""
    before = text[max(0, stop.start() - 1) : stop.start()]
    if stop["stops"] != "." and (_CJK.match(word) or _CJK.match(before)):
        return True
    ended = stop["close"] != "" or before.islower() or before.isdigit()
    return ended and _GLUED.fullmatch(word) is not None and (after.isspace() or after in ("'", "’", ","))


def _is_abbreviation(text: str, stop: int, word: str, after: str) -> bool:
    """Whether the full stop at `stop` belongs to the word before it. `word`, `after`: what comes next."""
    before = _BEFORE.search(text, max(0, stop - _WORD_LIMIT), stop)
    if before is None:
        return False
    known = before[0].lower()
    if known in _TITLES:
        return True
    if known in _BEFORE_NUMBERS and not word and after.isdigit():
        return True
    initials = all(len(part) == 1 for part in known.split("."))
    if initials or known in _MAY_END:
        return word.lower() not in _STARTERS or after == "."
    return False


def _cut_at_semicolons(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence whole, or where it is long its parts between semicolons."""
    if end - start > LONG_SENTENCE:
        places = [*(mark.end() for mark in _SEMICOLON.finditer(text, start, end)), end]
        for place, following in pairwise(places):
            if min(place - start, following - place) >= LEAST_PART:
                yield trim(text, start, place)
                start = place
    yield trim(text, start, end)


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start <= MAX_SENTENCE:
        yield start, end
        return
    place = cut_near_middle(text, start, end)
    yield from _cut_long(text, *trim(text, start, place))
    yield from _cut_long(text, *trim(text, place, end))
