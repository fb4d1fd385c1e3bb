"""How sure a figure is: intervals, and tests of two runs over the same questions.

Knows numbers only. Every resampling takes a seed, so that the same values give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20261122
SURE = 0.05  # a difference that chance gives more rarely than this is called significant
_Z = 1.959964  # the normal quantile of 1 - SURE / 2

Numbers = NDArray[np.float64]


class Interval(NamedTuple):
    """95 %."""

    low: float
    high: float


def wilson(right: float, total: float) -> Interval:
    """Of the share `right` of `total`, which is above 0.

    The score method: Wilson, "Probable inference, the law of succession, and statistical inference", JASA
    22, 1927.
    """
    share = right / total
    middle = (share + _Z * _Z / (2 * total)) / (1 + _Z * _Z / total)
    half = _Z / (1 + _Z * _Z / total) * math.sqrt(share * (1 - share) / total + _Z * _Z / (4 * total * total))
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def resampled(clusters: Sequence[str], resamples: int = RESAMPLES, seed: int = SEED) -> Numbers:
    """How often each question is drawn in each resample, (resamples, questions).

    Whole clusters are drawn with replacement, as questions of one conversation are right or wrong together:
    Davison and Hinkley, "Bootstrap methods and their application", 1997, section 3.8.
    """
    names, cluster_of = np.unique(np.array(clusters, dtype=str), return_inverse=True)
    chance = np.full(len(names), 1 / len(names))
    drawn = np.random.default_rng(seed).multinomial(len(names), chance, size=resamples)
    counts: Numbers = drawn[:, cluster_of].astype(np.float64)
    return counts


def means(values: Sequence[float | None], draws: Numbers) -> Numbers:
    """The mean in each resample, over the questions that have a value; nan where none was drawn."""
    measured = np.array([value is not None for value in values], np.float64)
    counts = draws @ measured
    sums = draws @ np.array([value or 0.0 for value in values])
    found: Numbers = np.full(len(draws), np.nan)
    np.divide(sums, counts, out=found, where=counts > 0)
    return found


def medians(values: Sequence[float | None], draws: Numbers) -> Numbers:
    """The median in each resample, as `means`."""
    known = [at for at, value in enumerate(values) if value is not None]
    measured = np.array([values[at] for at in known], np.float64)
    times = draws[:, known].astype(int)
    return np.array([np.median(np.repeat(measured, row)) if row.any() else np.nan for row in times])


def middle_95(statistics: Numbers) -> Interval | None:
    """The percentile interval of resampled statistics; None where none could be computed."""
    known = statistics[~np.isnan(statistics)]
    if not known.size:
        return None
    low, high = np.quantile(known, [SURE / 2, 1 - SURE / 2])
    return Interval(float(low), float(high))


def mcnemar(lost: int, won: int) -> float:
    """How probable so uneven a split of the questions that flipped is by chance, 0 to 1, two-sided.

    lost: right before and wrong now; won: the other way. The exact test: McNemar, Psychometrika 12, 1947,
    with the binomial distribution in place of chi-squared.
    """
    flips = lost + won
    tail = sum(math.comb(flips, count) for count in range(min(lost, won) + 1))
    return min(1.0, 2 * tail / (1 << flips))


def fewest_flips(against: int = 0) -> int:
    """How many questions must flip one way to be significant when `against` flip the other."""
    flips = against
    while mcnemar(flips, against) >= SURE:
        flips += 1
    return flips
