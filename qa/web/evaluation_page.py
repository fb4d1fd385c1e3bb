"""A run of a gold set as HTML for the Evaluation tab: how many are right, measures, comparison, failures.

Pure functions from the types of qa.evaluation to escaped markup. Knows nothing of Gradio or of who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from urllib.parse import quote

from qa.evaluation.compare import Comparison, Difference, Pair
from qa.evaluation.figures import BY_NAME, Figure
from qa.evaluation.gold import Case
from qa.evaluation.record import Asked
from qa.evaluation.run import Run
from qa.evaluation.texts import chance_text, interval_text, number_text, speed_text

_SIZE = re.compile(r"(?=[^>]* width=\"(?P<width>[\d.]+))(?=[^>]* height=\"(?P<height>[\d.]+))")


def progress_html(done: int, total: int, left: float | None) -> str:
    """left: seconds."""
    remaining = "" if left is None else f", about {_duration(left)} left"
    return f'<p role="status">{done:,} of {total:,} questions asked{remaining}</p>'


def headline_html(run: Run, folder: str) -> str:
    right = run.summary.figures[0]
    count = sum(one.right for one in run.asked)
    kinds = ", ".join(
        f"{escape(kind)} {sum(one.right for one in run.asked if one.kind == kind)} of {figures[0].n}"
        for kind, figures in run.summary.kinds.items()
    )
    speed = f'<p class="hint">{escape(speed_text(run.speed))}</p>' if run.speed else ""
    return (
        f"<h3>{count} of {len(run.asked)} right</h3><p>{_share(right)}. By kind: {kinds}.</p>{speed}"
        f'<p class="hint">Recorded as {escape(folder)}</p>'
    )


def measures_html(run: Run) -> str:
    """Every measure that had something to measure, with its interval and n."""
    figures = [one for one in run.summary.figures if one.n]
    rows = "".join(
        f'<tr><th scope="row">{escape(one.measure.replace("_", " "))}</th><td>{number_text(one.value)}</td>'
        f"<td>{interval_text(one)}</td><td>{one.n}</td><td>{escape(BY_NAME[one.measure].says)}</td></tr>"
        for one in figures
    )
    head = _head("Measure", "Value", "95 % interval", "n", "What it is the share or mean of")
    none = len(run.summary.figures) - len(figures)
    note = f'<p class="hint">{none} more had nothing to measure in these questions.</p>' if none else ""
    table = f"<table>{head}<tbody>{rows}</tbody></table>"
    return f'<h3>Measures</h3><div class="measures" tabindex="0">{table}</div>{note}'


def pictures_html(pictures: Mapping[str, str]) -> str:
    """SVG by what it shows, as images: nothing in them can run, and the page's style does not reach them."""
    figures = "".join(
        f'<figure class="{"wide" if _is_wide(svg) else "small"}">'
        f'<img src="data:image/svg+xml,{quote(svg)}" alt="{escape(shows)}">'
        f"<figcaption>{escape(shows)}</figcaption></figure>"
        for shows, svg in pictures.items()
    )
    return f'<div class="pictures">{figures}</div>'


def _is_wide(svg: str) -> bool:
    size = _SIZE.match(svg)
    return size is not None and float(size["width"]) > 1.5 * float(size["height"])


def failures_html(run: Run, cases: Sequence[Case]) -> str:
    """Each question answered wrongly: what was expected, what was answered, and why that is wrong."""
    wrong = [one for one in run.asked if not one.right]
    if not wrong:
        return "<h3>No question was answered wrongly</h3>"
    expected = {case.id: case for case in cases}
    items = "".join(_failure(one, expected[one.id]) for one in wrong)
    hint = '<p class="hint">Open one to see what was expected and what was answered.</p>'
    return f"<h3>{len(wrong)} answered wrongly</h3>{hint}<ul class='failures'>{items}</ul>"


def comparison_html(comparison: Comparison | None, against: str) -> str:
    """What changed against an earlier run. against: which that is, in words."""
    if comparison is None:
        return "<h3>Comparison</h3><p>There is no earlier run of these questions to compare with.</p>"
    lost, won = len(comparison.lost), len(comparison.won)
    verdict = (
        "no question went from right to wrong or back"
        if not lost and not won
        else f"{won} became right and {lost} became wrong"
    )
    paired = f"Of {comparison.paired} questions in both, {verdict} ({chance_text(comparison)})."
    left_out = f"{len(comparison.unpaired)} could not be compared: new, gone, or asked otherwise."
    sure = _sure(comparison.differences)
    parts = (
        f"<h3>Against {escape(against)}</h3><p>{escape(paired)}</p>",
        f"<p>{left_out}</p>" if comparison.unpaired else "",
        f"<ul>{''.join(_differing(one) for one in sure)}</ul>"
        if sure
        else "<p>No measure differs by more than chance would give.</p>",
        _flips("Became wrong", comparison.lost),
        _flips("Became right", comparison.won),
        f"<p>Made under other conditions: {escape('; '.join(_conditions(comparison)))}.</p>"
        if comparison.conditions
        else "",
    )
    return "".join(parts)


def _failure(one: Asked, case: Case) -> str:
    facts = "; ".join(" or ".join(fact) for fact in case.facts)
    expected = facts or "that it is declined, as the documents hold no answer"
    return (
        f"<li><details><summary><b>{_words(one.question)}</b> {_words('; '.join(one.faults))}</summary>"
        f"<dl><dt>Expected</dt><dd>{_words(expected)}</dd>"
        f"<dt>Answered</dt><dd>{_words(one.answer)}</dd></dl></details></li>"
    )


def _sure(differences: Sequence[Difference]) -> list[Difference]:
    """Those that chance does not explain."""
    return [one for one in differences if one.loss or (one.change and one.significant)]


def _differing(one: Difference) -> str:
    name = escape(one.measure.replace("_", " "))
    if one.change is None:
        return f"<li>{name} is no longer measured</li>"
    way = "worse" if one.loss else "better" if one.better else "different"
    interval = "" if one.low is None else f", 95 % interval of the change {one.low:+.3f} to {one.high:+.3f}"
    return (
        f"<li>{name} is {way}: {number_text(one.before)} before, {number_text(one.after)} now{interval}</li>"
    )


def _flips(title: str, pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    items = "".join(
        f"<li><details><summary><b>{_words(pair.after.question)}</b></summary>"
        f"<dl><dt>Before</dt><dd>{_words(pair.before.answer)}</dd>"
        f"<dt>Now</dt><dd>{_words(pair.after.answer)}</dd></dl></details></li>"
        for pair in pairs
    )
    return f"<h4>{title}</h4><ul class='failures'>{items}</ul>"


def _conditions(comparison: Comparison) -> Iterator[str]:
    shown, more = comparison.conditions[:8], len(comparison.conditions) - 8
    yield from shown
    if more > 0:
        yield f"and {more} more"


def _head(*names: str) -> str:
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _share(figure: Figure) -> str:
    interval = "" if figure.low is None else f", 95 % interval {figure.low:.3f} to {figure.high:.3f}"
    return f"The share that is right is {number_text(figure.value)}{interval} (n={figure.n})"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min"


def _words(text: str) -> str:
    return escape(" ".join(text.split()))
