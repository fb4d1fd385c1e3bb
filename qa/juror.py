"""A second model, asked of each sentence that would be released whether its quotes state it.

It can only forbid: what the rules of qa/support do not carry is not put to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import prompts
from qa.asker import Asker, Cost
from qa.models import Message
from qa.pack import fence_for, tame

_YES = re.compile(r"\W*yes\W*", re.IGNORECASE)


def states(asker: Asker, sentence: str, quotes: Sequence[str], cost: Cost) -> bool:
    """Whether the model clearly says so. Raises ModelFailed."""
    return _YES.fullmatch(asker.reply(_messages(sentence, quotes), cost)) is not None


def _messages(sentence: str, quotes: Sequence[str]) -> Sequence[Message]:
    fence = fence_for([sentence, *quotes])
    shown = "\n\n".join(f"{fence}\n{tame(quote)}\n{fence}" for quote in quotes)
    asking = prompts.load("judge_sentence").fill(quotes=shown, sentence=tame(sentence), fence=fence)
    return ("system", prompts.load("judge_rules").text), ("human", asking)
