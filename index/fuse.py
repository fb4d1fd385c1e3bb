"""One score from several: each arm's scores by its best, their mean, and a share of the neighbours'.

Knows ids and scores, not what made them. Scores tell more than ranks: on Chroma's chunking evaluation and on
CLAPNQ this beats reciprocal rank fusion. After Bruch, Gai and Ingber, "An Analysis of Fusion Functions for
Hybrid Retrieval", TOIS 42, 2023: a convex combination, scaled from the least that a score can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def combine(arms: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """0 to 1 for each id of any arm: the mean over the arms of its score by the arm's best.

    An id that an arm does not have, and one whose score is negative, counts 0 in it.
    """
    totals = dict.fromkeys((id for scores in arms for id in scores), 0.0)
    for scores in arms:
        best = max(scores.values(), default=0.0)
        for id, score in scores.items():
            if score > 0:
                totals[id] += score / best / len(arms)
    return totals


def with_neighbours(
    scores: Mapping[str, float], beside: Mapping[str, Sequence[str | None]], share: float
) -> dict[str, float]:
    """The score of each key of `beside` with `share` of that of each of its neighbours, 0 to 1 again.

    Its own score stands in for a neighbour that is None, at the edges of a document: so no place in a
    document, and no length of one, is better than another. What has no score counts 0.
    """
    return {
        id: (scores.get(id, 0.0) + share * sum(scores.get(one or id, 0.0) for one in neighbours))
        / (1 + share * len(neighbours))
        for id, neighbours in beside.items()
    }
