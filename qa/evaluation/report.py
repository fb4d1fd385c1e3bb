"""A run as one HTML page that needs nothing from outside, for people to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise

from qa.evaluation import plots
from qa.evaluation.compare import Comparison
from qa.evaluation.figures import BY_NAME, Figure
from qa.evaluation.metrics import facts_found
from qa.evaluation.record import Asked, Place
from qa.evaluation.run import Run
from qa.evaluation.texts import (
    chance_text,
    difference_text,
    interval_text,
    number_text,
    speed_text,
    with_interval,
)

Earlier = Sequence[tuple[str, Figure]]  # runs by name, oldest first, with the share that is right


def html_report(name: str, run: Run, comparison: Comparison | None = None, earlier: Earlier = ()) -> str:
    """earlier: the runs that the trend shows, this one last; none shows no trend."""
    wrong = [one for one in run.asked if not one.right]
    parts = [
        f"<h1>{escape(name)}</h1>",
        f"<p class='lead'>{len(run.asked) - len(wrong)} of {len(run.asked)} right "
        f"({with_interval(run.summary.figures[0])})</p>",
        *_compared(comparison),
        _pictures(run, earlier),
        "<h2>Measures</h2>",
        _table(run.summary.figures),
        "<h2>By kind</h2>",
        _groups(run.summary.kinds),
        "<h2>By document</h2>",
        _groups(run.summary.documents),
        f"<h2>{len(wrong)} questions answered wrongly</h2>",
        *(_question(one, run.summary.conditions.k) for one in wrong),
        "<h2>Made with</h2>",
        f"<pre>{escape(run.summary.conditions.model_dump_json(indent=1))}</pre>",
    ]
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(name)}</title>"
        f"<style>{style}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _compared(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    yield "<h2>Against the run before</h2>"
    yield (
        f"<p>{comparison.paired} questions in both: {len(comparison.lost)} lost, {len(comparison.won)} won; "
        f"{escape(chance_text(comparison))}</p>"
    )
    changed = [difference_text(one) for one in comparison.differences if one.change or one.loss]
    lines = [*comparison.conditions, *changed]
    if lines:
        yield f"<pre>{escape(chr(10).join(lines))}</pre>"


def pictures(run: Run, earlier: Earlier = ()) -> dict[str, str]:
    """What there is to draw of a run, as SVG by what it shows. earlier: as of `html_report`."""
    drawn = {"Right, by kind": plots.right_by_kind(run)}
    if any(not one.abstained for one in run.asked):
        drawn["Risk and coverage: if only the surest were answered"] = plots.risk_by_coverage(run.asked)
        drawn["Reliability: is confidence the chance to be right?"] = plots.confidence_and_right(run.asked)
    if run.speed:
        drawn[f"Latency: {speed_text(run.speed)}"] = plots.times(run.speed)
    if earlier:
        drawn["Right, over the runs"] = plots.right_over_runs(earlier)
    return drawn


def _pictures(run: Run, earlier: Earlier) -> str:
    drawn = pictures(run, earlier).items()
    shown = (f"<figure>{svg}<figcaption>{escape(told)}</figcaption></figure>" for told, svg in drawn)
    return f"<div class='pictures'>{''.join(shown)}</div>"


def _table(figures: Sequence[Figure]) -> str:
    rows = "".join(
        f"<tr><td>{one.measure}</td><td>{number_text(one.value)}</td><td>{interval_text(one)}</td>"
        f"<td>{one.n}</td><td>{one.without}</td><td>{escape(BY_NAME[one.measure].says)}</td></tr>"
        for one in figures
    )
    names = ("measure", "value", "95 % interval", "n", "nothing to measure", "")
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>{rows}</table>"


def _groups(groups: dict[str, tuple[Figure, ...]]) -> str:
    """A row for each group, a column for each measure that is measured in any."""
    values = {name: {one.measure: one for one in figures} for name, figures in groups.items()}
    measured = [
        name for name in BY_NAME if any((one := found.get(name)) and one.n for found in values.values())
    ]
    head = "".join(f"<th class='tall'><span>{name}</span></th>" for name in measured)
    rows = "".join(
        f"<tr><td>{escape(name)} ({found['right'].n})</td>"
        + "".join(
            f"<td title='{interval_text(found[one])}'>{number_text(found[one].value)}</td>"
            for one in measured
        )
        + "</tr>"
        for name, found in values.items()
    )
    return f"<div class='wide'><table><tr><th></th>{head}</tr>{rows}</table></div>"


def _question(one: Asked, k: int) -> str:
    facts = "".join(_fact(fact, one.answer) for fact in one.facts)
    seen = [place for place in one.passages[:k] if _touched(place, one)]
    return (
        f"<details><summary><b>{escape(one.id)}</b> ({one.kind}): {escape(one.question)}</summary>"
        f"<p class='faults'>{escape('; '.join(one.faults))}</p>"
        + (f"<p>Understood as: {escape(one.standalone)}</p>" if one.standalone != one.question else "")
        + f"<blockquote>{escape(one.answer)}</blockquote><p>Confidence {one.confidence:.3f}</p>"
        + (f"<p>Facts</p><ul>{facts}</ul>" if facts else "")
        + "".join(_passage(place, one) for place in seen)
        + "".join(
            f"<p class='passage'><i>{escape(place.source)}, not among the first {k} passages</i><br>"
            f"<mark class='expected'>{escape(place.text)}</mark></p>"
            for place in one.expected
            if not any(_overlap(place, passage) for passage in one.passages[:k])
        )
        + "</details>"
    )


def _fact(alternatives: Sequence[str], answer: str) -> str:
    found = "found" if facts_found(answer, [alternatives]) else "missing"
    return f"<li class='{found}'>{escape(' or '.join(alternatives))}</li>"


def _touched(passage: Place, one: Asked) -> bool:
    return any(_overlap(passage, place) for place in (*one.cited, *one.expected))


def _overlap(one: Place, other: Place) -> bool:
    return one.source == other.source and one.start < other.end and other.start < one.end


def _passage(passage: Place, one: Asked) -> str:
    return f"<p class='passage'><i>{escape(passage.source)}</i><br>{highlighted(passage, one)}</p>"


def highlighted(passage: Place, one: Asked) -> str:
    """The passage with what is cited and what is expected marked, each character by all that holds of it."""
    marks = {"cited": one.cited, "expected": one.expected}
    inside = [place for places in marks.values() for place in places if _overlap(place, passage)]
    edges = {edge for place in inside for edge in (place.start, place.end)}
    cuts = sorted(
        {passage.start, passage.end, *(edge for edge in edges if passage.start < edge < passage.end)}
    )
    parts = []
    for start, end in pairwise(cuts):
        text = escape(passage.text[start - passage.start : end - passage.start])
        part = Place(source=passage.source, start=start, end=end, text=text)
        names = [name for name, places in marks.items() if any(_overlap(part, place) for place in places)]
        parts.append(f"<mark class='{' '.join(names)}'>{text}</mark>" if names else text)
    return "".join(parts)
