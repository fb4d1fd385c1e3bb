"""The run that later ones are measured against: committed beside its gold set, moved only with a reason."""

from __future__ import annotations

import json
from pathlib import Path

from qa.errors import RunError
from qa.evaluation.run import Run

ACCEPTED = "accepted.jsonl"  # one line for each run that was the baseline, oldest first


def beside(gold: Path) -> Path:
    """Where the baseline of a gold set, a file or a folder, lies."""
    return (gold if gold.is_dir() else gold.parent) / "baseline"


def accept(folder: Path, baseline: Path, reason: str) -> None:
    """Put the run in `folder`, without its texts and times, into `baseline`. Raises RunError."""
    if not reason.strip():
        raise RunError("a baseline is moved for a reason: give one with --reason")
    run = Run.read(folder)
    run.slim().write(baseline)
    moved = {
        "run": folder.name,
        "commit": run.summary.conditions.commit,
        "right": sum(one.right for one in run.asked),
        "of": len(run.asked),
        "reason": reason,
    }
    with (baseline / ACCEPTED).open("a", encoding="utf-8") as lines:
        lines.write(f"{json.dumps(moved, ensure_ascii=False)}\n")
