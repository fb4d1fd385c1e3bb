"""What a sentence is made of, as the checker sees it: items in clauses, operators over them. Types."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.support.lexicon import CJK
from qa.support.quantities import Quantity

Kind = Literal["name", "number", "date", "word"]
Operator = Literal["negation", "modality", "comparison"]


@dataclass(frozen=True, slots=True)
class Item:
    """`key`: what makes two items the same: a stem, a folded name; for a quantity its value or date.

    place: in the sentence, counted in items. clause: counted from 0. marker: the preposition directly
    before it, if there is one. opens: whether it is the first word, whose capital says nothing.
    glued: whether only a space or hyphen parts it from the item before.
    """

    kind: Kind
    key: str
    text: str
    place: int
    clause: int
    marker: str = ""
    quantity: Quantity | None = None
    opens: bool = False
    glued: bool = False

    @property
    def chinese(self) -> bool:
        """Without spaces and capitals: a word of two characters that may lie across two real ones."""
        return _CHINESE.match(self.text) is not None

    @property
    def unit(self) -> str:
        return self.quantity.unit if self.quantity else ""

    @property
    def bound(self) -> str:
        return self.quantity.bound if self.quantity else ""

    def entails(self, said: Quantity) -> bool:
        return self.quantity is not None and self.quantity.entails(said)


@dataclass(frozen=True, slots=True)
class Scoped:
    """A "not", "may" or "only" and the keys of the telling words that it reaches, nearest first."""

    operator: Operator
    text: str
    reaches: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """`text`: folded. items: in order."""

    text: str
    items: tuple[Item, ...]
    operators: tuple[Scoped, ...]
    passive: bool
    comparisons: Mapping[str, Sequence[str]]  # class of comparison: the words that say so

    @cached_property
    def places(self) -> dict[str, list[Item]]:
        """The items of each key, in order."""
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.items:
            found[item.key].append(item)
        return dict(found)

    @cached_property
    def clauses(self) -> tuple[tuple[Item, ...], ...]:
        found: list[list[Item]] = [
            [] for _ in range(max((item.clause for item in self.items), default=-1) + 1)
        ]
        for item in self.items:
            found[item.clause].append(item)
        return tuple(map(tuple, found))


_CHINESE = re.compile(f"[{CJK}]")
