"""Reciprocal rank fusion: several rankings into one. Knows ids and ranks, not what made them.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
methods", SIGIR 2009: an id scores the sum over the rankings of weight / (k + rank), ranks from 1, k = 60.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fused:
    """score: higher is better, not comparable between questions. ranks: by the ranking's name, from 1."""

    id: str
    score: float
    ranks: Mapping[str, int]


def fuse(
    rankings: Mapping[str, Sequence[str]], *, k: float = 60, weights: Mapping[str, float] | None = None
) -> list[Fused]:
    """Best first; equal scores by their best rank, then by id. A ranking without a weight has weight 1."""
    ranks: dict[str, dict[str, int]] = {}
    for name, ids in rankings.items():
        for rank, id in enumerate(ids, start=1):
            ranks.setdefault(id, {}).setdefault(name, rank)
    weights = weights or {}
    fused = [
        Fused(id, sum(weights.get(name, 1.0) / (k + rank) for name, rank in found.items()), found)
        for id, found in ranks.items()
    ]
    return sorted(fused, key=lambda one: (-one.score, min(one.ranks.values()), one.id))
