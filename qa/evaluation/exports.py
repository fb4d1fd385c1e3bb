"""A run for other programs: Markdown for a pull request, JUnit XML for CI, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from qa.evaluation.compare import Comparison, Pair
from qa.evaluation.figures import BY_NAME
from qa.evaluation.record import Asked
from qa.evaluation.run import Run
from qa.evaluation.texts import chance_text, number_text, with_interval

HEADLINES = (
    "right",
    "facts_found",
    "retrieval_recall",
    "citation_precision",
    "sentences_supported",
    "declining_precision",
    "declining_recall",
    "calibration_error",
)


def markdown(name: str, run: Run, comparison: Comparison | None = None) -> str:
    """The headline measures; against another run, all that changed and the questions that flipped."""
    right = sum(one.right for one in run.asked)
    lines = [f"### {_cell(name)}: {right} of {len(run.asked)} right", ""]
    figures = {figure.measure: figure for figure in run.summary.figures}
    lines += ["| measure | value | n |", "|---|---|---|"]
    lines += [f"| {one} | {with_interval(figures[one])} | {figures[one].n} |" for one in HEADLINES]
    if comparison:
        lost, won = len(comparison.lost), len(comparison.won)
        lines += ["", f"Against the run before: {lost} lost, {won} won; {chance_text(comparison)}.", ""]
        lines += [f"- {_cell(condition)}" for condition in comparison.conditions]
        changed = [one for one in comparison.differences if one.change or one.loss]
        if changed:
            lines += [
                "",
                "| measure | before | after | change | 95 % interval | |",
                "|---|---|---|---|---|---|",
            ]
        for one in changed:
            interval = "" if one.low is None else f"{one.low:+.3f} to {one.high:+.3f}"
            cells = [*(number_text(value) for value in (one.before, one.after, one.change)), interval]
            lines.append(f"| {one.measure} | {' | '.join(cells)} | {'**worse**' if one.loss else ''} |")
        for what, pairs in (("Lost", comparison.lost), ("Won", comparison.won)):
            lines += [_flip(what, pair) for pair in pairs]
    return "\n".join(lines) + "\n"


def _flip(what: str, pair: Pair) -> str:
    return (
        f"\n<details><summary>{what}: {_cell(pair.after.id)}: {_cell(pair.after.question)}</summary>\n\n"
        f"before: {_cell(pair.before.answer)}\n\nafter: {_cell(pair.after.answer)}\n\n</details>"
    )


def _cell(text: str) -> str:
    """On one line, with nothing that Markdown or HTML would take for its own."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*")
    return " ".join(escaped.replace("_", "\\_").split())


def junit(name: str, run: Run) -> str:
    """A test case for each question, as CI servers read them."""
    wrong = sum(not one.right for one in run.asked)
    suite = Element("testsuite", name=name, tests=str(len(run.asked)), failures=str(wrong), errors="0")
    for one in run.asked:
        case = SubElement(suite, "testcase", classname=f"gold.{one.kind}", name=one.id)
        if run.speed:
            case.set("time", f"{run.speed.seconds[one.id]:.6f}")
        if not one.right:
            failure = SubElement(case, "failure", message=_printable("; ".join(one.faults)))
            failure.text = _printable(f"{one.question}\n\n{one.answer}")
    indent(suite)
    return tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def table(run: Run) -> str:
    """CSV with a row for each question and a column for each measure; what was not measured is empty."""
    out = io.StringIO()
    measures = [name for name, measure in BY_NAME.items() if measure.of is None]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "kind", "question", "abstained", "confidence", "faults", "seconds", *measures])
    for one in run.asked:
        seconds = run.speed.seconds[one.id] if run.speed else ""
        values = [one.values.get(name) for name in measures]
        writer.writerow([*_about(one), seconds, *values])
    return out.getvalue()


def _about(one: Asked) -> list[object]:
    return [
        one.id,
        one.kind,
        _formula_free(one.question),
        one.abstained,
        one.confidence,
        "; ".join(one.faults),
    ]


def _formula_free(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
