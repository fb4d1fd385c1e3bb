from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.hits import Hits, Selection, highest, in_order

HITS: Hits = [(f"c{number}", 100.0 - number) for number in range(100)]


def find(limit: int) -> Hits:
    return HITS[:limit]


def of_tenths(ids: Sequence[str]) -> dict[str, str]:
    """The document of c37 is d7; c99 is gone."""
    return {id: f"d{id[-1]}" for id in ids if id != "c99"}


def test_equal_scores_come_in_the_order_of_their_ids() -> None:
    assert in_order([("c", 0.5), ("a", 0.50000001), ("b", 0.9)]) == [
        ("b", 0.9),
        ("a", 0.50000001),
        ("c", 0.5),
    ]


@given(st.lists(st.floats(-1, 1, width=32), max_size=40), st.integers(1, 50))
def test_the_highest_are_those_that_sorting_gives(scores: list[float], limit: int) -> None:
    found = highest(np.array(scores, np.float32), limit)

    assert sorted((scores[at] for at in found), reverse=True) == sorted(scores, reverse=True)[:limit]
    assert len(set(found)) == len(found)


def test_sifting_a_wider_search_gives_what_is_inside_in_its_order() -> None:
    chosen = Selection(frozenset(["d7", "d8"]), 0.2, of_tenths)

    assert [id for id, _ in chosen.sift(find, 3) or []] == ["c7", "c8", "c17"]


def test_sifting_that_finds_too_few_says_so() -> None:
    assert Selection(frozenset(["d9"]), 0.9, of_tenths).sift(find, 3) is None


def test_a_search_that_has_no_more_is_sifted_to_what_there_is() -> None:
    found = Selection(frozenset(["d9"]), 0.01, of_tenths).sift(find, 20)

    assert [id for id, _ in found or []] == [f"c{number}" for number in range(9, 99, 10)]


@given(
    st.sets(st.integers(0, 9), min_size=1),
    st.floats(0.01, 1),
    st.integers(1, 30),
)
def test_whatever_share_is_named_sifting_is_right_or_gives_up(
    tenths: set[int], share: float, limit: int
) -> None:
    documents = frozenset(f"d{tenth}" for tenth in tenths)
    found = Selection(documents, share, of_tenths).sift(find, limit)

    right = [hit for hit in HITS if of_tenths([hit[0]]).get(hit[0]) in documents][:limit]
    assert found in (None, right)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_with_spare_hits_an_even_spread_is_not_asked_for_twice(share: float) -> None:
    documents = frozenset(f"d{tenth}" for tenth in range(int(10 * share)))

    assert len(Selection(documents, share, of_tenths).sift(find, 10) or []) == 10
