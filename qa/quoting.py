"""What answers a question, as quotes, or why nothing does: sentences ranked, read again, chosen, widened.

Knows nothing of the turns before, of models that write, or of how a span is checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from index import Index, Passage, View
from index.observe import Step
from index.words import words
from qa.answer import Refusal
from qa.byline import find_byline
from qa.candidates import Candidate, Encode, compare_meaning, find_candidates
from qa.cite import Span
from qa.decline import confidence_of, refused_by_rule
from qa.disagree import Reading, differing_values, may_differ
from qa.draft import Quote
from qa.echo import LOOKED_FOR, SHARING, find_echoes
from qa.extract import Choice, choose
from qa.numbered import find_numbered
from qa.question import Question
from qa.reader import Reader
from qa.reread import reread
from qa.settings import AnswerSettings
from qa.widen import widen

BY_A_BYLINE = 0.95  # the confidence of an answer that a document's own byline gives
BY_ITS_NUMBER = 0.95  # and of one that is a part of a document, asked for by its number


class Extract(NamedTuple):
    """What answers a question, or one of its parts, as quotes. values: where sources differ, one a quote."""

    asked: Question
    candidates: Sequence[Candidate]
    quotes: Sequence[Quote]
    values: Sequence[Sequence[Reading]]
    confidence: float
    missing: tuple[str, ...]
    refusal: Refusal | None


class Quoter:
    """Quotes from `index`. reader: None where sentences are not read again. where: what documents must match
    that are looked in for what differs."""

    def __init__(
        self,
        index: Index | View,
        settings: AnswerSettings,
        encode: Encode,
        reader: Reader | None,
        where: Mapping[str, Any] | None = None,
    ) -> None:
        self._index = index
        self._settings = settings
        self._encode = encode
        self._reader = reader
        self._where = where

    def extract(self, asked: Question, passages: Sequence[Passage], parts: int = 1) -> Extract:
        """What of `passages` answers the question, or why nothing does. parts: that share an answer."""
        with Step("rank") as step:
            candidates = find_candidates(asked, passages, self._index.rarity)
            if self._reader:
                candidates = reread(asked, candidates, self._reader)
            candidates = compare_meaning(asked, candidates, self._encode)
            step.note(candidates=len(candidates))
        with Step("choose") as step:
            numbered = find_numbered(asked, passages, self._index)
            if numbered:
                quotes = [[span] for span in numbered]
                return Extract(asked, candidates, quotes, (), BY_ITS_NUMBER, (), None)
            missing = self._missing(asked)
            byline = None if missing else find_byline(asked, passages, self._index)
            if byline:
                return Extract(asked, candidates, [[Span(*byline)]], (), BY_A_BYLINE, (), None)
            refusal = refused_by_rule(asked, candidates, missing)
            confidence = 0.0 if missing or not candidates else confidence_of(candidates, passages)
            if confidence < self._settings.threshold:
                refusal = refusal or "not_answered"
            values = () if refusal else self._differing(asked, candidates)
            most = max(1, self._settings.max_sentences // parts)
            choices = () if refusal else _one_a_value(values) or choose(asked, candidates, most)
            quotes = [self._spans(asked, choice) for choice in choices]
            step.note(quotes=len(quotes), confidence=confidence, refusal=refusal or "")
        return Extract(asked, candidates, quotes, values, confidence, missing, refusal)

    def _differing(self, asked: Question, candidates: Sequence[Candidate]) -> Sequence[Sequence[Reading]]:
        """The values that differ among the candidates, or else between the best and what repeats it."""
        values = differing_values(asked, candidates)
        if values or not may_differ(asked):
            return values
        sharing = self._index.sharing(candidates[0].text[:LOOKED_FOR], SHARING, self._where)
        echoes = find_echoes(asked, candidates, sharing, self._index.rarity)
        return differing_values(asked, [*candidates, *echoes]) if echoes else []

    def _spans(self, asked: Question, choice: Choice) -> list[Span]:
        """The span to quote for each sentence of `choice`, each once."""
        spans = []
        for candidate in (choice.candidate, *choice.also):
            document = self._index.document(candidate.passage.document_id)
            start, end = widen(document, candidate.start, candidate.end, asked.kind)
            spans.append(Span(candidate.passage, start, end))
        return spans

    def _missing(self, asked: Question) -> tuple[str, ...]:
        """The names and numbers of the question that stand in no document."""
        return tuple(
            part
            for part in (*asked.names, *asked.numbers)
            if not all(self._index.knows(stem) for stem in words(part))
        )


def _one_a_value(values: Sequence[Sequence[Reading]]) -> list[Choice]:
    """Each value in the sentence that gives it best, with the other sources that give the same."""
    return [Choice(first.candidate, tuple(other.candidate for other in rest)) for first, *rest in values]
