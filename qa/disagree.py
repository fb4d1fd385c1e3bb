"""Sources that give different values for the same thing, so that an answer shows both.

High precision first. A count is taken only where it stands with the thing that the question counts, in a
sentence that speaks of nearly everything the question speaks of; a date, an amount, a list, a yes or no
only where two sentences say nearly the same besides; an amount also where both surely answer. Each document
is heard once, with its best sentence, or the one whose value it puts in a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from index.numerals import find_numbers
from index.words import words
from qa.candidates import Candidate, tells_other_year
from qa.question import CHOICE, FUNCTION_WORDS, Question, content_words
from qa.readings import Stated, read

ON_THE_SUBJECT = 0.74  # of the words of the best sentence with a count: below it one speaks of something else
WITH_A_CHOICE = 0.6  # the same where the question offers the counts: they tell the subject, too
HALF_THE_SUBJECT = 0.65  # share of the question's words that the best sentence with a count must hold
WHOLE_SUBJECT = 0.9  # share of the question's words that a sentence with a date, an amount … must hold
SAME_BESIDES = 0.6  # share of the longer sentence's words, values aside, that both must hold
HEADLINE = 1.5  # what a value gains in score by standing in a title or heading above the sentence
SURE = -1.0  # log-odds from which on a sentence is taken to answer, in whatever words
NEAR = 2  # times as large, at most, two amounts of the same thing that sources differ about
REACH = 3  # words after a number in which the thing it counts must stand

_WORD = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?%?|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_COUNTED = re.compile(
    r"\b(?:how many|number of|\d+ or \d+)\s+((?:[\w'’-]+\s+){0,2}?[\w-]+s)\b", re.IGNORECASE
)
_WHOLE = re.compile(r"\b(?:\d[\d,]* of|out of)(?: the| all| its| these| those)?$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """`value`: a count in figures, or as the sentence writes it. `candidate`: the sentence that gives it."""

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
    numbers = [number for number in question.numbers if not _YEAR.fullmatch(number)]
    offered = " ".join(CHOICE.findall(question.text))
    wanted = [frozenset(words(part)) for part in (*question.names, *numbers) if part not in offered]
    heard = [
        one
        for one in candidates
        if all(part <= one.around for part in wanted) and _of_the_year(question, one)
    ]
    thing = counted_thing(question)
    return (
        _differing_statements(question, heard) if thing is None else _differing_counts(question, thing, heard)
    )


def _differing_counts(question: Question, thing: str, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    counts = [
        (candidate, value)
        for candidate in candidates
        if (value := nearest_number(candidate.text, thing, question)) is not None
    ]
    most = max((candidate.words for candidate, _ in counts), default=0.0)
    if most < HALF_THE_SUBJECT:
        return []
    enough = most * (WITH_A_CHOICE if CHOICE.search(question.text) else ON_THE_SUBJECT)
    heard: dict[str, tuple[float, Reading]] = {}
    for candidate, value in counts:
        if candidate.words < enough:
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


def _differing_statements(question: Question, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    """The best statement, and the best of another document that says nearly the same, or answers as surely,
    with another value."""
    stated = [
        (candidate, values)
        for candidate in candidates
        if candidate.words >= WHOLE_SUBJECT or _is_sure(candidate)
        if (values := read(question, candidate.text))
    ]
    for other, others in stated[1:]:
        best, values = stated[0]
        if other.passage.document_id == best.passage.document_id:
            continue
        for first, second in product(values, others):
            alike = _is_sure(best) and _is_sure(other) and first.is_near(second, NEAR)
            if first.differs(second) and (alike or _same_besides(best, first, other, second)):
                return [[Reading(first.text, best)], [Reading(second.text, other)]]
    return []


def _is_sure(candidate: Candidate) -> bool:
    return candidate.odds is not None and candidate.odds >= SURE


def _same_besides(one: Candidate, first: Stated, other: Candidate, second: Stated) -> bool:
    values = set(words(f"{first.text} {second.text}"))
    said = [set(content_words(candidate.text)) - values for candidate in (one, other)]
    return len(said[0] & said[1]) >= SAME_BESIDES * max(1, *map(len, said))


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
        value = _figures(word)
        if (
            value is None
            or value == "1"  # "1 province" is an example, not a count of all
            or _YEAR.fullmatch(value)
            or word.casefold() in own
            or (offered and value not in offered)
        ):
            continue
        yield at, value


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
