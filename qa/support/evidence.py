"""The evidence for one sentence: the sentences of the spans that share most with it, and where they say what.

Knows which items are the same thing said another way ("China" and "Chinese", "develop" and "developer",
"PBC" and its full name). Decides nothing.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from index.sentences import split_sentences
from index.words import words
from qa.support.items import Item, Reading
from qa.support.reading import read

NEAREST = 6  # sentences of the spans that a sentence is held against
COUNTED = 3  # items after a number in which what it counts must stand, where it does not stand before it
SAME_START = 0.65  # of the longer of two words: "develop" and "developer" are the same word
SHORTEST_START = 4  # letters

_DEMONYMS = ("ian", "ean", "ese", "ish", "an", "ic", "i", "n")
_COUNTRIES = frozenset(("", "a", "ia", "e", "y", "o", "en", "land", "i"))


@dataclass(frozen=True, slots=True)
class Place:
    """An item of the evidence and the sentence that it stands in."""

    number: int
    reading: Reading
    item: Item


class Evidence:
    """`readings`: at most NEAREST, in the order of the spans."""

    def __init__(self, said: Reading, spans: Sequence[str], context: Sequence[str]) -> None:
        lines = _nearest(said, spans)
        self.readings = tuple(read(line) for line, _ in lines)
        self._before = [frozenset(words(before)) for _, before in lines]
        self._context = frozenset(word for text in context for word in words(text))
        self._letters = frozenset("".join((*(reading.text for reading in self.readings), *context)))
        self._by_key: dict[str, list[Place]] = defaultdict(list)
        self._by_start: dict[str, set[str]] = defaultdict(set)
        self._quantities: list[Place] = []
        self._lines: dict[tuple[str, str], frozenset[int]] = {}
        self._known: dict[tuple[str, str], tuple[Place, ...]] = {}
        self._full_names = dict(_full_names(said, (*context, *(line for line, _ in lines))))
        for number, reading in enumerate(self.readings):
            for item in reading.items:
                place = Place(number, reading, item)
                if item.quantity:
                    self._quantities.append(place)
                else:
                    self._by_key[item.key].append(place)
                    self._by_start[item.key[:SHORTEST_START]].add(item.key)

    def occurrences(self, item: Item) -> tuple[Place, ...]:
        """Where the evidence says it, units and bounds aside; numbers are read in no other way."""
        known = item.kind, item.text if item.kind == "name" else item.key
        if known not in self._known:
            self._known[known] = tuple(self._find(item))
        return self._known[known]

    def _find(self, item: Item) -> Iterator[Place]:
        if item.quantity:
            quantity = item.quantity
            yield from (one for one in self._quantities if one.item.entails(quantity))
        elif item.key in self._by_key:
            yield from self._by_key[item.key]
        else:
            for key in sorted(self._by_start[item.key[:SHORTEST_START]]):
                if _same_word(item.key, key) if item.kind == "word" else _same_name(item, self._by_key[key]):
                    yield from self._by_key[key]
            if item.text.isupper():
                yield from self._spelt_out(item.text)
        for key in self._full_names.get(item.text, ()):
            yield from (one for one in self._by_key[key] if _stands_alone(one))

    def _spelt_out(self, letters: str) -> Iterator[Place]:
        """The first words of the names that these letters stand for."""
        for number, reading in enumerate(self.readings):
            names = [item for item in reading.items if item.kind == "name"]
            initials = "".join(item.text[0].upper() for item in names)
            at = initials.find(letters)
            if len(letters) > 1 and at >= 0:
                yield Place(number, reading, names[at])

    def in_context(self, item: Item) -> bool:
        return item.quantity is None and item.key in self._context

    def has_letters(self, item: Item) -> bool:
        """Whether each character of it stands somewhere."""
        return self._letters.issuperset(item.text)

    def homes(self, clause: Sequence[Item]) -> list[Reading]:
        """The sentences that hold most of a clause, names and values counting double."""
        scores = [0] * len(self.readings)
        for item in clause:
            for number in self._lines_with(item):
                scores[number] += 1 if item.kind == "word" else 2
        best = max(scores, default=0)
        return [self.readings[at] for at, score in enumerate(scores) if score == best > 0]

    def _lines_with(self, item: Item) -> frozenset[int]:
        known = item.kind, item.text
        if known not in self._lines:
            self._lines[known] = frozenset(place.number for place in self.occurrences(item))
        return self._lines[known]

    def has_unit(self, place: Place, item: Item) -> bool:
        """Whether the value there has the unit said here, or none of its own while the unit stands around."""
        held, said = place.item.unit, item.unit
        around = (one.quantity.unit for one in place.reading.items if one.quantity)
        return said in ("", held) or (held == "" and said in around)

    def counts(self, place: Place, item: Item, said: Reading) -> bool:
        """Whether what the number counts here, the word right after it, is what it counts there."""
        after = said.items[item.place + 1] if item.place + 1 < len(said.items) else None
        ordinal = item.quantity is not None and item.quantity.value.endswith("th")
        if item.kind == "date" or ordinal or after is None or after.kind != "word" or not after.glued:
            return True
        return any(
            one.number == place.number and -1 <= one.item.place - place.item.place <= COUNTED
            for one in self.occurrences(after)
        )

    def together(self, item: Item, other: Item, keys: Collection[str], passive: bool) -> bool:
        """Whether the evidence lets `item` stand with `other`, which it has said next to it.

        They share a clause; or they share a sentence, or the one before for a name, and no rival of the item
        stands where it does. keys: of the clause said, which cannot be rivals.
        """
        places = self.occurrences(item)
        clauses = {(one.number, one.item.clause) for one in places}
        sentences = {one.number for one in places}
        for one in self.occurrences(other):
            if (one.number, one.item.clause) in clauses:
                return True
            near = one.number in sentences or (
                item.kind == "name" and (item.key in self._before[one.number] or self.in_context(item))
            )
            if near and not any(
                rivals(item, rival)
                and rival.key not in keys
                and (
                    item.kind != "name"
                    or passive != one.reading.passive
                    or (rival.place < one.item.place) == (item.place < other.place)
                )
                for rival in one.reading.clauses[one.item.clause]
            ):
                return True
        return False


def _nearest(said: Reading, spans: Sequence[str]) -> list[tuple[str, str]]:
    """The sentences that share most words with what is said, each with the one before it in its span."""
    wanted = set(words(said.text))
    lines: list[tuple[int, str, str]] = []
    for span in spans:
        before = ""
        for start, end in split_sentences(span):
            line = span[start:end]
            lines.append((len(wanted.intersection(words(line))), line, before))
            before = line
    best = sorted(range(len(lines)), key=lambda at: -lines[at][0])[:NEAREST]
    return [lines[at][1:] for at in sorted(best)]


def rivals(item: Item, other: Item) -> bool:
    """Whether one could stand where the other stands: two names, two dates, two numbers of one sort."""
    if item.kind != other.kind:
        return False
    if item.quantity and other.quantity:
        ordinals = item.quantity.value.endswith("th"), other.quantity.value.endswith("th")
        units = {item.quantity.unit, other.quantity.unit} - {""}
        return ordinals[0] == ordinals[1] and len(units) < 2
    return True


def _full_names(said: Reading, texts: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """For each part of a name such as "Bennet Omalu", the keys of the other parts: of the names that are said
    as the texts write them. Where a part stands alone, the whole is meant.
    """
    known = [f" {' '.join(words(text))} " for text in texts]
    run: list[Item] = []
    for item, after in itertools.zip_longest(said.items, said.items[1:]):
        run = [*run, item] if item.kind == "name" else []
        if after and after.glued and after.kind == "name":
            continue
        whole = f" {' '.join(one.key for one in run)} "
        if len(run) > 1 and any(whole in text for text in known):
            yield from ((one.text, frozenset(other.key for other in run) - {one.key}) for one in run)
        run = []


def _stands_alone(place: Place) -> bool:
    """Whether a name stands there, and no other is glued to it."""
    items, at = place.reading.items, place.item.place
    before = place.item.glued and items[at - 1].kind == "name"
    alone = place.item.kind == "name" and not before
    return alone and not any(one.glued and one.kind == "name" for one in items[at + 1 : at + 2])


def _same_word(one: str, other: str) -> bool:
    start = SAME_START * max(len(one), len(other))
    return one[: ceil(start)] == other[: ceil(start)] and start >= SHORTEST_START


def _same_name(item: Item, places: Sequence[Place]) -> bool:
    """Whether one is the other's adjective: "Chinese" and "China"."""
    one, other = item.text.casefold(), places[0].item.text.casefold()
    return _demonym(one, other) or _demonym(other, one)


def _demonym(adjective: str, country: str) -> bool:
    return any(
        country.startswith(root) and country[len(root) :] in _COUNTRIES
        for ending in _DEMONYMS
        if adjective.endswith(ending) and len(root := adjective.removesuffix(ending)) >= SHORTEST_START
    )
