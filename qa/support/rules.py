"""The rules on what the evidence must hold, each giving the faults that it finds.

Thresholds were chosen on the tuning half of tests/bench/support.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from qa.support.evidence import Evidence
from qa.support.items import Item, Reading, Scoped
from qa.support.verdict import Fault

CONTENT = 0.75  # share of the telling words that must be found: a higher one catches no more
CHINESE = 0.6  # the same of its pairs of characters, some of which lie across two words


def unknown_names(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A name that stands nowhere; in Chinese, where no capital tells names from words, any new character."""
    for item in said.items:
        if item.chinese:
            unknown = not held.has_letters(item)
        else:
            known = held.occurrences(item) or (held.in_context(item) and not _tacked_on(item, said, held))
            unknown = item.kind == "name" and not known
        if unknown:
            yield Fault("name", item.text)


def _tacked_on(item: Item, said: Reading, held: Evidence) -> bool:
    """Whether a name follows a word that is none, as in "14 berths Hunan", or ends the sentence without "in".

    What is known from a title alone may be what a sentence is about; it may not be added to what it says.
    """
    before = said.items[item.place - 1] if item.place else None
    if before is None or before.kind == "name" or held.in_context(before):
        return False
    return item.glued or (not item.marker and all(one.kind == "name" for one in said.items[item.place :]))


def unknown_quantities(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A value that no evidence holds, or holds with another unit, another bound or of other things."""
    for item in said.items:
        if item.quantity is None:
            continue
        found = held.occurrences(item)
        if not found:
            yield Fault("date" if item.kind == "date" else "number", item.text)
            continue
        same = [one for one in found if held.has_unit(one, item) and held.counts(one, item, said)]
        if not same:
            yield Fault("unit", item.text)
        elif not any(one.item.bound == item.bound for one in same):
            yield Fault("comparison", item.text)


def repeated_quantities(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A value that is said more often than the evidence holds it: one of them took another's place."""
    homes = {id(home) for home in _all_homes(said, held)}
    for items in said.places.values():
        if items[0].quantity:
            found = [place for place in held.occurrences(items[0]) if id(place.reading) in homes]
            if len(items) > len(found) > 0:
                yield Fault("merged", items[0].text)


def operators(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A "not", "may" or "only" that the evidence has not, or one that it has and the sentence leaves out."""
    added, _ = _pair(said.operators, [one for reading in held.readings for one in reading.operators])
    for one in added:
        yield Fault(one.operator, one.text)
    for clause in said.clauses:
        keys = {item.key for item in clause}
        left_out = [
            [one for one in _pair(said.operators, home.operators)[1] if _reaches(one, keys, home)]
            for home in held.homes(clause)
        ]
        if left_out and all(left_out):
            yield Fault(left_out[0][0].operator, left_out[0][0].text)


def _pair(said: Sequence[Scoped], held: Sequence[Scoped]) -> tuple[list[Scoped], list[Scoped]]:
    """What is left on either side once each is paired with one that agrees, of the same word first."""
    alone, free = [], list(held)
    for one in said:
        partners = [other for other in free if _agree(one, other)]
        if partners:
            free.remove(
                max(partners, key=lambda other: (other.text == one.text, other.reaches == one.reaches))
            )
        else:
            alone.append(one)
    return alone, free


def _agree(one: Scoped, other: Scoped) -> bool:
    """Whether they are one operator over the same thing: the nearest of either is near in the other."""
    if one.operator != other.operator:
        return False
    both = bool(one.reaches and other.reaches)
    return not both or one.reaches[0] in other.reaches[:2] or other.reaches[0] in one.reaches[:2]


def _reaches(one: Scoped, keys: Collection[str], home: Reading) -> bool:
    """Whether the sentence says what it reaches; a word that stands twice there needs a second one."""
    if not one.reaches or one.reaches[0] not in keys:
        return False
    alone = len(home.places[one.reaches[0]]) == 1 or len(one.reaches) == 1
    return alone or one.reaches[1] in keys


def _all_homes(said: Reading, held: Evidence) -> list[Reading]:
    return list(dict.fromkeys(home for clause in said.clauses for home in held.homes(clause)))


def comparisons(said: Reading, held: Evidence) -> Iterator[Fault]:
    """An "increase", "most" or "before" that the evidence has not, or has not as often."""
    homes = _all_homes(said, held)
    for name, texts in said.comparisons.items():
        if len(texts) > sum(len(home.comparisons.get(name, ())) for home in homes):
            yield Fault("comparison", texts[-1])


def content(said: Reading, held: Evidence) -> Iterator[Fault]:
    """Too many telling words that stand nowhere."""
    for chinese, share in ((False, CONTENT), (True, CHINESE)):
        telling = [item for item in said.items if item.kind == "word" and item.chinese == chinese]
        missing = [item for item in telling if not held.occurrences(item) and not held.in_context(item)]
        if len(missing) > (1 - share) * len(telling):
            yield Fault("content", ", ".join(dict.fromkeys(item.text for item in missing)))
