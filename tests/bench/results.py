"""Means with their intervals, times, and the file that keeps the figures of each run.

Knows nothing of what was measured.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("results.jsonl")
RESAMPLES = 10_000
SEED = 2026


class Mean(NamedTuple):
    """A mean over questions and its 95 % interval by the bootstrap over questions, percentiles."""

    mean: float
    low: float
    high: float


def mean(values: Sequence[float]) -> Mean:
    """Of at least one value, each from a question of its own. The same values give the same interval."""
    resamples = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile(np.asarray(values)[resamples].mean(axis=1), [2.5, 97.5])
    return Mean(*(round(float(one), 4) for one in (np.mean(values), low, high)))


def show(name: str, figures: Mapping[str, Mean]) -> None:
    cells = [f"{what} {one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" for what, one in figures.items()]
    print(f"{name:<15}", "  ".join(cells), flush=True)


def seconds(thing: Callable[[], object]) -> float:
    began = time.perf_counter()
    thing()
    return time.perf_counter() - began


def show_seconds(name: str, taken: Sequence[float]) -> dict[str, float]:
    """The median, the least and the most, printed and given."""
    median, least, most = (round(float(one), 3) for one in (np.median(taken), min(taken), max(taken)))
    print(
        f"{name:<20} n={len(taken):<4} median {median:.3f} s  least {least:.3f}  most {most:.3f}", flush=True
    )
    return {"median": median, "least": least, "most": most}


def record(n: int, figures: Mapping[str, object]) -> None:
    """Append a run: when, on what, of which commit, by which command, over n questions."""
    entry = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "commit": _commit(),
        "command": f"python -m tests.bench.{Path(sys.argv[0]).stem}",
        "n": n,
        "figures": figures,
    }
    with FILE.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    if not cpus.is_file():
        return platform.processor() or platform.machine()
    lines = cpus.read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    """The commit, with a plus where files have changed since."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--dirty=+"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return commit.stdout.strip()
