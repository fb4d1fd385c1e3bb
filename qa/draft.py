"""An answer as it grows: what a model writes, as far as the documents carry it, and the quotes it left out.

A sentence of a model is released with the exact spans that carry it, replaced by the quote that it leaned
on, or dropped. A quote whose facts no released sentence tells is shown: a bad model costs prose, not facts.
Knows no model; without one the quotes are the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from index import Passage
from index.words import words
from qa.answer import Citation, Sentence
from qa.candidates import SHORTEST, Candidate
from qa.cite import Citer, Span
from qa.claims import Claim
from qa.extract import SAME_CONTENT
from qa.kinds import NUMERAL
from qa.question import FUNCTION_WORDS, Kind, Question, content_words

TO_THE_POINT = 0.6  # of the best sentence's score: what carries a released sentence must reach it
LEANING = 0.5  # of a sentence's content, which the quote that it leaned on must hold
NUMBERS_ALONE: frozenset[Kind] = frozenset({"count", "amount", "duration", "date"})
FACTS_ALONE: frozenset[Kind] = NUMBERS_ALONE | {"who", "where"}  # only numbers and names answer these

Quote = Sequence[Span]  # what is quoted, and the spans of other documents that say the same
Fate = Literal["released", "replaced", "dropped"]
LetsPass = Callable[[str, Sequence[Span]], bool]

# Comes to life in a page or a terminal, or leads away from it: with it, nothing of a model is shown.
_LIVE = re.compile(
    r"[`<>{}|\\]|\]\(|!\[|\bwww\.|\b[a-z][a-z0-9+.-]{1,20}:(?://|[^\s\d])|&#?\w+;", re.IGNORECASE
)
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)」』]*$")
_ABOUT_ITSELF = frozenset(words("answer passage question"))  # "The passage is about the policy."
_NAME = re.compile(r"\b[A-Z][\w-]+")


class Draft:
    """`sentences` are shown, in this order; `tally` counts what became of the sentences of a model."""

    def __init__(
        self, asked: Question, candidates: Sequence[Candidate], quotes: Sequence[Quote], citer: Citer
    ) -> None:
        """candidates: best first. quotes: the answer without a model."""
        self.sentences: list[Sentence] = []
        self.tally: dict[Fate, int] = {"released": 0, "replaced": 0, "dropped": 0}
        self._asked = asked
        self._candidates = candidates
        self._left = list(quotes)
        self._citer = citer

    def hear(self, claim: Claim, given: Sequence[Passage], lets_pass: LetsPass) -> Sentence | None:
        """What is shown for a sentence of a model. given: the passages as the model knows them, from 1.

        lets_pass: asked last, of a sentence that its spans carry; what it holds back is quoted from these.
        """
        spans = self._carrying(claim, given)
        if spans and lets_pass(claim.text, spans):
            return self._show("released", self._citer.state(claim.text, spans))
        if quote := self._leaned_on(claim.text) or self._behind(spans[:1]):
            self._left = [one for one in self._left if one is not quote]
            return self._show("replaced", self._citer.quote(quote))
        self.tally["dropped"] += 1
        return None

    def rest(self) -> Iterator[Sentence]:
        """The quotes that are left, but for those whose facts are told."""
        for quote in self._left:
            if not self._told(quote):
                self.sentences.append(self._citer.quote(quote))
                yield self.sentences[-1]
        self._left = []

    def read(self, span: Span) -> str:
        """The text of a span, exactly."""
        return self._citer.read(span)

    def citations_of(self, quote: Quote) -> tuple[Citation, ...]:
        """The citations that stand for a quote, or for a part of it."""
        return tuple(one for one in self._citer.citations if any(_cites(one, span) for span in quote))

    def _show(self, fate: Fate, sentence: Sentence) -> Sentence:
        self.tally[fate] += 1
        self.sentences.append(sentence)
        return sentence

    def _carrying(self, claim: Claim, given: Sequence[Passage]) -> Sequence[Span]:
        """The spans with which a sentence is released; none where it is not."""
        from qa.ground import carrying  # answers that are quoted need nothing of it

        stems = frozenset(words(claim.text))
        whole = len(stems) >= SHORTEST and _ENDED.search(claim.text)  # not cut off by a limit
        if not whole or _LIVE.search(claim.text) or not claim.text.isprintable():
            return ()
        if any(stems <= frozenset(words(sentence.text)) for sentence in self.sentences):
            return ()
        marked = [given[mark - 1] for mark in claim.marks if 0 < mark <= len(given)]
        spans = carrying(claim.text, marked, given)
        held = words(" ".join(self._citer.read(span) for span in spans))
        return spans if self._to_the_point(spans) and stems & _ABOUT_ITSELF <= set(held) else ()

    def _to_the_point(self, spans: Sequence[Span]) -> bool:
        """Whether the spans hold a sentence that answers nearly as well as the best: true is not enough."""
        scores = [
            one.score
            for one in self._candidates
            if any(_overlap(Span(one.passage, one.start, one.end), span) for span in spans)
        ]
        return bool(scores) and max(scores) >= TO_THE_POINT * self._candidates[0].score

    def _leaned_on(self, text: str) -> Quote | None:
        stems = frozenset(content_words(text))
        for quote in self._left:
            shared = len(stems.intersection(words(self._citer.read(quote[0]))))
            if shared and shared >= LEANING * len(stems) and not self._told(quote):
                return quote
        return None

    def _behind(self, spans: Sequence[Span]) -> Quote | None:
        """The quote to show for a sentence that `spans`, at most one, carries; none where it is shown."""
        for span in spans:
            if left := next((quote for quote in self._left if _overlap(quote[0], span)), None):
                return left
            if not any(_cites(one, span) for one in self._citer.citations):
                return spans
        return None

    def _told(self, quote: Quote) -> bool:
        """Whether the released sentences that cite a quote say all its numbers and names and, unless the
        question asks for just these, half of its content.
        """
        said = " ".join(
            sentence.text
            for sentence in self.sentences
            if sentence.support == "supported"
            and any(_cites(one, span) for one in sentence.citations for span in quote)
        )
        text = self._citer.read(quote[0])
        kind = self._asked.kind
        facts = _facts(text, kind) - _facts(self._asked.text, kind)
        if not said or not facts <= _facts(said, kind):
            return False
        stems = frozenset(content_words(text))
        enough = bool(facts) and kind in FACTS_ALONE
        return enough or len(stems.intersection(words(said))) >= SAME_CONTENT * len(stems)


def _facts(text: str, kind: Kind) -> frozenset[str]:
    """Numbers and, unless a number is asked for, names; as they are written."""
    found = NUMERAL.findall(text)
    if kind not in NUMBERS_ALONE:
        found += [name for name in _NAME.findall(text) if name.casefold() not in FUNCTION_WORDS]
    return frozenset(one.casefold().rstrip(".,") for one in found)


def _overlap(one: Span, other: Span) -> bool:
    same = one.passage.document_id == other.passage.document_id
    return same and one.start < other.end and other.start < one.end


def _cites(citation: Citation, span: Span) -> bool:
    same = citation.document_id == span.passage.document_id
    return same and citation.start < span.end and span.start < citation.end
