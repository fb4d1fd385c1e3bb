"""Pictures of a run as SVG, to stand inside an HTML page. The same run gives the same picture.

Matplotlib draws them; its import takes half a second, so that only a report imports this module.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import LogLocator, NullFormatter

from qa.evaluation.figures import Figure
from qa.evaluation.metrics import reliability, risk_coverage
from qa.evaluation.record import Asked
from qa.evaluation.run import Run, Speed
from qa.evaluation.tune import Trial

WIDE, SMALL = (7.2, 3.2), (3.5, 3.0)  # inches
INK, FAINT = "#1f6f8b", "#b8c4c9"
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)


def right_by_kind(run: Run) -> str:
    """The share that is right of each kind, with its interval."""
    picture, axes = _picture(WIDE)
    rows = [(f"{kind} ({figures[0].n})", figures[0]) for kind, figures in run.summary.kinds.items()]
    rows.append((f"all ({run.summary.figures[0].n})", run.summary.figures[0]))
    _bars(axes, rows[::-1])
    axes.set_xlabel("share right, with its 95 % interval")
    return _svg(picture)


def _bars(axes: Axes, rows: Sequence[tuple[str, Figure]]) -> None:
    for at, (_, figure) in enumerate(rows):
        axes.barh(at, figure.value or 0, color=INK, height=0.6)
        if figure.low is not None and figure.high is not None:
            axes.plot([figure.low, figure.high], [at, at], color="black", linewidth=1.2)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_xlim(0, 1)


def risk_by_coverage(asked: Sequence[Asked]) -> str:
    """How many answers are wrong when only the surest are given."""
    picture, axes = _picture(SMALL)
    answered = [one for one in asked if not one.abstained]
    points = risk_coverage([one.confidence for one in answered], [one.right for one in answered])
    share = len(answered) / len(asked)
    covered, risks = [one.coverage * share for one in points], [one.risk for one in points]
    axes.step(covered, risks, color=INK, where="post", marker=_dot(points))
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="coverage: share of questions answered", ylabel="share wrong")
    return _svg(picture)


def confidence_and_right(asked: Sequence[Asked]) -> str:
    """Whether of the answers given with confidence 0.8 about 0.8 are right."""
    picture, axes = _picture(SMALL)
    answered = [one for one in asked if not one.abstained]
    bins = reliability([one.confidence for one in answered], [one.right for one in answered])
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1)
    axes.scatter(
        [one.confidence for one in bins],
        [one.right for one in bins],
        [8 + 4 * one.n for one in bins],
        color=INK,
    )
    axes.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="confidence", ylabel="share right")
    return _svg(picture)


def times(speed: Speed) -> str:
    """The share of answers that took at most so long."""
    picture, axes = _picture(SMALL)
    seconds = sorted(speed.seconds.values())
    shares = [(at + 1) / len(seconds) for at in range(len(seconds))]
    axes.step(seconds, shares, color=INK, where="post", marker=_dot(seconds))
    axes.set(xscale="log", ylim=(0, 1), xlabel="seconds an answer", ylabel="share of answers")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())  # whose labels lie over each other
    return _svg(picture)


def right_over_runs(runs: Sequence[tuple[str, Figure]]) -> str:
    """The share that is right in each run, by the run's name, oldest first."""
    picture, axes = _picture(WIDE)
    _bars(axes, runs[::-1])
    axes.set_xlabel("share right, with its 95 % interval")
    return _svg(picture)


def right_against_tokens(trials: Sequence[Trial]) -> str:
    """What more passages and larger chunks bring, and cost; a larger dot took longer."""
    picture, axes = _picture(WIDE)
    slowest = max(one.seconds for one in trials)
    sizes = [20 + 120 * one.seconds / slowest for one in trials]
    axes.scatter([one.tokens for one in trials], [one.share for one in trials], sizes, color=INK, alpha=0.7)
    for one in trials:
        label = f"{one.choice.chunk_tokens}/{one.choice.passages}/{one.choice.neighbours}"
        axes.annotate(label, (one.tokens, one.share), xytext=(4, 4), textcoords="offset points", fontsize=7)
    axes.set(xlabel="tokens looked through", ylabel="share right")
    return _svg(picture)


def _dot(points: Sequence[object]) -> str:
    """A line through a single point is not seen."""
    return "o" if len(points) == 1 else ""


def _picture(size: tuple[float, float]) -> tuple[Picture, Axes]:
    picture = Picture(figsize=size, layout="constrained")
    axes = picture.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return picture, axes


def _svg(picture: Picture) -> str:
    """Text stays text; nothing says when it was drawn, and nothing is left that looks like an address."""
    out = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "spanqa", "font.family": "sans-serif"}):
        picture.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    text = out.getvalue()
    return _METADATA.sub("", text[text.index("<svg") :])
