"""A question as a model understands it: standing alone after the turns before it, a comparison in parts.

Its words only help to find passages, and are shown as what was understood. They may be no others than those
of the conversation; else, and whatever fails, the question stands as the rules understood it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import prompts
from index.tokens import count_tokens
from qa.answer import Turn
from qa.asker import Asker, Cost
from qa.courtesy import is_courtesy
from qa.errors import ModelFailed
from qa.models import Message
from qa.orders import gives_orders
from qa.pack import fence_for, tame
from qa.parts import in_parts
from qa.question import Planned, Question, analyse, content_words
from qa.spelling import Vocabulary, respell

MOST_TURNS = 600  # tokens of the conversation that is sent, the newest of it
LONGEST = 300  # characters of a question
MOST_PARTS = 4
TAKEN = "taken"

_PART = re.compile(r"[-*•]\s+")


def understand(
    question: str, asked: Question, history: Sequence[Turn], vocabulary: Vocabulary, asker: Asker
) -> Question:
    """The question as the model understands it, or as the rules did: `asked`, with why it stands.

    The model is asked only where it can help: after other turns, or for a comparison.
    """
    if is_courtesy(question) or not (history or asked.kind == "compare"):
        return asked
    cost = Cost()
    try:
        said = asker.reply(_messages(question, history), cost)
        found, outcome = _read(said, question, asked, history, vocabulary), TAKEN
    except ModelFailed as failed:
        found, outcome = asked, failed.reason
    return replace(found, planned=Planned(cost.tokens, outcome))


def _messages(question: str, history: Sequence[Turn]) -> Sequence[Message]:
    turns = list(_newest(history))[::-1]
    fence = fence_for([question, *turns])
    asking = prompts.load("understand_question").fill(
        turns=tame("\n".join(turns)), question=tame(question), fence=fence
    )
    return ("system", prompts.load("understand_rules").text), ("human", asking)


def _newest(history: Sequence[Turn]) -> Iterator[str]:
    """Turns that may be sent, the newest first, as many as fit."""
    room = MOST_TURNS
    for turn in reversed(history):
        line = f"{turn.role}: {' '.join(turn.text.split())}"
        room -= count_tokens(line)
        if room < 0:
            return
        if not gives_orders(turn.text):
            yield line


def _read(
    said: str, question: str, asked: Question, history: Sequence[Turn], vocabulary: Vocabulary
) -> Question:
    """Raises ModelFailed for words that nobody said, and for a form that was not asked for."""
    first, *rest = [line for line in map(str.strip, said.splitlines()) if line] or [""]
    parts = [_PART.sub("", line, count=1) for line in rest]
    if not all(map(_PART.match, rest)) or len(parts) == 1 or len(parts) > MOST_PARTS:
        raise ModelFailed("it kept to no form")
    asks = (one == question or one.endswith(("?", "？")) for one in (first, *parts))
    if not all(asks) or not "".join((first, *parts)).isprintable():
        raise ModelFailed("it asked no question")
    if any(len(one) > LONGEST for one in (first, *parts)):
        raise ModelFailed("its question is too long")
    given = set(content_words("\n".join((question, *(turn.text for turn in history)))))
    if not given.issuperset(content_words("\n".join((first, *parts)))):
        raise ModelFailed("it used words that nobody said")
    now = analyse(question)
    wanted = content_words(" ".join((*now.names, *now.numbers)))
    if not set(content_words(first)).issuperset(wanted):
        raise ModelFailed("it left out what was asked")
    whole = in_parts(analyse(respell(first, vocabulary))) if history else asked
    compared = content_words(" ".join(whole.names))
    if parts and not set(content_words("\n".join(parts))).issuperset(compared):
        raise ModelFailed("its parts leave out what is compared")
    if not parts:
        return whole
    return replace(whole, parts=tuple(analyse(respell(part, vocabulary)) for part in parts), together=True)
