"""What a question counts, and which number of a sentence counts it.

Rules over the two texts alone; knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.numerals import SCALES, find_numbers
from index.words import words
from qa.question import CHOICE, FUNCTION_WORDS, Question

REACH = 3  # words after a number in which the thing it counts must stand

WORD = re.compile(r"(?<![\w./-])\d(?:[\d,]*\d)?(?:\.\d+)?%?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COUNTED = re.compile(
    r"\b(?:how many|number of|\d+ or \d+)\s+((?:[\w'’-]+\s+){0,2}?[\w-]+s)\b", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(?:\d[\d,]* of|out of)(?: the| all| its| these| those)?$", re.IGNORECASE)
_BESIDE = re.compile(  # before a number that is not the count, but what it grew from, or by
    r"\b(?:(?:compared (?:with|to)|up from|down from)(?: \w+){0,2}"
    r"|(?:increas|grow|grew|ris|rose|rais|fall|fell|drop|decreas)\w*(?: \w+)? by)$",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def counted_thing(question: Question) -> str | None:
    """What a question counts, in its own words: "provinces". None for a question of another kind."""
    match = _COUNTED.search(question.text)
    thing = match[1].split()[-1] if match else None
    return None if thing is None or thing.casefold() in FUNCTION_WORDS else thing


def nearest_number(text: str, thing: str, question: Question) -> str | None:
    """The number in `text` that counts `thing` and stands nearest to the question's other words.

    None where no number does. Of "22 of the 29 provinces" 22 is what is told, and 29 only the whole.
    """
    found = WORD.findall(_in_figures(text))
    stems = [(words(word) or [word])[0] for word in found]
    stem = words(thing)[0]
    others = set(question.content) - {stem} - set(question.numbers)
    best: tuple[float, str] | None = None
    inherited = False  # whether a whole was named: "of these 29 provinces 22 have" counts provinces twice
    for at, value in _numbers(found, question):
        counts = any(other[:6] == stem[:6] for other in stems[at + 1 : at + 1 + REACH])
        before = " ".join(found[:at])
        if _BESIDE.search(before):
            continue
        if _WHOLE.search(before):
            inherited |= counts
            continue
        nearness = sum(
            1 / min(abs(at - place) for place, here in enumerate(stems) if here == other)
            for other in others.intersection(stems)
            if other != stems[at]
        )
        if (counts or inherited or _part_of(found, stems, at, stem)) and nearness > (best or (0.0, ""))[0]:
            best = (nearness, value)
    return best[1] if best else None


def _numbers(found: Sequence[str], question: Question) -> Iterator[tuple[int, str]]:
    """Position and value of each number that could be an answer: no year, and none of the question's own."""
    offered = set(WORD.findall(" ".join(CHOICE.findall(question.text))))
    own = {word.casefold() for word in WORD.findall(question.text)} - offered
    for at, word in enumerate(found):
        value = _figures(word)
        if (
            value is None
            or value == "1"  # "1 province" is an example, not a count of all
            or YEAR.fullmatch(value)
            or own.intersection((word.casefold(), value))
            or (offered and value not in offered)
        ):
            continue
        scale = found[at + 1] if at + 1 < len(found) and found[at + 1].casefold() in SCALES else ""
        if "." in value and not scale:
            continue  # a version
        yield at, f"{value} {scale}".rstrip()


def _in_figures(text: str) -> str:
    """The text with numbers of several words, "nine hundred", in figures."""
    for number in reversed([one for one in find_numbers(text) if one.in_words]):
        if " " in text[number.start : number.end]:
            text = text[: number.start] + number.value + text[number.end :]
    return text


def _figures(word: str) -> str | None:
    """The value of a word that is a number, in figures as written or for "twenty-two"; None for another."""
    if word[0].isdigit():
        return word
    return next((number.value for number in find_numbers(word) if number.end == len(word)), None)


def _part_of(found: Sequence[str], stems: Sequence[str], at: int, stem: str) -> bool:
    """Whether the number is the 22 of "22 of the 29 provinces"."""
    whole = re.match(r"of (?:the |all |its |these |those )?\d[\d,]* ", " ".join(found[at + 1 : at + 5]))
    if whole is None:
        return False
    first = at + 1 + len(whole[0].split())
    return any(other[:6] == stem[:6] for other in stems[first : first + REACH])
