"""Sources that give different values for the same thing, so that an answer shows both.

High precision first: a value counts only where it stands with the thing that the question counts, in a
sentence that speaks of nearly everything the question speaks of. Each document is heard once, with the
value that it puts in a headline or else with the one in its best sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import words
from qa.candidates import Candidate, tells_other_year
from qa.question import CHOICE, FUNCTION_WORDS, Question

ON_THE_SUBJECT = 0.6  # of the best candidate's words: below it a sentence speaks of something else
HEADLINE = 0.5  # what a value gains in score by standing in a title or heading above the sentence
REACH = 3  # words after a number in which the thing it counts must stand

_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COUNTED = re.compile(
    r"\b(?:how many|number of|\d+ or \d+)\s+((?:[\w'’-]+\s+){0,2}?[\w-]+s)\b", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(?:\d[\d,]* of|out of)(?: the| all| its| these| those)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DIGITS = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
    if value > 1  # "one" is more often a pronoun than a number
}


@dataclass(frozen=True, slots=True)
class Reading:
    """`value`: the number as digits. `candidate`: the sentence that gives it."""

    value: str
    candidate: Candidate


def counted_thing(question: Question) -> str | None:
    """What a question counts, in its own words: "provinces". None for a question of another kind."""
    match = _COUNTED.search(question.text)
    thing = match[1].split()[-1] if match else None
    return None if thing is None or thing.casefold() in FUNCTION_WORDS else thing


def differing_values(question: Question, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    """The values that different documents give, each with its sentences, best first; empty unless two differ.

    `candidates`: best first.
    """
    thing = counted_thing(question)
    if thing is None:
        return []
    numbers = [number for number in question.numbers if not _YEAR.fullmatch(number)]
    offered = " ".join(CHOICE.findall(question.text))
    wanted = [frozenset(words(part)) for part in (*question.names, *numbers) if part not in offered]
    candidates = [
        one
        for one in candidates
        if all(part <= one.around for part in wanted) and _of_the_year(question, one)
    ]
    enough = ON_THE_SUBJECT * max((candidate.words for candidate in candidates), default=0)
    heard: dict[str, tuple[float, Reading]] = {}
    for candidate in candidates:
        value = nearest_number(candidate.text, thing, question) if candidate.words >= enough else None
        if value is None:
            continue
        headlines = _WORD.findall(" ".join((candidate.passage.title, *candidate.passage.headings)))
        weight = candidate.score + HEADLINE * (value in headlines)
        document = candidate.passage.document_id
        if document not in heard or weight > heard[document][0]:
            heard[document] = (weight, Reading(value, candidate))
    values: dict[str, list[Reading]] = {}
    for _, reading in sorted(heard.values(), key=lambda one: -one[0]):
        values.setdefault(reading.value, []).append(reading)
    return list(values.values()) if len(values) > 1 else []


def _of_the_year(question: Question, candidate: Candidate) -> bool:
    headline = " ".join((candidate.passage.title, *candidate.passage.headings))
    return not tells_other_year(question, candidate.text, headline)


def nearest_number(text: str, thing: str, question: Question) -> str | None:
    """The number in `text` that counts `thing` and stands nearest to the question's other words.

    None where no number does. Of "22 of the 29 provinces" 22 is what is told, and 29 only the whole.
    """
    found = _WORD.findall(text)
    stems = [(words(word) or [word])[0] for word in found]
    stem = words(thing)[0]
    others = set(question.content) - {stem} - set(question.numbers)
    best: tuple[float, str] | None = None
    inherited = False  # whether a whole was named: "of these 29 provinces 22 have" counts provinces twice
    for at, value in _numbers(found, question):
        counts = any(other[:6] == stem[:6] for other in stems[at + 1 : at + 1 + REACH])
        if _WHOLE.search(" ".join(found[:at])):
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
    offered = set(_WORD.findall(" ".join(CHOICE.findall(question.text))))
    own = {word.casefold() for word in _WORD.findall(question.text)} - offered
    for at, word in enumerate(found):
        value = _DIGITS.get(word.casefold(), word if word[0].isdigit() else "")
        if (
            not value
            or _YEAR.fullmatch(value)
            or word.casefold() in own
            or (offered and value not in offered)
        ):
            continue
        yield at, value


def _part_of(found: Sequence[str], stems: Sequence[str], at: int, stem: str) -> bool:
    """Whether the number is the 22 of "22 of the 29 provinces"."""
    whole = re.match(r"of (?:the |all |its |these |those )?\d[\d,]* ", " ".join(found[at + 1 : at + 5]))
    if whole is None:
        return False
    first = at + 1 + len(whole[0].split())
    return any(other[:6] == stem[:6] for other in stems[first : first + REACH])
