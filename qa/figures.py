"""Figures that two sentences give in the same place, and what they are: "requires Python 3.6 or newer" and
"requires Python 3.8+ to run".

Knows two sentences and a question; no documents. Dates are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from index.numerals import find_numbers
from index.words import words
from qa.dated import DATE
from qa.question import NUMERIC, Question, content_words

FEWEST = 2  # content words in the clause of a figure, from which on it tells what the figure is of

# What is told in figures, where a question does not ask "how many" or "how much".
_ASKED = re.compile(
    r"\b(?:versions?|releases?|defaults?|limits?|ports?|maximum|minimum|sizes?|lengths?|widths?|heights?"
    r"|weights?|depths?|speeds?|rates?|ratios?|ranges?|levels?|scores?|majority|quorum|timeouts?|intervals?"
    r"|thresholds?|numbers?|temperatures?|values?)\b",
    re.IGNORECASE,
)
_OF_A_NAME = frozenset(words("version release"))  # figures right behind a name
_WHICH_OF_A_NAME = re.compile(
    r"\b(?:[Ww]hich|[Ww]hat) [A-Z][\w.]* (?:do|does|did|is|are|can|must|should|will)\b"
)
_FIGURE = re.compile(r"(?<![\w.,/§#=:-])v?(\d+(?:[.,]\d+)*)(?![\w/-]|[.,]\w)")
_BETWEEN = re.compile(r"\W*(?:\b(?:and|or|to)\b)?\W*")
_OR_MORE = re.compile(r"^\+|^\+? ?(?:or|and) (?:newer|later|higher|greater|above|up|more)\b")
_CLAUSE = re.compile(r"[,;:] |[.!?](?: |$)|[()–—]")
_SUBJECT = re.compile(r"[^:;]+: [^;]+; (?=[^:;]+: )|[^:;]+: ")  # a table row's first cell; "Python 3.7: …"
_ROUNDED = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|over|more than|up to)\W*$", re.IGNORECASE
)
ROUNDED = 0.1  # share of a rounded figure by which the true one may differ


@dataclass(frozen=True, slots=True)
class Figure:
    """text: as written, with those beside it ("3.5, 3.6 and 3.7"). values: in digits. before, after: the
    content words of its clause. ahead, behind: the words right beside it. rounded: "over 2,000"."""

    text: str
    values: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    ahead: str
    behind: str
    rounded: bool

    @property
    def clause(self) -> frozenset[str]:
        return self.before | self.after

    def differs(self, other: Figure) -> bool:
        """Whether both cannot be right: 3.6 and 3.6.0 can, and so can 3.6 and "3.6, 3.7 and 3.8"."""
        slack = ROUNDED if self.rounded or other.rounded else 0.0
        return not any(
            all(any(_same(value, another, slack) for another in theirs.values) for value in ours.values)
            for ours, theirs in ((self, other), (other, self))
        )

    def stands_as(self, other: Figure, headed: int) -> bool:
        """Whether both stand in the same place: one's clause says what the other's does, or more. headed:
        words of the question that the heading of both says for them."""
        version = any("." in value for value in self.values | other.values)
        if self.behind != other.behind and not version:
            return False
        shared = len((self.before & other.before) | (self.after & other.after))
        if not shared or shared + headed < FEWEST:
            return False
        return all(
            ours <= theirs or theirs <= ours
            for ours, theirs in ((self.before, other.before), (self.after, other.after))
        )


def asks_for_figures(question: Question) -> bool:
    return question.kind in NUMERIC or (
        question.kind in ("what", "list") and bool(_told_in_figures(question))
    )


def _told_in_figures(question: Question) -> set[str]:
    """The question's words for what is told in figures; "Which Python does it need?" asks for a version."""
    found = set(words(" ".join(_ASKED.findall(question.text))))
    return found | _OF_A_NAME if _WHICH_OF_A_NAME.search(question.text) else found


def differing_figures(question: Question, one: str, other: str, heading: str = "") -> tuple[str, str] | None:
    """The figures in the same place of both that differ; of several those that most of the question's words
    stand by. heading: that both stand under."""
    if _subject(one) != _subject(other):
        return None
    asked = set(question.content)
    names = set(words(" ".join(question.names)))
    nouns = _told_in_figures(question)
    headed = asked.intersection(words(heading))
    best: tuple[int, tuple[str, str] | None] = (0, None)
    for first, second in product(find_figures(one), find_figures(other)):
        if first.ahead in names and nouns.isdisjoint(_OF_A_NAME):
            continue  # "Vardo 3": no count of anything
        by = headed | asked & first.clause & second.clause
        beside = {first.ahead, first.behind} & {second.ahead, second.behind} & asked
        # A name alone does not tell what of it is told, nor "the default value" whose.
        telling = by - nouns and (by - names or beside)
        if telling and len(by) > best[0] and first.stands_as(second, len(headed)):
            best = (len(by), (first.text, second.text) if first.differs(second) else None)
    return best[1]


def find_figures(text: str) -> Iterator[Figure]:
    """The figures of a text, in order, those that only "and", "or", "to" or a comma part as one."""
    for run in _runs(text):
        start, end = run[0][0], run[-1][1]
        before = _CLAUSE.split(text[:start].rstrip(" ,;:("))[-1]
        after = _OR_MORE.sub("", text[end:])
        behind = re.match(r" ?([^\W\d_]+)", after)
        yield Figure(
            text[start:end],
            frozenset(value for *_, value in run),
            frozenset(content_words(before)),
            frozenset(content_words(_CLAUSE.split(after)[0])),
            "".join(words(before)[-1:]),
            "".join(words(behind[1])[:1]) if behind else after[:1].strip(",.;:) "),
            bool(_ROUNDED.search(text, 0, start)),
        )


def _subject(text: str) -> frozenset[str]:
    """The figures of what a row or a line is about."""
    subject = _SUBJECT.match(text)
    return frozenset(value for *_, value in _single(subject[0])) if subject else frozenset()


def _runs(text: str) -> Iterator[list[tuple[int, int, str]]]:
    """Start, end and value of the figures, those of a run together."""
    run: list[tuple[int, int, str]] = []
    for start, end, value in _single(text):
        if run and not _BETWEEN.fullmatch(text, run[-1][1], start):
            yield run
            run = []
        run.append((start, end, value))
    if run:
        yield run


def _single(text: str) -> list[tuple[int, int, str]]:
    dates = [match.span() for match in DATE.finditer(text)]
    found = {match.start(): (*match.span(), match[1].replace(",", "")) for match in _FIGURE.finditer(text)}
    for number in find_numbers(text):
        if any(map(str.isalpha, text[number.start : number.end])):  # in words, or "3.1 million"
            found[number.start] = (number.start, number.end, number.value)
    return [found[at] for at in sorted(found) if not any(start <= at < end for start, end in dates)]


def _same(one: str, other: str, slack: float) -> bool:
    if one == other or one.startswith(f"{other}.") or other.startswith(f"{one}."):
        return True  # a version and a finer one
    try:
        first, second = float(one), float(other)
    except ValueError:  # versions
        return False
    return abs(first - second) <= slack * max(first, second)
