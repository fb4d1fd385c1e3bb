"""A question as its documents would write it: names misspelt, split, in small letters or by another name.

A word is changed only where no document holds it and exactly one name that they do hold is so near that a
slip of the finger explains it; a known word is never changed, so that Shanxi and Shaanxi stay two provinces.
Knows the names of the index, nothing of answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from index.names import fold
from index.numerals import plain_dates
from index.words import words
from qa.question import FUNCTION_WORDS, OPENERS, TOKEN

ONE_SLIP, TWO_SLIPS = (
    5,
    8,
)  # letters from which on a name may have so many
ADJECTIVE = ("n", "an", "ian", "ese", "ish")  # endings that make one of the name of a place
SHORTEST_NAME = 4  # letters of one in small letters: documents write shorter ones in capitals only

# One thing, two names: which of them is asked for gives way to the one that the documents use.
OTHER_NAMES = (
    ("Politburo", "Political Bureau"),
    ("R&D", "research and development"),
    ("AI", "artificial intelligence"),
    ("IoT", "Internet of Things"),
    ("US", "United States"),
    ("USA", "United States"),
    ("UK", "United Kingdom"),
    ("EU", "European Union"),
    ("UN", "United Nations"),
    ("WHO", "World Health Organization"),
    ("WTO", "World Trade Organization"),
    ("IMF", "International Monetary Fund"),
    ("NATO", "North Atlantic Treaty Organization"),
    ("GDP", "gross domestic product"),
    ("CEO", "chief executive officer"),
    ("CPC", "Communist Party"),
)

# Slips in the words that tell what is asked. By list: documents that know no wheat are not asked for "what".
MEANT = {
    slip: word
    for word, slips_of_it in {
        "what": "waht wht wat whta hwat",
        "which": "wich whcih wihch whihc hwich whic",
        "when": "wehn wen whne hwen",
        "where": "wher whre wehre hwere whare",
        "who": "woh",
        "how": "hwo hwow",
        "why": "wyh hwy",
        "the": "teh hte",
        "many": "mnay mayn amny",
        "much": "muhc mcuh",
        "does": "deos",
        "what's": "whats",
        "who's": "whos",
        "where's": "wheres",
    }.items()
    for slip in slips_of_it.split()
}

FAR = 3  # slips: what no finger explains

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    (one, other)
    for row, keys in enumerate(_ROWS)
    for column, one in enumerate(keys)
    for other_row, other_keys in enumerate(_ROWS)
    for other_column, other in enumerate(other_keys)
    if (row == other_row and abs(column - other_column) == 1)
    or (row + 1 == other_row and column - other_column in (0, 1))
    or (other_row + 1 == row and other_column - column in (0, 1))
}
_LETTERS = re.compile(r"[^\W\d_]+")


class Vocabulary(Protocol):
    """What an index knows of its documents' words; an Index is one."""

    def knows(self, word: str) -> bool: ...

    def is_name(self, word: str) -> bool: ...

    def names(self, beginning: str) -> list[str]: ...


def respell(text: str, vocabulary: Vocabulary) -> str:
    """`text` with the names that the documents write otherwise as they write them, and days written out; all
    else as it is."""
    text = plain_dates(_quiet(text))
    for one, other in OTHER_NAMES:
        text = _renamed(text, one, other, vocabulary)
        text = _renamed(text, other, one, vocabulary)
    found = list(TOKEN.finditer(text))
    parts: list[str] = []
    end = at = 0
    while at < len(found):
        match = found[at]
        word = re.sub(r"['’]s$", "", match[0])
        written, taken = _as_written(word, [one[0] for one in found[at + 1 : at + 2]], vocabulary)
        last = found[at + taken - 1]
        stop = match.start() + len(word) if taken == 1 else last.end()
        parts += [text[end : match.start()], written]
        end = stop
        at += taken
    return "".join((*parts, text[end:]))


def _as_written(word: str, following: Sequence[str], vocabulary: Vocabulary) -> tuple[str, int]:
    """The word as the documents write it, and how many words of the question it stands for."""
    if not _LETTERS.fullmatch(word) or fold(word) in OPENERS | FUNCTION_WORDS:
        return word, 1
    if (meant := MEANT.get(fold(word))) and not _is_known(word, vocabulary):
        return (meant.capitalize() if word[0].isupper() else meant), 1
    if _is_known(word, vocabulary):
        return (word.capitalize() if _is_small_name(word, vocabulary) else word), 1
    for ending in ADJECTIVE:
        place = word.removesuffix(ending)
        if place != word and len(place) >= SHORTEST_NAME and vocabulary.is_name(place):
            return place.capitalize(), 1
    for other in following:
        if _LETTERS.fullmatch(other) and vocabulary.is_name(word + other):
            return (word + other).capitalize(), 2
    if name := nearest_name(word, vocabulary.names(fold(word)[:1])):
        return name.capitalize(), 1
    return word, 1


def nearest_name(word: str, names: Sequence[str]) -> str | None:
    """Of `names`, as `fold` gives them, the one that `word` is meant for; None where none or several fit."""
    written = fold(word)
    if word[0].isupper():
        most = (len(written) >= ONE_SLIP) + (len(written) >= TWO_SLIPS)
    else:
        most = int(len(written) > ONE_SLIP)  # more often a common word: "interest" is no slip for Internet
    if not most:
        return None
    # Another last letter is another ending: Austria is no slip for Austrian.
    # Nor for Australia: who leaves out a letter leaves out one.
    alike = (name for name in names if name[-1] == written[-1] and abs(len(name) - len(written)) <= 1)
    far = {name: slips(written, name) for name in alike}
    least = min(far.values(), default=most + 1)
    nearest = [name for name, count in far.items() if count == least]
    return nearest[0] if least <= most and len(nearest) == 1 else None


def slips(one: str, other: str) -> int:
    """How many slips of the finger lie between two words: a letter too many, too few, or two changed places
    (Damerau 1964); a letter for its neighbour on the keyboard. Any other letter counts as three, and is not
    one too few beside one too many: Henan is no slip for Hunan, nor Petersen for Peterson.
    """
    shift = 1 if len(one) != len(other) else FAR
    before: list[int] = []
    row = [place * shift for place in range(len(other) + 1)]
    for at, letter in enumerate(one, start=1):
        above, row = row, [at * shift]
        for place, wanted in enumerate(other, start=1):
            swap = 0 if letter == wanted else 1 if (letter, wanted) in _NEIGHBOURS else FAR
            least = min(above[place] + shift, row[place - 1] + shift, above[place - 1] + swap)
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == wanted:
                least = min(least, before[place - 2] + 1)
            row.append(least)
        before = above
    return row[-1]


def _quiet(text: str) -> str:
    """A question written in capitals throughout, in small letters."""
    found = [word for word in _LETTERS.findall(text) if len(word) > 1]
    return text.lower() if len(found) > 2 and all(word.isupper() for word in found) else text


def _renamed(text: str, asked: str, other: str, vocabulary: Vocabulary) -> str:
    """`text` with `other` for `asked`, where the documents know only that."""
    flags = re.IGNORECASE if len(asked) > 4 else re.NOFLAG  # "us" and "who" are words
    pattern = re.compile(rf"(?<![\w&]){re.escape(asked)}(?![\w&])", flags)
    if not pattern.search(text) or _is_known(asked, vocabulary) or not _is_known(other, vocabulary):
        return text
    return pattern.sub(other, text)


def _is_known(text: str, vocabulary: Vocabulary) -> bool:
    return all(vocabulary.knows(stem) for stem in words(text))


def _is_small_name(word: str, vocabulary: Vocabulary) -> bool:
    return word.islower() and len(word) >= SHORTEST_NAME and vocabulary.is_name(word)
