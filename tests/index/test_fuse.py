from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import combine, with_neighbours

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 40))


def test_a_combined_score_is_the_mean_of_the_shares_of_each_arms_best() -> None:
    combined = combine([{"a": 0.8, "b": 0.4}, {"b": 12.0, "c": 3.0}])

    assert combined == {"a": 0.5, "b": pytest.approx(0.75), "c": 0.125}


def test_what_is_contrary_in_meaning_counts_nothing() -> None:
    assert combine([{"a": -0.2, "b": -0.1}, {"a": 3.0}]) == {"a": 0.5, "b": 0.0}
    assert combine([{}, {}]) == {}


@given(SCORES, SCORES)
def test_every_id_of_any_arm_scores_from_zero_to_one(one: dict[str, float], other: dict[str, float]) -> None:
    combined = combine([one, other])

    assert combined.keys() == one.keys() | other.keys()
    assert all(0 <= score <= 1 for score in combined.values())


@given(SCORES, st.floats(0.1, 10))
def test_the_unit_of_an_arm_does_not_matter(scores: dict[str, float], unit: float) -> None:
    scaled = {id: score * unit for id, score in scores.items()}

    assert combine([scaled]) == pytest.approx(combine([scores]))


def test_a_score_takes_a_share_of_those_beside_it() -> None:
    scores = {"a": 0.2, "b": 0.6, "c": 1.0}
    beside = {"b": ("a", "c")}

    assert with_neighbours(scores, beside, 0.25) == {"b": pytest.approx((0.6 + 0.25 * 1.2) / 1.5)}
    assert with_neighbours(scores, beside, 0) == {"b": 0.6}


def test_at_the_edge_of_a_document_its_own_score_stands_in() -> None:
    scores = {"a": 0.4, "b": 0.8}
    beside = {"a": (None, "b"), "b": ("a", None)}

    assert with_neighbours(scores, beside, 0.5) == {"a": pytest.approx(0.5), "b": pytest.approx(0.7)}
    assert with_neighbours({"a": 0.4}, {"a": (None, None)}, 0.5) == {"a": pytest.approx(0.4)}


def test_a_neighbour_without_a_score_counts_nothing() -> None:
    assert with_neighbours({"a": 0.6}, {"a": ("gone", None), "new": (None, None)}, 0.5) == {
        "a": pytest.approx(0.45),
        "new": 0.0,
    }


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_scores_stay_between_the_least_and_the_best_around(scores: list[float], share: float) -> None:
    ids = [str(at) for at in range(len(scores))]
    beside = dict(zip(ids, zip([None, *ids[:-1]], [*ids[1:], None], strict=True), strict=True))
    blended = with_neighbours(dict(zip(ids, scores, strict=True)), beside, share)

    for at, id in enumerate(ids):
        around = scores[max(0, at - 1) : at + 2]
        assert min(around) - 1e-9 <= blended[id] <= max(around) + 1e-9
