"""What the commands that evaluate print with --json, by their names. Knows no printing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa.evaluation.compare import Comparison
from qa.evaluation.lint import Fault
from qa.evaluation.record import Record
from qa.evaluation.run import Summary
from qa.evaluation.suggest import Suggestion
from qa.evaluation.tune import Tuned


class Ran(Record):
    """Of `qa eval run`. run: its folder. comparison: with the baseline of a gate, None without one."""

    run: Path
    summary: Summary
    comparison: Comparison | None


OUTPUTS: dict[str, Any] = {
    "eval run": Ran,
    "eval compare": Comparison,
    "gold lint": tuple[Fault, ...],
    "gold suggest": tuple[Suggestion, ...],
    "tune": Tuned,
}
