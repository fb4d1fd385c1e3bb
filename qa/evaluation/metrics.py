"""The measures of one answer or of one ranking, as formulas over plain values.

Knows no index, no gold file and no average over questions. Each is 0 to 1, higher is better, unless it says
otherwise; None means that there was nothing to measure, which is neither good nor bad.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from statistics import fmean
from typing import NamedTuple

from index.numerals import MONTHS, fold_numerals

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MONTH_FIRST = re.compile(rf"\b({'|'.join(MONTHS)}) (\d\d?)\b")
_LETTER = re.compile(
    r"[^\W_\u3005-\u9fff]"
)  # Chinese is written without spaces: any cut may be between words


class Span(NamedTuple):
    """Characters start to end, half-open, of the document with this source."""

    source: str
    start: int
    end: int


# Retrieval and citations, by character. Recall, precision and intersection over union of tokens are from
# Smith and Troynikov, "Evaluating chunking strategies for retrieval", Chroma technical report, 2024; here
# they count characters, each once.


def span_recall(found: Iterable[Span], wanted: Iterable[Span]) -> float | None:
    """The share of the wanted characters that were found; None where none are wanted."""
    found, wanted = merged(found), merged(wanted)
    return _shared(found, wanted) / _size(wanted) if wanted else None


def span_precision(found: Iterable[Span], wanted: Iterable[Span]) -> float | None:
    """The share of the found characters that are wanted; None where none were found."""
    found, wanted = merged(found), merged(wanted)
    return _shared(found, wanted) / _size(found) if found else None


def span_iou(found: Iterable[Span], wanted: Iterable[Span]) -> float | None:
    """Characters both found and wanted, of those that are either; None where there are none."""
    found, wanted = merged(found), merged(wanted)
    shared = _shared(found, wanted)
    either = _size(found) + _size(wanted) - shared
    return shared / either if either else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as disjoint spans in order, each character once."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        last = joined[-1] if joined else None
        if last and last.source == span.source and span.start <= last.end:
            joined[-1] = last._replace(end=max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def _size(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    return sum(overlap(left, right) for left in one for right in other)


def overlap(one: Span, other: Span) -> int:
    """Characters that stand in both."""
    if one.source != other.source:
        return 0
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def fitting(tokens: Sequence[int], budget: int) -> int:
    """How many of the first texts, of these lengths in tokens, fit into a budget together."""
    return sum(total <= budget for total in accumulate(tokens))


def ndcg(gains: Sequence[float], ideal: Sequence[float], k: int) -> float | None:
    """Normalised discounted cumulative gain of the first k; None where nothing can be gained.

    gains: of what was found, best rank first. ideal: of all there is to find, in any order. The discount of
    rank i is log2(i + 1). Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM
    TOIS 20, 2002.
    """
    best = _discounted(sorted(ideal, reverse=True)[:k])
    return _discounted(gains[:k]) / best if best else None


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 over the rank of the first that is relevant, 0 where none is. Voorhees, TREC-8 QA track, 1999."""
    return next((1 / rank for rank, one in enumerate(relevant, 1) if one), 0.0)


# The text of an answer


def holds(text: str, said: str) -> bool:
    """Whether `said` stands in the text, regardless of case and of how numbers and dates are written."""
    return said.casefold() in text.casefold() or _folded(said) in _folded(text)


def _folded(text: str) -> str:
    return _MONTH_FIRST.sub(r"\2 \1", " ".join(fold_numerals(text).casefold().split()))


def facts_found(text: str, facts: Sequence[Sequence[str]]) -> float | None:
    """The share of the facts of which the text holds an alternative; None of none."""
    found = [any(holds(text, alternative) for alternative in alternatives) for alternatives in facts]
    return sum(found) / len(found) if found else None


def normalised(text: str) -> list[str]:
    """Words in lower case without punctuation and articles, as SQuAD compares answers (the next two)."""
    bare = "".join(letter for letter in text.casefold() if letter not in string.punctuation)
    return _ARTICLES.sub(" ", bare).split()


def exact_match(text: str, references: Sequence[str]) -> float | None:
    """1 where the words are those of a reference. Rajpurkar et al., "SQuAD", EMNLP 2016."""
    return max((float(normalised(text) == normalised(one)) for one in references), default=None)


def token_f1(text: str, references: Sequence[str]) -> float | None:
    """Harmonic mean of precision and recall of the words, the best over references. SQuAD, as above."""
    return max((_f1_of_bags(normalised(text), normalised(one)) for one in references), default=None)


def _f1_of_bags(found: Sequence[str], wanted: Sequence[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    shared = (Counter(found) & Counter(wanted)).total()
    return 2 * shared / (len(found) + len(wanted))


def rouge_l(text: str, references: Sequence[str]) -> float | None:
    """F-measure of the longest common subsequence of words, the best over references.

    Lin, "ROUGE: a package for automatic evaluation of summaries", ACL workshop 2004, with beta 1 and no
    stemming.
    """
    words = re.findall(r"\w+", text.casefold())
    others = (re.findall(r"\w+", reference.casefold()) for reference in references)
    return max((_f1_of_sequences(words, other) for other in others), default=None)


def _f1_of_sequences(found: Sequence[str], wanted: Sequence[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    row = [0] * (len(wanted) + 1)  # of the table of lengths, one row at a time
    for word in found:
        diagonal = 0
        for at, other in enumerate(wanted, 1):
            diagonal, row[at] = row[at], diagonal + 1 if word == other else max(row[at], row[at - 1])
    return 2 * row[-1] / (len(found) + len(wanted))


def stands(text: str, start: int, end: int, quote: str) -> bool:
    """Whether a quote is text[start:end], not empty, and cuts no word at either edge."""
    return 0 <= start < end and text[start:end] == quote and not (_cuts(text, start) or _cuts(text, end))


def _cuts(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(_LETTER.match(text, side) for side in (at - 1, at))


# Whether confidence tells right from wrong. `confidence`: 0 to 1, one for each question.


def auroc(confidence: Sequence[float], positive: Sequence[bool]) -> float | None:
    """How often a positive one has the higher confidence of a pair, ties half; None without a pair.

    The area under the ROC curve as the Mann-Whitney statistic: Hanley and McNeil, Radiology 143, 1982.
    """
    won, above, below = 0.0, 0, 0
    for _, level in groupby(sorted(zip(confidence, positive, strict=True)), key=itemgetter(0)):
        here = [is_positive for _, is_positive in level]
        positives = sum(here)
        won += positives * (below + (len(here) - positives) / 2)
        above, below = above + positives, below + len(here) - positives
    return won / (above * below) if above and below else None


class Point(NamedTuple):
    """coverage: share of the questions answered, the surest first. risk: share of these that are wrong."""

    coverage: float
    risk: float


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """A point for each level of confidence, from the surest. El-Yaniv and Wiener, JMLR 11, 2010."""
    ranked = sorted(zip(confidence, right, strict=True), key=lambda one: -one[0])
    wrong = list(accumulate(not is_right for _, is_right in ranked))
    last_of_level = [
        at for at, (level, _) in enumerate(ranked, 1) if at == len(ranked) or ranked[at][0] < level
    ]
    return [Point(at / len(ranked), wrong[at - 1] / at) for at in last_of_level]


def risk_area(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """The mean risk over all coverages, lower is better; None of none.

    AURC: Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty estimation", ICLR 2019. Those of one level
    of confidence are answered together.
    """
    area, before = 0.0, 0.0
    for coverage, risk in risk_coverage(confidence, right):
        area += risk * (coverage - before)
        before = coverage
    return area if confidence else None


class Bin(NamedTuple):
    """Questions of about one confidence: how many, their mean confidence, the share that is right."""

    n: int
    confidence: float
    right: float


def reliability(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Bins of equal width that hold any, lowest first; a confidence of 1 belongs to the last."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for pair in sorted(zip(confidence, right, strict=True)):
        held.setdefault(min(int(pair[0] * bins), bins - 1), []).append(pair)
    return [
        Bin(len(one), fmean(level for level, _ in one), fmean(is_right for _, is_right in one))
        for one in held.values()
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """How far confidence and the share that is right lie apart, mean over questions; lower is better.

    ECE: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
    AAAI 2015.
    """
    held = reliability(confidence, right, bins)
    return sum(one.n * abs(one.confidence - one.right) for one in held) / len(confidence) if held else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share lies, 0 to 1, interpolated between neighbours; None of none.

    Hyndman and Fan, "Sample quantiles in statistical packages", 1996, type 7. In the unit of the values.
    """
    if not values:
        return None
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)
