"""What is wrong with a gold set, measured against the documents as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qa.evaluation.anchor import find_again, source_named
from qa.evaluation.gold import Case, Evidence
from qa.evaluation.metrics import holds, normalised

Asked = tuple[object, ...]

FOLLOWING = frozenset({"follow-up", "unanswerable", "disagreement"})  # what may come after other turns


@dataclass(frozen=True, slots=True)
class Fault:
    """`mended`: the case without this fault, where a program may tell how."""

    case: Case
    what: str
    mended: Case | None = None


def lint(cases: Sequence[Case], texts: Mapping[str, str]) -> Iterator[Fault]:
    """Every fault, in the order of the cases. texts: of the documents, by source."""
    seen: dict[Asked, str] = {}
    for case in cases:
        yield from faults_in(case, texts, seen)
        seen.setdefault(asked(case), case.id)


def faults_in(case: Case, texts: Mapping[str, str], others: Mapping[Asked, str]) -> Iterator[Fault]:
    """Every fault of one case. others: the ids of the cases beside it, by what they ask."""
    if asked(case) in others:
        yield Fault(case, f"asks what {others[asked(case)]} asks")
    yield from _shape(case)
    yield from _quotes(case, texts)
    yield from _facts(case)


def asked(case: Case) -> Asked:
    """The same for cases that ask the same after the same turns."""
    return (*normalised(case.question), *case.history)


def mend(case: Case, texts: Mapping[str, str]) -> Case:
    """The case with every quote that can be found again put in its new place."""
    for fault in _quotes(case, texts):
        if fault.mended is not None:
            return mend(fault.mended, texts)
    return case


def _shape(case: Case) -> Iterator[Fault]:
    if case.answerable and not (case.facts and case.evidence):
        yield Fault(case, "has an answer, but no facts or no evidence for it")
    if not case.answerable and (case.facts or case.evidence):
        yield Fault(case, "has no answer, but facts or evidence for one")
    if (case.kind == "disagreement") != bool(case.values):
        yield Fault(case, "values belong to a disagreement, and a disagreement has some")
    if case.kind not in FOLLOWING if case.history else case.kind == "follow-up":
        yield Fault(case, "a history belongs to a follow-up, and a follow-up has one")
    try:
        date.fromisoformat(case.date)
    except ValueError:
        yield Fault(case, f"date {case.date!r} is not like 2026-11-22")


def _quotes(case: Case, texts: Mapping[str, str]) -> Iterator[Fault]:
    for at, one in enumerate(case.evidence):
        source = source_named(one.document, texts)
        if source and one.quote in texts[source]:
            continue
        anchor = find_again(one.quote, texts)
        what = "no longer stands in" if source else "is from a document that is not there:"
        lost = f"quote {what} {one.document}: {one.quote}"
        if anchor is None:
            yield Fault(case, lost)
            continue
        place = one.document if anchor.source == source else anchor.source
        found = Evidence(document=place, quote=anchor.quote)
        moved = case.model_copy(update={"evidence": (*case.evidence[:at], found, *case.evidence[at + 1 :])})
        holds = {fault.what for fault in _facts(moved)} <= {fault.what for fault in _facts(case)}
        now = f"now in {anchor.source}: {anchor.quote}"
        yield Fault(
            case, f"{lost}; {now}" if holds else f"{lost}; {now}, without a fact", moved if holds else None
        )


def _facts(case: Case) -> Iterator[Fault]:
    """Facts and values that the quotes do not give, and what is forbidden that they do."""
    quoted = " ".join(one.quote for one in case.evidence)
    if not case.evidence:
        return
    for alternatives in (*case.facts, *((value,) for value in case.values)):
        if not any(holds(quoted, alternative) for alternative in alternatives):
            yield Fault(case, f"no quote holds {' or '.join(alternatives)}")
    for string in case.forbidden:
        if holds(quoted, string):
            yield Fault(case, f"a quote holds {string}, which the answer must not")
