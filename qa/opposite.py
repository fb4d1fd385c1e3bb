"""Words that say the opposite of each other, as stems: what is closed is not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from index.words import words

_PAIRS = (
    ("open", "close closed shut"),
    ("allow permit", "forbid forbidden prohibit ban"),
    ("approve accept adopt", "reject refuse decline"),
    ("enable", "disable"),
    ("support", "unsupported"),
    ("include", "exclude"),
    ("require mandatory compulsory obligatory", "optional voluntary"),
    ("win won", "lose lost"),
    ("increase rise rose", "decrease fall fell drop"),
    ("succeed success", "fail failure"),
    ("public", "private"),
    ("legal", "illegal"),
    ("valid", "invalid"),
    ("available", "unavailable"),
    ("possible", "impossible"),
    ("guilty", "innocent acquit"),
)
_OPPOSITES: dict[str, set[str]] = defaultdict(set)
for _one, _other in _PAIRS:
    for _word in words(_one):
        _OPPOSITES[_word].update(words(_other))
    for _word in words(_other):
        _OPPOSITES[_word].update(words(_one))


def opposites(stems: Iterable[str]) -> dict[str, frozenset[str]]:
    """Those of the stems that have opposites, each with these."""
    return {stem: frozenset(_OPPOSITES[stem]) for stem in stems if stem in _OPPOSITES}
