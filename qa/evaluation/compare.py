"""Two runs side by side: what each measure gained or lost, and which questions flipped.

Compares the questions that both runs asked in the same words with the same facts; names the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.evaluation.figures import MEASURES, Measure, resampled_values, value_of
from qa.evaluation.intervals import fewest_flips, mcnemar, middle_95, resampled
from qa.evaluation.record import DIGITS, Asked, Record
from qa.evaluation.run import Conditions, Run


class Pair(Record):
    """The same question in both runs."""

    before: Asked
    after: Asked


class Difference(Record):
    """before, after: the measure in each run. low, high: the 95 % interval of after - before."""

    measure: str
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    better: int

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else round(self.after - self.before, DIGITS)

    @property
    def significant(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def loss(self) -> bool:
        """Significantly worse, or no longer measured."""
        if self.change is None:
            return self.better != 0 and self.before is not None and self.after is None
        return self.significant and self.change * self.better < 0


class Comparison(Record):
    """conditions: what the runs were made with differently. lost, won: questions right in one run alone.

    chance: how probable so uneven a split of these is, by McNemar's exact test. needed: the net share of
    right answers that must change to be significant, None where so few questions can show no change.
    unpaired: ids that one run has not, or asked otherwise.
    """

    conditions: tuple[str, ...]
    differences: tuple[Difference, ...]
    paired: int
    lost: tuple[Pair, ...]
    won: tuple[Pair, ...]
    chance: float
    needed: float | None
    unpaired: tuple[str, ...]

    @property
    def losses(self) -> list[Difference]:
        return [one for one in self.differences if one.loss]


def compare(before: Run, after: Run) -> Comparison:
    pairs, unpaired = _pairs(before.asked, after.asked)
    lost = tuple(pair for pair in pairs if pair.before.right and not pair.after.right)
    won = tuple(pair for pair in pairs if pair.after.right and not pair.before.right)
    against = min(len(lost), len(won))
    return Comparison(
        conditions=tuple(changed_conditions(before.summary.conditions, after.summary.conditions)),
        differences=tuple(_differences(pairs)),
        paired=len(pairs),
        lost=lost,
        won=won,
        chance=round(mcnemar(len(lost), len(won)), DIGITS),
        needed=_needed(against, len(pairs)),
        unpaired=tuple(unpaired),
    )


def _needed(against: int, paired: int) -> float | None:
    flips = fewest_flips(against)
    return round((flips - against) / paired, DIGITS) if flips + against <= paired else None


def _pairs(before: Sequence[Asked], after: Sequence[Asked]) -> tuple[list[Pair], list[str]]:
    earlier = {one.id: one for one in before}
    pairs, unpaired = [], []
    for one in after:
        other = earlier.pop(one.id, None)
        if other and _as_asked(other) == _as_asked(one):
            pairs.append(Pair(before=other, after=one))
        else:
            unpaired.append(one.id)
    return pairs, [*unpaired, *earlier]


def _as_asked(one: Asked) -> tuple[object, ...]:
    return one.question, one.conversation, one.kind, one.facts, one.documents


def _differences(pairs: Sequence[Pair]) -> Iterator[Difference]:
    if not pairs:
        return
    before, after = [pair.before for pair in pairs], [pair.after for pair in pairs]
    draws = resampled([one.conversation for one in after])
    for measure in MEASURES:
        yield _difference(measure, before, after, draws)


def _difference(measure: Measure, before: Sequence[Asked], after: Sequence[Asked], draws: Any) -> Difference:
    values = value_of(measure, before), value_of(measure, after)
    interval = None
    if None not in values:
        interval = middle_95(
            resampled_values(measure, after, draws) - resampled_values(measure, before, draws)
        )
    low, high = interval or (None, None)
    rounded = [None if one is None else round(one, DIGITS) for one in (*values, low, high)]
    return Difference(
        measure=measure.name,
        before=rounded[0],
        after=rounded[1],
        low=rounded[2],
        high=rounded[3],
        better=measure.better,
    )


def changed_conditions(before: Conditions, after: Conditions) -> Iterator[str]:
    """Each condition that differs, in words: "settings.answer.threshold: 0.4 → 0.0"."""
    one, other = _flat(before.model_dump()), _flat(after.model_dump())
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name) and name != "corpus":  # whose documents are named
            yield f"{name}: {_short(one.get(name))} → {_short(other.get(name))}"


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else {f"{above}{name}": value}
    return flat


def _short(value: Any) -> str:
    if value is None:
        return "none"
    return value[:12] if isinstance(value, str) else str(value)
