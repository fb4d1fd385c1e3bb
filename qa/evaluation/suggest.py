"""Sentences of documents that a question could be asked about: those with a list, a name, a date or a number.

Proposes the fact and the quote, never the question: that a person writes, or rejects the proposal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from corpus import Document
from index.sentences import split_sentences
from qa.evaluation.gold import GoldKind

SHORTEST = 6  # words, below which a sentence says too little by itself
LISTED = 3  # names, from which on they are a list

_NAME = r"\b(?!(?:The|A|An|This|It|He|She|They)\b)[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*"
_LIST = re.compile(rf"{_NAME}(?:, {_NAME})+,? and {_NAME}")
_SPEAKER = re.compile(rf"({_NAME})(?:, [^,.]{{3,60}},)? (?:said|says|told|announced|reported|stated)\b")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?|\b(?:{_MONTHS}) (?:\d{{1,2}}, )?\d{{4}}")
_YEAR = r"(?:19|20)\d\d\b"  # says when, not how many
_NUMBER = re.compile(
    rf"(?<!No\. )(?<![\w.,-])(?!{_YEAR})\d+(?:,\d{{3}})*(?:\.\d+)?"
    r"(?: (?:million|billion|trillion)\b|%)?(?![\w-])"
)
_FACTS = tuple(re.compile(one) for one in (_DATE.pattern, _NUMBER.pattern, rf"\b{_YEAR}", _NAME))
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """facts: each of which stands in the quote, which stands in the document."""

    kind: GoldKind
    facts: tuple[str, ...]
    source: str
    quote: str

    @property
    def gapped(self) -> str:
        """The quote with its facts left out: what the question has to ask for."""
        gapped = self.quote
        for fact in self.facts:
            gapped = gapped.replace(fact, "___")
        return gapped


def suggest(document: Document, quoted: Collection[str] = ()) -> Iterator[Suggestion]:
    """At most one for each sentence, in order. quoted: sentences that have a question already."""
    headings = {heading.start for heading in document.headings}
    for line in _LINE.finditer(document.text):
        if line.start() in headings:
            continue
        for start, end in split_sentences(document.text, *line.span()):
            quote = document.text[start:end]
            if len(quote.split()) >= SHORTEST and not any(quote in one or one in quote for one in quoted):
                yield from _about(document.source, quote)


def facts_in(text: str, is_name: Callable[[str], bool]) -> tuple[str, ...]:
    """The dates, numbers, years and names of a text, in their order, each once.

    is_name: whether a word that begins a sentence, where every word is capitalised, is written as a name
    elsewhere.
    """
    begins = {start for start, _ in split_sentences(text, 0, len(text))}
    found: dict[int, re.Match[str]] = {}
    taken: set[int] = set()
    for pattern in _FACTS:
        for match in pattern.finditer(text):
            first = match[0].split()[0]
            told = pattern is not _FACTS[-1] or match.start() not in begins or is_name(first)
            if told and taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                found[match.start()] = match
    return tuple(dict.fromkeys(found[at][0] for at in sorted(found)))


def _about(source: str, quote: str) -> Iterator[Suggestion]:
    """A list tells more than who said it, who said it more than a date, a date more than a number."""
    if quote.endswith(":"):
        return
    listed = re.split(r",? and |, ", names[0]) if (names := _LIST.search(quote)) else []
    if len(listed) >= LISTED:
        yield Suggestion("list", tuple(listed), source, quote)
    elif speaker := _SPEAKER.search(quote):
        yield Suggestion("who", (speaker[1],), source, quote)
    elif day := _DATE.search(quote):
        yield Suggestion("date", (day[0],), source, quote)
    elif number := _NUMBER.search(quote):
        yield Suggestion("number", (number[0],), source, quote)
