"""Intervals and tests agree with scipy, and keep conversations together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap

from qa.evaluation.intervals import fewest_flips, mcnemar, means, medians, middle_95, resampled, wilson


@pytest.mark.parametrize(("right", "total"), [(93, 120), (0, 10), (10, 10), (1, 2)])
def test_the_interval_of_a_share_is_the_one_that_scipy_gives(right: int, total: int) -> None:
    theirs = binomtest(right, total).proportion_ci(method="wilson")
    assert wilson(right, total) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_the_bootstrap_of_single_questions_is_about_the_one_that_scipy_gives() -> None:
    values = np.random.default_rng(1).beta(2, 3, 120)
    draws = resampled([str(at) for at in range(120)], 5000)
    theirs = bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=2).confidence_interval
    assert middle_95(means(list(values), draws)) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_questions_of_one_conversation_are_drawn_together() -> None:
    draws = resampled(["a", "b", "a", "c"], 200)
    assert (draws[:, 0] == draws[:, 2]).all()
    assert (draws[:, 0] != draws[:, 1]).any()
    assert (draws[:, 0] + draws[:, 1] + draws[:, 3] == 3).all()


def test_clusters_widen_the_interval() -> None:
    values = [1.0, 0.0] * 30
    apart = middle_95(means(sorted(values), resampled([str(at) for at in range(60)])))
    together = middle_95(means(sorted(values), resampled([str(at // 10) for at in range(60)])))
    assert apart is not None
    assert together is not None
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_the_same_seed_draws_the_same() -> None:
    assert (resampled(["a", "b"], 50) == resampled(["a", "b"], 50)).all()
    assert (resampled(["a", "b"], 50, seed=1) != resampled(["a", "b"], 50, seed=2)).any()


def test_questions_without_a_value_take_no_part_in_the_mean() -> None:
    draws = np.array([[1.0, 1.0, 1.0], [0.0, 5.0, 0.0], [2.0, 0.0, 1.0]])
    found = means([1.0, None, 0.0], draws)
    assert found[[0, 2]] == pytest.approx([1 / 2, 2 / 3])
    assert np.isnan(found[1])
    assert middle_95(means([None, None, None], draws)) is None


def test_questions_without_a_value_take_no_part_in_the_median() -> None:
    draws = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 5.0, 0.0, 0.0], [2.0, 0.0, 0.0, 1.0]])
    found = medians([9.0, None, 1.0, 2.0], draws)
    assert found[[0, 2]] == pytest.approx([2, 9])
    assert np.isnan(found[1])
    assert middle_95(medians([None, None], draws[:, :2])) is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(lost: int, won: int) -> None:
    theirs = binomtest(lost, lost + won).pvalue if lost + won else 1.0
    assert mcnemar(lost, won) == pytest.approx(theirs)


@pytest.mark.parametrize(("against", "flips"), [(0, 6), (1, 8), (5, 15)])
def test_the_fewest_flips_are_just_enough_to_be_significant(against: int, flips: int) -> None:
    assert fewest_flips(against) == flips
    assert mcnemar(flips, against) < 0.05 <= mcnemar(flips - 1, against)
