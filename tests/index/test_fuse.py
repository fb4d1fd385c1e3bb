from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import fuse

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_a_score_is_the_sum_of_weight_over_k_plus_rank() -> None:
    fused = fuse({"meaning": ["a", "b"], "words": ["b", "c"]}, k=60, weights={"words": 0.5})

    assert [one.id for one in fused] == ["b", "a", "c"]
    assert fused[0].score == pytest.approx(1 / 62 + 0.5 / 61)
    assert fused[1].score == pytest.approx(1 / 61)
    assert fused[2].score == pytest.approx(0.5 / 62)
    assert fused[0].ranks == {"meaning": 2, "words": 1}


def test_equal_scores_are_ordered_by_id() -> None:
    assert [one.id for one in fuse({"meaning": ["z"], "words": ["y"]})] == ["y", "z"]


def test_equal_scores_are_ordered_by_the_best_rank_before_the_id() -> None:
    rankings = {"one": ["z", "x", "w"], "two": ["a", "b", "v"]}
    fused = fuse(rankings, k=0, weights={"one": 1.0, "two": 2.0})

    assert [(one.id, one.score) for one in fused[:4]] == [("a", 2.0), ("z", 1.0), ("b", 1.0), ("v", 2 / 3)]


def test_an_id_named_twice_in_a_ranking_counts_at_its_better_rank() -> None:
    assert fuse({"one": ["a", "a"]}, k=60)[0].score == pytest.approx(1 / 61)


@given(IDS, IDS)
def test_every_id_comes_out_once_and_scores_fall(one: list[str], two: list[str]) -> None:
    fused = fuse({"one": one, "two": two})

    assert sorted(item.id for item in fused) == sorted({*one, *two})
    assert all(first.score >= second.score for first, second in pairwise(fused))


@given(IDS, IDS)
def test_the_order_of_the_rankings_does_not_matter(one: list[str], two: list[str]) -> None:
    assert [item.id for item in fuse({"one": one, "two": two})] == [
        item.id for item in fuse({"two": two, "one": one})
    ]


@given(IDS)
def test_one_ranking_alone_keeps_its_order(ids: list[str]) -> None:
    assert [item.id for item in fuse({"one": ids})] == ids
