"""What stands together in a sentence must stand together in the evidence: three rules.

Names and values are bound by their neighbours in the clause. Clauses are known by commas and conjunctions
only, so a fact is told from another by what stands nearest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from qa.support.evidence import Evidence, Place, rivals
from qa.support.items import Item, Reading
from qa.support.verdict import Fault

MERGED = 0.5  # share of an item's neighbours that may stand with another of its kind
NEIGHBOURS = 4  # items of its clause, nearest first, that bind a name or number


def merged(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A name or value whose neighbours stand, in the evidence, with another of its kind."""
    for clause in said.clauses:
        keys = {item.key for item in clause}
        for item in clause:
            if item.kind == "word" or not (held.occurrences(item) or held.in_context(item)):
                continue
            near = [
                other
                for other in clause
                if other is not item
                and held.occurrences(other)
                and not (other.kind == item.kind == "name" and abs(other.place - item.place) == 1)
            ]
            near = sorted(near, key=lambda other: abs(other.place - item.place))[:NEIGHBOURS]
            weights = [1 / abs(other.place - item.place) for other in near]
            against = sum(
                weight
                for weight, other in zip(weights, near, strict=True)
                if not held.together(item, other, keys, said.passive)
            )
            if against > MERGED * sum(weights):
                yield Fault("merged", item.text)


def displaced(said: Reading, held: Evidence) -> Iterator[Fault]:
    """A name or value that stands where the evidence has another, and is itself found elsewhere only."""
    for clause in said.clauses:
        for item in clause:
            run = [one for one in clause if one.kind == item.kind and abs(one.place - item.place) < 2]
            homes = held.homes([one for one in clause if one not in run])
            at_home = any(place.reading in homes for place in held.occurrences(item))
            if item.kind == "word" or at_home:
                continue
            beside = [
                home.items[place.item.place + step]
                for other, step in ((item.place - 1, 1), (item.place + 1, -1))
                if 0 <= other < len(said.items)
                for place in held.occurrences(said.items[other])
                for home in homes
                if place.reading is home and 0 <= place.item.place + step < len(home.items)
            ]
            if any(rivals(item, other) and not _is_said(other, said) for other in beside):
                yield Fault("merged", item.text)


def _is_said(item: Item, said: Reading) -> bool:
    return item.key in said.places or any(one.quantity and item.entails(one.quantity) for one in said.items)


def roles(said: Reading, held: Evidence) -> Iterator[Fault]:
    """Two names or values that have changed places: who did it to whom, from where to where."""
    for clause in said.clauses:
        told = [item for item in clause if item.kind != "word"]
        for first, second in itertools.pairwise(told):
            if first.kind != second.kind or second.place - first.place == 1 or first.key == second.key:
                continue
            pairs = [
                (one, other)
                for one in held.occurrences(first)
                for other in held.occurrences(second)
                if one.reading is other.reading and one.item.clause == other.item.clause
            ]
            if pairs and all(_swapped(first, second, *pair, said.passive) for pair in pairs):
                yield Fault("roles", f"{first.text} … {second.text}")


def _swapped(first: Item, second: Item, one: Place, other: Place, passive: bool) -> bool:
    if one.item.place < other.item.place or passive != one.reading.passive:
        return False
    apart = one.item.place - other.item.place > 1
    said, held = (first.marker, second.marker), (one.item.marker, other.item.marker)
    return apart and (not any((*said, *held)) or (said == held[::-1] and said[0] != said[1]))
