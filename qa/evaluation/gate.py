"""Whether a run may pass: budgets, and no significant loss against another run.

A gate is a TOML file; without one the defaults below are the gate:

    significant_loss = false       # whether one is let pass
    [least]
    sentences_supported = 1.0      # any measure of figures.py
    [most]
    seconds_p90 = 0.5              # those, and seconds_p50, seconds_p90, seconds_p99 of an answer
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from qa.errors import GateError
from qa.evaluation.compare import Comparison, Difference
from qa.evaluation.figures import BY_NAME
from qa.evaluation.record import Record
from qa.evaluation.run import PERCENTILES, Run

SPEEDS = {f"seconds_p{share}": share for share in PERCENTILES}


class Gate(Record):
    """A measure that had nothing to measure keeps every budget."""

    significant_loss: bool = False
    least: dict[str, float] = Field(
        default={"sentences_supported": 1.0, "citations_exact": 1.0, "evidence_stands": 1.0}
    )
    most: dict[str, float] = Field(default={})

    @field_validator("least", "most")
    @classmethod
    def _known(cls, budgets: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(budgets.keys() - BY_NAME.keys() - SPEEDS.keys()):
            raise ValueError(f"no measure {', '.join(unknown)}; there are: {', '.join([*BY_NAME, *SPEEDS])}")
        return budgets


def read_gate(path: Path) -> Gate:
    """Raises GateError."""
    try:
        return Gate.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise GateError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GateError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise GateError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def reasons(gate: Gate, run: Run, comparison: Comparison | None) -> Iterator[str]:
    """Why `run` may not pass, each beginning with the measure's name; nothing where it may."""
    for name, least in gate.least.items():
        value = _value(run, name)
        if value is not None and value < least:
            yield f"{name} is {value:.3f}, at least {least:g} is asked for"
    for name, most in gate.most.items():
        value = _value(run, name)
        if value is not None and value > most:
            yield f"{name} is {value:.3f}, at most {most:g} is asked for"
    if comparison and not gate.significant_loss:
        yield from map(_loss, comparison.losses)


def _value(run: Run, name: str) -> float | None:
    if name in SPEEDS:
        return run.speed.percentile(SPEEDS[name]) if run.speed else None
    return next(figure.value for figure in run.summary.figures if figure.measure == name)


def _loss(one: Difference) -> str:
    if one.after is None:
        return f"{one.measure} was {one.before:.3f} and can no longer be measured"
    return (
        f"{one.measure} went from {one.before:.3f} to {one.after:.3f} "
        f"(95 % interval of the change {one.low:+.3f} to {one.high:+.3f})"
    )
