"""Each measure against values that somebody published, an independent library, or a count by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from qa.evaluation import metrics
from qa.evaluation.metrics import Bin, Point, Span

# Two documents; of the 50 characters wanted 30 were found, among 120.
WANTED = [Span("a", 10, 50), Span("b", 0, 10)]
FOUND = [Span("a", 0, 40), Span("a", 20, 40), Span("a", 80, 120), Span("c", 0, 40)]
PERFECT_NDCG = [3, 2, 3, 0, 1, 2]  # the worked example of the encyclopedias, with 3 and 2 more to find
GREEDY = "police killed the gunman"

# Arguments and the right value; each is chosen so that swapping the first two gives another.
WORKED: dict[str, tuple[tuple[Any, ...], float]] = {
    "span_recall": ((FOUND, WANTED), 0.6),
    "span_precision": ((FOUND, WANTED), 0.25),
    "ndcg": ((PERFECT_NDCG, [*PERFECT_NDCG, 3, 2], 6), 0.785),
    "facts_found": (("Hainan and Xi'an", [["hainan"], ["Shaanxi", "XI'AN"], ["Tibet"], ["Gansu"]]), 0.5),
    "auroc": (([0.9, 0.5, 0.5, 0.2], [True, True, False, False]), 0.875),
    "risk_area": (([0.9, 0.8, 0.7, 0.1], [True, False, True, False]), (0 + 1 / 2 + 1 / 3 + 1 / 2) / 4),
    "calibration_error": (([0.85, 0.85, 0.15, 1.0], [True, False, False, True]), (0.7 + 0.15) / 4),
}


@pytest.mark.parametrize("name", WORKED)
def test_a_measure_gives_the_value_worked_out_for_it(name: str) -> None:
    arguments, value = WORKED[name]
    assert getattr(metrics, name)(*arguments) == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("text", "said", "held"),
    [
        ("Only 3 provinces did.", "three provinces", True),
        ("It opened on October 28.", "28 October", True),
        ("It opened on 28 October 2019.", "October 2019", True),
        ("It costs 1,980,000 yuan.", "1.98 million", True),
        ("HAINAN", "hainan", True),
        ("Only 13 provinces did.", "four provinces", False),
        ("It opened on 27 October.", "October 28", False),
        ("About 1/5 of it.", "one fifth", False),
    ],
)
def test_a_fact_stands_however_its_number_or_date_is_written(text: str, said: str, held: bool) -> None:
    assert metrics.holds(text, said) == held


@pytest.mark.parametrize("name", WORKED)
def test_swapped_arguments_would_not_give_that_value(name: str) -> None:
    (first, second, *rest), value = WORKED[name]
    try:
        swapped = getattr(metrics, name)(second, first, *rest)
    except (TypeError, AttributeError):
        return
    assert swapped != pytest.approx(value, abs=5e-4)


def test_intersection_over_union_counts_what_is_either() -> None:
    assert metrics.span_iou(FOUND, WANTED) == 30 / (120 + 50 - 30)
    assert metrics.span_iou(WANTED, FOUND) == metrics.span_iou(FOUND, WANTED)


@pytest.mark.parametrize(
    ("measure", "arguments"),
    [
        (metrics.span_recall, (FOUND, [])),
        (metrics.span_precision, ([], WANTED)),
        (metrics.span_iou, ([], [])),
        (metrics.ndcg, ([0, 0], [0, 0], 2)),
        (metrics.facts_found, ("text", [])),
        (metrics.exact_match, ("text", [])),
        (metrics.token_f1, ("text", [])),
        (metrics.rouge_l, ("text", [])),
        (metrics.auroc, ([0.5, 0.7], [True, True])),
        (metrics.risk_area, ([], [])),
        (metrics.calibration_error, ([], [])),
        (metrics.percentile, ([], 0.5)),
    ],
)
def test_nothing_to_measure_is_none(measure: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    assert measure(*arguments) is None


spans = st.lists(
    st.builds(
        lambda source, start, length: Span(source, start, start + length),
        st.sampled_from("ab"),
        st.integers(0, 30),
        st.integers(0, 12),
    ),
    max_size=6,
)


def characters(of: list[Span]) -> set[tuple[str, int]]:
    return {(span.source, at) for span in of for at in range(span.start, span.end)}


@given(found=spans, wanted=spans)
def test_spans_are_measured_as_the_sets_of_their_characters(found: list[Span], wanted: list[Span]) -> None:
    one, other = characters(found), characters(wanted)
    both = len(one & other)
    assert metrics.span_recall(found, wanted) == (both / len(other) if other else None)
    assert metrics.span_precision(found, wanted) == (both / len(one) if one else None)
    assert metrics.span_iou(found, wanted) == (both / len(one | other) if one | other else None)


@pytest.mark.parametrize(("budget", "fits"), [(0, 0), (99, 0), (100, 1), (150, 2), (151, 2), (900, 3)])
def test_passages_fit_a_budget_from_the_first_on(budget: int, fits: int) -> None:
    assert metrics.fitting([100, 50, 10], budget) == min(fits, 3)


def test_a_small_passage_behind_one_that_does_not_fit_is_left_out() -> None:
    assert metrics.fitting([100, 900, 10], 150) == 1


def test_ndcg_looks_at_the_first_k_only() -> None:
    assert metrics.ndcg([0, 0, 1], [1], 2) == 0
    assert metrics.ndcg([0, 1], [1, 1], 1) == 0
    assert metrics.ndcg([0, 1], [1], 2) == pytest.approx(0.6309, abs=1e-4)  # 1 / log2(3)


@pytest.mark.parametrize(
    ("relevant", "value"), [([], 0), ([False], 0), ([True, True], 1), ([False, False, True], 1 / 3)]
)
def test_the_reciprocal_rank_is_of_the_first_that_is_relevant(relevant: list[bool], value: float) -> None:
    assert metrics.reciprocal_rank(relevant) == value


@pytest.mark.parametrize(
    ("text", "value"),  # the example of Lin, 2004, section 3.1
    [("police kill the gunman", 3 / 4), ("the gunman kill police", 2 / 4), ("", 0)],
)
def test_rouge_l_follows_the_example_of_its_paper(text: str, value: float) -> None:
    assert metrics.rouge_l(text, [GREEDY]) == value


def test_rouge_l_and_f1_take_the_best_reference() -> None:
    assert metrics.rouge_l("a b c d", ["x", "b d"]) == 2 * 2 / (4 + 2)
    assert metrics.token_f1("cats eat fish", ["dogs", "fish eat the mice"]) == 2 * 2 / (3 + 3)


def test_exact_match_and_f1_leave_out_articles_case_and_punctuation() -> None:
    assert metrics.exact_match("The Chongqing.", ["chongqing", "Xi'an"]) == 1
    assert metrics.exact_match("Chongqing, Xi'an", ["chongqing"]) == 0
    assert metrics.token_f1("The Chongqing.", ["a chongqing"]) == 1
    assert metrics.token_f1("", ["chongqing"]) == 0


@pytest.mark.parametrize(
    ("start", "end", "quote", "value"),
    [
        (0, 9, "22 parks.", True),
        (3, 8, "parks", True),
        (4, 9, "arks.", False),  # cuts "parks"
        (3, 7, "park", False),
        (3, 9, "parks", False),
        (4, 9, "parks", False),  # not what stands there
        (3, 3, "", False),
        (10, 12, "中国", True),
        (11, 13, "国的", True),
    ],
)
def test_a_quote_stands_when_it_is_the_text_and_cuts_no_word(
    start: int, end: int, quote: str, value: bool
) -> None:
    assert metrics.stands("22 parks. 中国的", start, end, quote) is value


scored = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=40)


@given(scored)
def test_auroc_is_the_statistic_of_mann_and_whitney(pairs: list[tuple[float, bool]]) -> None:
    above = [score for score, positive in pairs if positive]
    below = [score for score, positive in pairs if not positive]
    if above and below:
        theirs = mannwhitneyu(above, below).statistic / (len(above) * len(below))
        assert metrics.auroc(*zip(*pairs, strict=True)) == pytest.approx(theirs)


def test_risk_is_counted_from_the_surest_on_and_ties_together() -> None:
    assert metrics.risk_coverage([0.5, 0.9, 0.5, 0.1], [False, True, True, False]) == [
        Point(0.25, 0),
        Point(0.75, 1 / 3),
        Point(1, 0.5),
    ]


@given(scored)
def test_the_last_risk_is_the_share_that_is_wrong(pairs: list[tuple[float, bool]]) -> None:
    points = metrics.risk_coverage(*zip(*pairs, strict=True))
    wrong = sum(not right for _, right in pairs) / len(pairs)
    assert points[-1].coverage == 1
    assert points[-1].risk == pytest.approx(wrong)
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})


def test_reliability_puts_each_question_into_the_bin_of_its_confidence() -> None:
    bins = metrics.reliability([0.0, 0.04, 0.95, 1.0], [False, True, True, True])
    assert bins == [Bin(2, 0.02, 0.5), Bin(2, 0.975, 1.0)]


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0, 1))
def test_percentiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert metrics.percentile(values, share) == pytest.approx(np.quantile(values, share), abs=1e-9)
