"""A model asked within limits: how long a reply may be, and what all replies may cost together.

Knows no prompts and believes nothing that a model says.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.observe import Step, in_one_context
from index.tokens import count_tokens
from qa.errors import ModelFailed
from qa.models import Message, Stopped, chat_model, label, stream_text
from qa.settings import AnswerSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LONGEST_TOKEN = 8  # characters: a server that sends more a token is not listened to further


@dataclass(slots=True)
class Cost:
    """Of one question. tokens: of cl100k, sent and received."""

    tokens: int = 0


class Purse:
    """The tokens that all models of an assistant may cost. Safe to use from several threads."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._spent = 0
        self._lock = threading.Lock()

    def reserve(self, sent: int, received: int) -> None:
        """Pay for what is sent. Raises ModelFailed where less is left than that and what may be received."""
        with self._lock:
            if self._limit is not None and self._spent + sent + received > self._limit:
                raise ModelFailed(f"the limit of {self._limit:,} tokens is reached")
            self._spent += sent

    def pay(self, received: int) -> None:
        with self._lock:
            self._spent += received


class Asker:
    """Asks one model. Safe to use from several threads. `name`: as it may be shown."""

    def __init__(self, model: str | BaseChatModel, settings: AnswerSettings, purse: Purse) -> None:
        """Raises ModelUnavailable."""
        self.name = label(model) if isinstance(model, str) else type(model).__name__
        self._model = chat_model(model, settings) if isinstance(model, str) else model
        self._settings = settings
        self._purse = purse
        self._stopped: Stopped = lambda: False

    def until(self, stopped: Stopped) -> Asker:
        """The same model from the same purse, whose replies end once `stopped` is true."""
        other = copy(self)
        other._stopped = stopped
        return other

    def ask(self, messages: Sequence[Message], cost: Cost) -> Generator[str, None, None]:
        """What it says, piece by piece, up to the limit. Closing it ends the request. Raises ModelFailed."""
        return in_one_context(self._said(messages, cost))

    def _said(self, messages: Sequence[Message], cost: Cost) -> Generator[str, None, None]:
        sent = sum(count_tokens(text) for _, text in messages)
        self._purse.reserve(sent, self._settings.answer_tokens)
        said: list[str] = []
        room = LONGEST_TOKEN * self._settings.answer_tokens
        reply = stream_text(self._model, messages, self._settings.timeout, self._stopped)
        with Step("model", model=self.name, sent=sent) as step:
            try:
                with closing(reply) as pieces:
                    for piece in pieces:
                        said.append(piece[:room])
                        room -= len(piece)
                        yield said[-1]
                        if room <= 0:
                            return
            finally:
                received = count_tokens("".join(said))
                self._purse.pay(received)
                cost.tokens += sent + received
                step.note(received=received)

    def reply(self, messages: Sequence[Message], cost: Cost) -> str:
        """All that it says. Raises ModelFailed."""
        return "".join(self.ask(messages, cost))
