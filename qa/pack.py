"""What a model is sent: the question and, fenced as data, the passages that fit and may be sent.

Knows the prompts and how long they are. The passages stand before the question, so that a model that keeps
what it has read can answer the next question about them at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import prompts
from index import Passage
from index.tokens import count_tokens
from index.words import words
from qa.models import Message
from qa.orders import gives_orders
from qa.settings import AnswerSettings

SAME = 0.9  # of the shorter passage's words, from which on a longer one before it says all it says
FENCE = 8  # characters of a fence, enough that no document holds it by chance

# What templates and servers take for the end of a text or the turn of another speaker.
_CONTROL = re.compile(r"<(?=[^\s\d])|\[(?=/?[A-Z_]{3,}\])")


@dataclass(frozen=True, slots=True)
class Sheet:
    """passages: in the order of their numbers, from 1. tokens: of cl100k, of all messages."""

    passages: tuple[Passage, ...]
    messages: tuple[Message, ...]
    tokens: int


def pack(question: str, passages: Sequence[Passage], settings: AnswerSettings) -> Sheet:
    """As many of `passages`, best first, as fit: each text once, the best at the edges.

    Models read the beginning and the end with more care than the middle. A passage that gives orders to
    a model is left out; without any that may be sent, the sheet has no passages.
    """
    rules = prompts.load("answer_rules").fill(sentences=str(settings.max_sentences))
    fence = fence_for([_all_of(one) for one in passages])
    room = settings.prompt_tokens - count_tokens(rules) - count_tokens(_asked(question, "", fence))
    chosen: list[Passage] = []
    stems: list[frozenset[str]] = []
    for passage in passages:
        own = frozenset(words(passage.text))
        needed = count_tokens(f"{_fenced(passage, len(passages), fence)}\n\n")
        if needed > room or any(_same(own, other) for other in stems) or gives_orders(_all_of(passage)):
            continue
        chosen.append(passage)
        stems.append(own)
        room -= needed
    ordered = (*chosen[0::2], *reversed(chosen[1::2]))
    shown = "\n\n".join(_fenced(passage, number, fence) for number, passage in enumerate(ordered, 1))
    messages: tuple[Message, ...] = (("system", rules), ("human", _asked(question, shown, fence)))
    return Sheet(ordered, messages, sum(count_tokens(text) for _, text in messages))


def fence_for(texts: Sequence[str]) -> str:
    """A fence that depends on all it may enclose: no document can hold the one that it will stand in."""
    whole = "\0".join(texts).encode(errors="surrogatepass")
    return "=" + sha256(whole).hexdigest()[: FENCE - 1]


def tame(text: str) -> str:
    """The text without what a template takes for the turn of another speaker."""
    return _CONTROL.sub(lambda found: f"{found[0]} ", text)


def _asked(question: str, shown: str, fence: str) -> str:
    return prompts.load("answer_question").fill(passages=shown, question=tame(question), fence=fence)


def _fenced(passage: Passage, number: int, fence: str) -> str:
    title = " ".join(passage.title.split())
    return f"{fence} passage [{number}]: {tame(title)}\n{tame(passage.text)}\n{fence} end of [{number}]"


def _all_of(passage: Passage) -> str:
    return "\n".join((passage.title, *passage.headings, passage.text))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME * max(1, min(len(one), len(other)))
