"""Holds a sentence against spans by all rules.

Knows no documents and no index. A whole sentence of a span needs no rule; where a sentence comes from, said
in the words of the context, is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.sentences import split_sentences
from qa.support.evidence import Evidence
from qa.support.reading import MOST_ITEMS, read
from qa.support.rules import (
    comparisons,
    content,
    operators,
    repeated_quantities,
    unknown_names,
    unknown_quantities,
)
from qa.support.together import displaced, merged, roles
from qa.support.verdict import Fault, Verdict

LONGEST = 1_000  # characters of a sentence: what is longer cannot be checked and is not released
TITLE = 4  # words from which on "In X," names a text; a shorter X may be a place, and that is a claim
RULES = (
    unknown_names,
    unknown_quantities,
    repeated_quantities,
    operators,
    comparisons,
    merged,
    displaced,
    roles,
    content,
)


def check(sentence: str, spans: Sequence[str], context: Sequence[str] = ()) -> Verdict:
    """Whether the spans carry all that the sentence says.

    `context`: title, headings, metadata, the sentence before each span. Names and plain words may come from
    there, numbers not. A whole sentence or run of sentences of a span is supported as it stands.
    """
    if any(_is_quote(sentence, span) for span in spans):
        return Verdict(True, ())
    said = read(_without_source(sentence[:LONGEST], context))
    if not said.items:
        return Verdict(False, (Fault("content", "nothing to check"),))
    if len(sentence) > LONGEST or len(said.items) == MOST_ITEMS:
        return Verdict(False, (Fault("content", "too much to check"),))
    held = Evidence(said, spans, context)
    faults = tuple(dict.fromkeys(fault for rule in RULES for fault in rule(said, held)))
    return Verdict(not faults, faults)


def _is_quote(sentence: str, span: str) -> bool:
    """Whether the sentence is one or more whole sentences of the span, to the character."""
    quote = sentence.strip()
    if not quote or quote not in span:
        return False
    bounds = split_sentences(span)
    ends = {end for _, end in bounds}
    return any(start + len(quote) in ends and span.startswith(quote, start) for start, _ in bounds)


def _without_source(sentence: str, context: Sequence[str]) -> str:
    """The sentence without "According to X," or "X reports that", X as the context writes it: no claim."""
    for name in filter(None, map(str.strip, context)):
        source = re.escape(name)
        leads = _LEADS if len(name.split()) < TITLE else f"{_LEADS}|in"
        found = re.match(
            rf"(?:(?:{leads}) (?:the )?{source} ?[,:]|(?:the )?{source} (?:{_REPORTS}) that) ",
            sentence,
            re.IGNORECASE,
        )
        if found:
            return sentence[found.end() :]
    return sentence


_LEADS = "according to|as (?:reported|stated) (?:by|in)"
_REPORTS = "reports|says|states|notes|writes|adds|explains|shows|reported|said|stated|noted|wrote|added"
