"""Runs and comparisons as the command line prints them. Pure functions to strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.evaluation.compare import Comparison, Difference, Pair
from qa.evaluation.figures import BY_NAME, Figure
from qa.evaluation.record import Asked
from qa.evaluation.run import PERCENTILES, Run, Speed
from qa.evaluation.tune import Trial, Tuned


def run_text(run: Run) -> str:
    """How many are right, in all and of each kind; each measure; each question answered wrongly, and why."""
    right = run.summary.figures[0]
    lines = [f"{sum(one.right for one in run.asked)} of {len(run.asked)} right ({with_interval(right)})"]
    lines += [
        f"  {kind}: {sum(one.right for one in run.asked if one.kind == kind)} of {figures[0].n}"
        for kind, figures in run.summary.kinds.items()
    ]
    lines += ["", *_figures(run.summary.figures)]
    if run.speed:
        lines += ["", speed_text(run.speed)]
    if wrong := [one for one in run.asked if not one.right]:
        lines += ["", *(line for one in wrong for line in _wrong(one))]
    return "\n".join(lines)


def with_interval(figure: Figure) -> str:
    if figure.value is None:
        return "nothing to measure"
    interval = "" if figure.low is None else f", 95 % interval {figure.low:.3f} to {figure.high:.3f}"
    return f"{figure.value:.3f}{interval}"


def number_text(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def interval_text(figure: Figure) -> str:
    return "" if figure.low is None else f"{figure.low:.3f} to {figure.high:.3f}"


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    group = None
    for figure in figures:
        measure = BY_NAME[figure.measure]
        if measure.group != group:
            group = measure.group
            yield f"{group}"
        yield f"  {figure.measure:25} {with_interval(figure)} (n={figure.n})"


def speed_text(speed: Speed) -> str:
    shares = {share: speed.percentile(share) for share in PERCENTILES}
    told = ", ".join(f"{value:.3f} (p{share})" for share, value in shares.items() if value is not None)
    return f"seconds an answer: {told} (n={len(speed.seconds)})"


def _wrong(one: Asked) -> Iterator[str]:
    yield f"{one.id}: {one.question}"
    yield from (f"  {fault}" for fault in one.faults)


def comparison_text(comparison: Comparison) -> str:
    """What was made differently, what each measure gained or lost, and both answers where one flipped."""
    lost, won = len(comparison.lost), len(comparison.won)
    lines = [f"differs: {condition}" for condition in comparison.conditions]
    lines.append(
        f"{comparison.paired} questions in both runs: {lost} lost, {won} won, {chance_text(comparison)}"
    )
    if comparison.unpaired:
        lines.append(f"not compared: {', '.join(comparison.unpaired)}")
    changed = [one for one in comparison.differences if one.change or one.loss]
    lines += [f"  {difference_text(one)}" for one in changed]
    lines.append(f"{len(comparison.differences) - len(changed)} measures are the same")
    for name, pairs in (("lost", comparison.lost), ("won", comparison.won)):
        lines += [line for pair in pairs for line in _flip(name, pair)]
    return "\n".join(lines)


def chance_text(comparison: Comparison) -> str:
    shows = "no change" if comparison.needed is None else f"a net change of {comparison.needed:.3f} or more"
    return f"exact McNemar p = {comparison.chance:.3f}; a set of this size can show {shows}"


def difference_text(one: Difference) -> str:
    if one.change is None:
        return f"{one.measure:25} {_plain(one.before)} → {_plain(one.after)}"
    verdict = ("worse" if one.loss else "better" if one.better else "other") if one.significant else "unsure"
    interval = "" if one.low is None else f" ({one.low:+.3f} to {one.high:+.3f})"
    return (
        f"{one.measure:25} {_plain(one.before)} → {_plain(one.after)}  {one.change:+.3f}{interval} {verdict}"
    )


def _plain(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def tuned_text(tuned: Tuned) -> str:
    """A row for each combination with its best threshold, then what to expect of the best."""
    lines = ["chunk tokens  passages  neighbours  threshold  right  tokens  seconds"]
    lines += [_trial(one) for one in tuned.trials]
    interval = "" if tuned.interval is None else f" ({tuned.interval.low:.3f} to {tuned.interval.high:.3f})"
    lines += [
        "",
        f"expected of tuned settings on questions that did not choose them: {tuned.expected:.3f}{interval}",
        f"present settings on the same questions: {tuned.present:.3f}",
    ]
    return "\n".join(lines)


def _trial(one: Trial) -> str:
    choice = one.choice
    tried = f"{choice.chunk_tokens:12} {choice.passages:9} {choice.neighbours:11} {choice.threshold:10.2f}"
    return f"{tried} {one.share:6.3f} {one.tokens:7.0f} {one.seconds:8.3f}"


def _flip(name: str, pair: Pair) -> Iterator[str]:
    yield f"{name}: {pair.after.id}: {pair.after.question}"
    for when, one in (("before", pair.before), ("after", pair.after)):
        yield f"  {when}: {' '.join(one.answer.split())}"
        yield from (f"    {fault}" for fault in one.faults)
