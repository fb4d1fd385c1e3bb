"""What the tabs of the chat share: the documents, what is kept of each person, and who answers them.

Knows nothing of Gradio.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from qa.assistant import QUOTES as QUOTES
from qa.assistant import Assistant
from qa.settings import AnswerSettings
from qa.web.errors import BeingAnswered
from qa.web.library import Library, Narrowed
from qa.web.limits import Pace
from qa.web.openers import worth_asking
from qa.web.store import Exchange, Store
from qa.web.users import LOCAL

MOST_PASSAGES = 30
MOST_SENTENCES = 10
OPENERS = 3  # questions on the first screen


class Choice(NamedTuple):
    """What a person chose for a question: values of AnswerSettings, who writes, and which documents."""

    engine: str
    narrowed: Narrowed
    passages: int
    max_sentences: int
    threshold: float


@dataclass(frozen=True, eq=False)
class Answering:
    """A question while it is answered in a window. exchange: as it stands where it is stopped."""

    conversation: str
    window: str | None
    exchange: Exchange


class Requested(Protocol):
    """A request as Gradio gives it."""

    username: str | None


def person(request: Requested) -> str:
    return request.username or LOCAL


class Desk:
    """engines: assistants over the whole index, QUOTES among them, by the name that is chosen."""

    def __init__(self, library: Library, store: Store, pace: Pace, engines: Mapping[str, Assistant]) -> None:
        self.library = library
        self.store = store
        self.pace = pace
        self.engines = engines
        self._answering: dict[str, Answering] = {}  # by conversation
        self._changing = threading.Lock()
        self._closed = threading.Event()
        self._openers: dict[str, tuple[int, list[str]]] = {}  # generation and questions, by person

    def assistant(self, user: str, choice: Choice, stopped: Callable[[], bool]) -> Assistant:
        """Who answers this person: of the documents that they may see, with the settings that they chose, and
        until it is stopped."""
        base = self.engines[choice.engine]
        settings = AnswerSettings(
            **{
                **base.settings.model_dump(),
                "passages": min(choice.passages, MOST_PASSAGES),
                "max_sentences": min(choice.max_sentences, MOST_SENTENCES),
                "threshold": choice.threshold,
            }
        )
        seen = self.library.narrow(user, choice.narrowed)
        return base.over(seen, settings, stopped)

    def close(self) -> None:
        """Look for no more questions worth asking: the index is about to be closed."""
        self._closed.set()

    def titles(self, user: str) -> list[str]:
        """Of all documents that the person sees."""
        return [document.title for document in self.library.visible(user).documents()]

    def openers(self, user: str) -> list[str]:
        """Questions worth asking of them; found anew when documents have changed, which takes seconds."""
        found = self.known_openers(user)
        if found is None:
            seen = self.library.visible(user)
            generation = seen.generation
            found = worth_asking(
                self.engines[QUOTES].over(seen), seen.documents(), OPENERS, self._closed.is_set
            )
            self._openers[user] = generation, found
        return found

    def known_openers(self, user: str) -> list[str] | None:
        """The same where they have been found, else None."""
        generation, found = self._openers.get(user, (-1, []))
        return found if generation == self.library.visible(user).generation else None

    # One question of a conversation at a time. Whoever ends it keeps what became of it.

    def begin(self, answering: Answering) -> None:
        """Raises BeingAnswered while another window waits for an answer in the same conversation."""
        with self._changing:
            if answering.conversation in self._answering:
                raise BeingAnswered
            self._answering[answering.conversation] = answering

    @property
    def busy(self) -> bool:
        """Whether any question is being answered."""
        return bool(self._answering)

    def goes_on(self, answering: Answering) -> bool:
        return self._answering.get(answering.conversation) is answering

    def end(self, answering: Answering) -> bool:
        """False where it has been stopped."""
        with self._changing:
            if going_on := self.goes_on(answering):
                del self._answering[answering.conversation]
            return going_on

    def stop(self, conversation: str, window: str | None) -> Exchange | None:
        """What was being answered there, to one caller only. The answering sees it by `goes_on`."""
        with self._changing:
            answering = self._answering.get(conversation)
            if answering is None or answering.window != window:
                return None
            return self._answering.pop(conversation).exchange
