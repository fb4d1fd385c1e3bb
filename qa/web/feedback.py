"""A person's verdict on an answer as a candidate for the gold set.

Knows the answer, what the person wrote and what documents they see; nothing of pages or of where candidates
are kept. Proposes as much as can be told, so that a reviewer reads and need not write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from index import Index, View
from qa.answer import Turn
from qa.evaluation.gold import Case, Evidence, GoldTurn
from qa.evaluation.suggest import facts_in
from qa.web.quotes import holding, nearest, quoted
from qa.web.store import Exchange


class Proposed(NamedTuple):
    """What must stand in the answer, and where it is quoted from."""

    facts: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def candidate_of(history: Sequence[Turn], exchange: Exchange, right: str | None, seen: Index | View) -> Case:
    """The case that an answer, or its correction, proposes. right: what the person wrote in its place; None
    where they say that the answer is right. seen: what they see of the documents.

    Without evidence it still waits for a reviewer to give some. Raises as Index.search does.
    """
    proposed = _as_answered(exchange) if right is None else _as_corrected(" ".join(right.split()), seen)
    declined = right is None and not proposed.facts
    stamp = f"{exchange.question}\n{exchange.asked_at.isoformat()}"
    return Case(
        id=f"feedback-{hashlib.sha256(stamp.encode()).hexdigest()[:10]}",
        question=exchange.question,
        kind="unanswerable" if declined else "follow-up" if history else "what",
        origin="feedback in the chat",
        date=exchange.asked_at.date().isoformat(),
        facts=tuple((fact,) for fact in proposed.facts),
        evidence=proposed.evidence,
        history=tuple(GoldTurn(role=turn.role, text=turn.text) for turn in history),
    )


def sources_in(exchanges: Sequence[Exchange]) -> frozenset[str]:
    """Of all documents whose words stand in these answers: those that they cite."""
    answers = [exchange.answer for exchange in exchanges if exchange.answer is not None]
    return frozenset(citation.source for answer in answers for citation in answer.citations)


def _as_answered(exchange: Exchange) -> Proposed:
    """What the answer quotes; nothing of one that declined."""
    cited = exchange.answer.citations if exchange.answer else ()
    evidence = (Evidence(document=one.source, quote=one.quote) for one in cited)
    return Proposed(tuple(dict.fromkeys(one.quote for one in cited)), tuple(dict.fromkeys(evidence)))


def _as_corrected(right: str, seen: Index | View) -> Proposed:
    """The dates, numbers and names of the correction, or all of it where it has none; with the words of a
    document that say it, that hold those, or that are most like it."""
    told = facts_in(right, seen.is_name)
    found = quoted(seen, right) or (holding(seen, right, told) if told else None) or nearest(seen, right)
    if found is None:
        return Proposed(told or (right,), ())
    held = tuple(fact for fact in told if fact.casefold() in found.quote.casefold())
    whole = right if right.casefold() in found.quote.casefold() else found.quote
    return Proposed(held or (whole,), (found,))
