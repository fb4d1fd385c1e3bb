"""The runs that lie beside each other in a folder: which came before, and how they went.

Knows run folders by their names, which begin with the time; measures nothing.
"""

from __future__ import annotations

from pathlib import Path

from qa.evaluation.figures import Figure
from qa.evaluation.run import SUMMARY, read_summary

TREND = 12  # runs that are looked back on


def trend(folder: Path) -> list[tuple[str, Figure]]:
    """The runs beside this one over the same gold set, up to this one, with the share that is right."""
    gold = read_summary(folder).conditions.gold
    name = folder.resolve().name
    summaries = [
        (one.name, read_summary(one)) for one in finished(folder.resolve().parent) if one.name <= name
    ]
    return [(name, one.figures[0]) for name, one in summaries if one.conditions.gold == gold][-TREND:]


def finished(runs: Path, tag: str = "") -> list[Path]:
    """The folders of runs that came to an end, oldest first. tag: only of those that have it."""
    ended = sorted(path.parent for path in runs.glob(f"*/{SUMMARY}"))
    return [one for one in ended if not tag or one.name.partition(".")[0].endswith(f"-{tag}")]
