"""Sources that give different values for the same thing, so that an answer shows both.

High precision first. A count is taken only where it stands with the thing that the question counts, in a
sentence that speaks of nearly everything the question speaks of; a date, an amount, a list, a name, a yes
or no only where two sentences say nearly the same besides; an amount or a date also where both surely answer.
Where none of these differs, figures do that stand in the same place of two sentences: versions, limits.
What tells of other years or versions, or is rounded and near, does not differ. Each document is heard once,
with its best sentence, or the one whose value it puts in a headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.numerals import find_numbers
from index.words import words
from qa.candidates import Candidate, tells_other_year
from qa.counted import WORD, YEAR, counted_thing, nearest_number
from qa.figures import asks_for_figures, differing_figures, find_figures
from qa.named import asks_for_one_name
from qa.opposite import opposites
from qa.question import CHOICE, FUNCTION_WORDS, Question, content_words, find_names, tokens
from qa.readings import Stated, asks_for_a_measure, read
from qa.support.lexicon import IRREGULAR

ON_THE_SUBJECT = 0.74  # of the words of the best sentence with a count: below it one speaks of something else
WITH_A_CHOICE = 0.6  # the same where the question offers the counts: they tell the subject, too
HALF_THE_SUBJECT = 0.65  # share of the question's words that the best sentence with a count must hold
WHOLE_SUBJECT = 0.9  # share of the question's words that a sentence with a date, an amount … must hold
SAME_BESIDES = 0.6  # share of the longer sentence's words, values aside, that both must hold
SAME_STATEMENT = 0.75  # the same where the value tells nothing of its kind: a name, yes or no
HEADLINE = 1.5  # what a value gains in score by standing in a title or heading above the sentence
SURE = -1.0  # log-odds from which on a sentence is taken to answer, in whatever words
SURELY = 1.0  # the same where the values cannot tell that they are of the same thing: dates
ROUNDED = 0.1  # share of a rounded count by which the true one may differ
NEAR = 2  # times as large, at most, two amounts of the same thing that sources differ about

_YEARS = re.compile(rf"(?<![\w.,]){YEAR.pattern}(?!\w|[.,]\d)")
_HEDGE = re.compile(
    r"\b(?:about|around|nearly|almost|some|roughly|approximately|over|more than|circa) $", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,;:] |[.!?] ")
_VERSION = re.compile(r"\bv?\d+(?:\.\d+)*\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """`value`: a count in figures, or as the sentence writes it. `candidate`: the sentence that gives it."""

    value: str
    candidate: Candidate


def differing_values(question: Question, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    """The values that different documents give, each with its sentences, best first; empty unless two differ.

    `candidates`: best first.
    """
    numbers = [number for number in question.numbers if not YEAR.fullmatch(number)]
    offered = tokens(" ".join(CHOICE.findall(question.text)))
    wanted = [frozenset(words(part)) for part in (*question.names, *numbers) if part not in offered]
    heard = [
        one
        for one in candidates
        if all(part <= one.around for part in wanted) and _of_the_year(question, one)
    ]
    thing = counted_thing(question)
    found = _differing_counts(question, thing, heard) if thing else []
    if not found and (thing is None or question.kind == "duration"):
        found = _differing_statements(question, heard)
    return found or (_differing_figures(question, heard) if asks_for_figures(question) else [])


def may_differ(question: Question) -> bool:
    """Whether the question is after something that sources can give different values for."""
    return (
        question.kind in ("date", "list", "yes_no")
        or asks_for_figures(question)
        or asks_for_a_measure(question)
        or asks_for_one_name(question)
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
    heard: dict[str, tuple[float, bool, Reading]] = {}
    for candidate, value in counts:
        if candidate.words < enough:
            continue
        headlines = WORD.findall(" ".join((candidate.passage.title, *candidate.passage.headings)))
        headed = value in headlines
        weight = candidate.score + HEADLINE * headed
        sure = headed or candidate.odds is None or _is_sure(candidate)
        document = candidate.passage.document_id
        if document not in heard or weight > heard[document][0]:
            heard[document] = (weight, sure, Reading(value, candidate))
    values: list[list[Reading]] = []
    for _, sure, reading in sorted(heard.values(), key=lambda one: -one[0]):
        same = next((one for one in values if _worth(one[0]) == _worth(reading)), None)
        if same:
            same.append(reading)
        elif sure and not any(_both_can_be(question, one, reading) for one, *_ in values):
            values.append([reading])
    return values if len(values) > 1 else []


def _both_can_be(question: Question, one: Reading, other: Reading) -> bool:
    """Whether two counts do not exclude each other: "over 2,200" and "about 2250", or those of two years."""
    near = abs(_worth(one) - _worth(other)) <= max(_slack(one), _slack(other))
    return near or _of_other_times(question, one.candidate, other.candidate)


def _worth(reading: Reading) -> float:
    """The count itself: "3.1 million" and "3,100,000" are one."""
    number = next(find_numbers(reading.value), None)
    return float(number.value if number else re.sub(r"\D", "", reading.value))


def _slack(reading: Reading) -> float:
    """By how much the true count may differ from a rounded one; 0 of one that is not."""
    text, worth = reading.candidate.text, _worth(reading)
    rounded = any(
        _HEDGE.search(text, 0, number.start) for number in find_numbers(text) if float(number.value) == worth
    )
    return ROUNDED * worth if rounded else 0.0


def _differing_statements(question: Question, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    """The best statement, and those of other documents that say nearly the same, or answer as surely, with
    another value; behind each those with the same."""
    stated = [
        (candidate, value)
        for candidate in candidates
        if candidate.words >= WHOLE_SUBJECT or _is_sure(candidate)
        if question.kind == "yes_no" or not _tells_the_contrary(question, candidate)
        for value in read(question, candidate.text)
        if _says_more(candidate, value)
    ]
    best = [one for one in stated if one[0] is stated[0][0]]
    pair = next(
        ((one, other) for other in stated for one in best if _differ(question, *one, *other)),
        None,
    )
    if pair is None:
        return []
    groups = [[one] for one in pair]
    for other in stated:
        heard = {candidate.passage.document_id for group in groups for candidate, _ in group}
        if other[0].passage.document_id in heard:
            continue
        against = [_differ(question, *group[0], *other) for group in groups]
        if all(against):
            groups.append([other])
        elif against.count(False) == 1 and not groups[against.index(False)][0][1].differs(other[1]):
            groups[against.index(False)].append(other)
    return [[Reading(value.text, candidate) for candidate, value in group] for group in groups]


def _differ(question: Question, one: Candidate, first: Stated, other: Candidate, second: Stated) -> bool:
    """Whether two documents give different values of the same thing."""
    return (
        other.passage.document_id != one.passage.document_id
        and first.differs(second)
        and (question.kind == "date" or not _of_other_times(question, one, other))
        and not _of_other_versions(question, one, other)
        and _of_the_same(question, one, first, other, second)
    )


def _of_the_same(question: Question, one: Candidate, first: Stated, other: Candidate, second: Stated) -> bool:
    """Whether two sentences give values of the same thing."""
    if question.kind == "yes_no":
        return _says_alike(question, one, other, _contraries(question))
    if asks_for_one_name(question):
        return _tells_who(question, one, first, other, second)
    if question.kind == "date":
        alike = _dates_the_event(question, one, first) and _dates_the_event(question, other, second)
    else:
        alike = _is_sure(one) and _is_sure(other) and first.is_near(second, NEAR)
    return alike or _same_besides(one, first, other, second)


def _tells_who(question: Question, one: Candidate, first: Stated, other: Candidate, second: Stated) -> bool:
    """Whether both sentences say the same, each of a name that the other does not hold."""
    ours, theirs = (set(words(stated.text)) for stated in (first, second))
    names = frozenset(ours | theirs)
    told = [set(words(" ".join(find_names(candidate.text)))) - names for candidate in (one, other)]
    return (
        ours.isdisjoint(other.stems)
        and theirs.isdisjoint(one.stems)
        and told[0] <= other.stems
        and told[1] <= one.stems
        and _says_alike(question, one, other, names)
    )


def _says_alike(question: Question, one: Candidate, other: Candidate, values: frozenset[str]) -> bool:
    """Whether both say the same but for the values. These do not tell what they are of, so that both must
    hold the same of the question, and the same numbers."""
    content = _base_forms(question.content) - values
    stems = [_base_forms(candidate.stems) - values for candidate in (one, other)]
    said = [_base_forms(content_words(candidate.text)) - values for candidate in (one, other)]
    numbers = [{word for word in each if word[0].isdigit()} for each in stems]
    asked = stems[0] & content
    return (
        len(asked) >= HALF_THE_SUBJECT * len(content)
        and asked <= stems[1]
        and numbers[0] == numbers[1]
        and len(said[0] & said[1]) >= SAME_STATEMENT * max(1, *map(len, said))
    )


def _base_forms(stems: Iterable[str]) -> set[str]:
    """ "wrote" and "written" as "write"."""
    return {IRREGULAR.get(stem, stem) for stem in stems}


def _tells_the_contrary(question: Question, candidate: Candidate) -> bool:
    """Whether it tells when a thing closes, and it is asked when that opens."""
    return any(
        word not in candidate.stems and not contrary.isdisjoint(candidate.stems)
        for word, contrary in opposites(question.content).items()
    )


def _contraries(question: Question) -> frozenset[str]:
    """Stems of the question that have opposites, and these."""
    found = opposites(question.content)
    return frozenset(found).union(*found.values())


def _differing_figures(question: Question, candidates: Sequence[Candidate]) -> list[list[Reading]]:
    """The best sentence with figures, and the best of another document that holds the same of the question,
    with other figures in the same place."""
    told = [one for one in candidates if _is_sure(one) or (one.odds is None and one.words >= WHOLE_SUBJECT)]
    best = next((one for one in told if any(find_figures(one.text))), None)
    if best is None:
        return []
    asked = set(question.content)
    for other in told:
        if (
            other.passage.document_id != best.passage.document_id
            and asked & best.around <= other.around
            and asked & best.stems == asked & other.stems
            and not _of_other_times(question, best, other)
            and (values := differing_figures(question, best.text, other.text, _heading_of_both(best, other)))
        ):
            return [[Reading(values[0], best)], [Reading(values[1], other)]]
    return []


def _heading_of_both(one: Candidate, other: Candidate) -> str:
    """The heading right above both sentences, or their title, where it is the same but for versions."""
    headings = [
        _VERSION.sub("", (candidate.passage.title, *candidate.passage.headings)[-1])
        for candidate in (one, other)
    ]
    return headings[0] if headings[0] == headings[1] else ""


def _is_sure(candidate: Candidate, odds: float = SURE) -> bool:
    return candidate.odds is not None and candidate.odds >= odds


def _dates_the_event(question: Question, candidate: Candidate, date: Stated) -> bool:
    """Whether the sentence surely answers, and what it has of the question, names aside, stands by the date:
    not "In 1931 the keeper of the lighthouse, built of stone, …" where it is asked when that was built."""
    names = set(words(" ".join(question.names)))
    asked = candidate.stems.intersection(question.content) - names
    at = candidate.text.find(date.text)
    before, after = candidate.text[:at], candidate.text[at + len(date.text) :]
    own = _CLAUSE.split(before.rstrip(" ,"))[-1] + " " + _CLAUSE.split(after)[0]
    return _is_sure(candidate, SURELY) and bool(asked) and asked <= set(words(own))


def _says_more(candidate: Candidate, stated: Stated) -> bool:
    """Whether the sentence is more than its value: not the "(1996-05-22)" below an article."""
    return bool(set(content_words(candidate.text)) - set(words(stated.text)))


def _of_other_times(question: Question, one: Candidate, other: Candidate) -> bool:
    """Whether both sentences name years, and none in common: of two censuses both can be right."""
    asked = set(YEAR.findall(question.text))
    years = [set(_YEARS.findall(candidate.text)) - asked for candidate in (one, other)]
    return bool(years[0] and years[1]) and years[0].isdisjoint(years[1])


def _of_other_versions(question: Question, one: Candidate, other: Candidate) -> bool:
    """Whether both sentences give a thing that the question names versions, and none in common: "Vardo 2.1
    was released" tells nothing of Vardo 3.0."""
    named = "|".join(
        re.escape(word) for word in tokens(question.text) if word.casefold() not in FUNCTION_WORDS
    )
    version = re.compile(rf"\b(?:{named}) v?(\d+(?:\.\d+)+)", re.IGNORECASE)
    versions = [set(version.findall(candidate.text)) for candidate in (one, other)]
    return bool(versions[0] and versions[1]) and versions[0].isdisjoint(versions[1])


def _same_besides(one: Candidate, first: Stated, other: Candidate, second: Stated) -> bool:
    values = set(words(f"{first.text} {second.text}"))
    said = [set(content_words(candidate.text)) - values for candidate in (one, other)]
    return len(said[0] & said[1]) >= SAME_BESIDES * max(1, *map(len, said))


def _of_the_year(question: Question, candidate: Candidate) -> bool:
    headline = " ".join((candidate.passage.title, *candidate.passage.headings))
    return not tells_other_year(question, candidate.text, headline)
