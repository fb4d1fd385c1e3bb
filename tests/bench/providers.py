"""Models that cannot be trusted, each as a context that gives what `Assistant(model=…)` takes.

Scripted: sentences of the passages sent, planted with faults or faithfully rephrased, seeded by the prompt.
Served on loopback: the well-behaved and the broken servers of the tests. And SmolLM2, which invents freely.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NamedTuple

from langchain_core.language_models import BaseChatModel

from index.sentences import split_sentences
from index.words import words
from qa import AnswerSettings
from qa.models import SMOLLM2
from qa.scripted import ScriptedModel
from tests.bench.falsifying import FAULTS, find_names
from tests.bench.rewriting import FAITHFUL, Rule, Source
from tests.qa.hostile import ORDERS, PAYLOADS
from tests.qa.openai_server import (
    Reply,
    a_page,
    cutting,
    dripping,
    endless,
    failing,
    garbage,
    saying,
    serving,
    silent,
)

SAID = 4  # sentences of a scripted answer: one more than an answer shows

_PASSAGE = re.compile(r"^(=\w+) passage \[(\d+)\]: (.*)\n([\s\S]*?)\n\1 end of", re.MULTILINE)


class Provider(NamedTuple):
    model: Callable[[], AbstractContextManager[str | BaseChatModel]]
    settings: AnswerSettings


def rewriting(rules: Sequence[Rule]) -> Callable[[], AbstractContextManager[BaseChatModel]]:
    """A model that says the sentences nearest to the question, each changed by one of the rules."""

    def script(prompt: str) -> Iterator[str]:
        chance = random.Random(prompt)
        asked = set(words(prompt.rpartition("Question: ")[2]))
        told: list[tuple[str, Source]] = []
        for _, number, title, text in _PASSAGE.findall(prompt):
            own = [text[start:end] for start, end in split_sentences(text)]
            strangers = find_names(prompt.replace(text, ""))
            told += [
                (number, Source(title, (one, *(other for other in own if other != one)), strangers))
                for one in own
            ]
        told.sort(key=lambda one: -len(asked.intersection(words(one[1].sentence))))
        said = 0
        for number, source in told:
            for rule in chance.sample(list(rules), len(rules)):
                sentence = rule(source, chance)
                if sentence and sentence != source.sentence:
                    yield f"{sentence.rstrip('.')} [{number}]. "
                    said += 1
                    break
            if said == SAID:
                return

    return lambda: nullcontext(ScriptedModel(script=script))


def served(reply: Callable[[Reply], None]) -> Callable[[], AbstractContextManager[str]]:
    @contextmanager
    def address() -> Iterator[str]:
        with serving(reply) as server:
            yield server.address

    return address


_SCRIPTED = AnswerSettings()
_SERVED = AnswerSettings(timeout=0.5, retries=0, answer_tokens=100)
_ORDERED = [order.format(payload) for order in ORDERS for payload in PAYLOADS.values()]
_REPLIES: Mapping[str, Callable[[Reply], None]] = {
    "says payloads": saying(
        *(f"{payload} [1]. It is certain that {payload} [2].\n" for payload in PAYLOADS.values())
    ),
    "says orders": saying(*(f"{order} [1]\n" for order in _ORDERED)),
    "refuses": saying("I'm sorry, but I cannot help with that request."),
    "says nothing": saying(),
    "never stops": endless("word "),
    "is cut off": cutting("The policy was planned by nine golden cranes [1]. Half a sen"),
    "sends garbage": garbage,
    "sends a page": a_page,
    "drips": dripping,
    "is silent": silent,
    **{f"fails with {status}": failing(status) for status in (401, 403, 404, 429, 500)},
}
PROVIDERS: Mapping[str, Provider] = {
    "faulty": Provider(rewriting(list(FAULTS.values())), _SCRIPTED),
    "faithful": Provider(rewriting(list(FAITHFUL.values())), _SCRIPTED),
    **{name: Provider(served(reply), _SERVED) for name, reply in _REPLIES.items()},
    SMOLLM2: Provider(
        lambda: nullcontext(SMOLLM2), AnswerSettings(prompt_tokens=900, answer_tokens=90, timeout=200)
    ),
}
