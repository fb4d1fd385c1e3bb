"""A model asked for an answer: what it is sent, what it may cost, and what became of it.

The quotes that answer without it are there before it is asked. Each sentence is judged as soon as it is
complete (qa/draft.py) and shown before the next is read; whatever fails, the quotes are still there.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import prompts
from index import Passage
from index.tokens import count_tokens
from qa.answer import Generation, Said
from qa.claims import claims
from qa.draft import Draft
from qa.errors import ModelFailed
from qa.models import chat_model, label, stream_text
from qa.pack import Sheet, pack
from qa.settings import AnswerSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LONGEST_TOKEN = 8  # characters: a server that sends more a token is not listened to further

_NOTHING = re.compile(r"\W*NONE\W*")


class Writer:
    """Has a model write answers, and keeps count of its tokens. Safe to use from several threads."""

    def __init__(self, model: str | BaseChatModel, settings: AnswerSettings) -> None:
        """Raises ModelUnavailable."""
        self._model = chat_model(model, settings) if isinstance(model, str) else model
        self._name = label(model) if isinstance(model, str) else type(model).__name__
        self._settings = settings
        self._spent = 0
        self._lock = threading.Lock()

    def write(
        self, question: str, passages: Sequence[Passage], draft: Draft
    ) -> Generator[Said, None, Generation]:
        """What of the model's answer is shown, and how it came about.

        question: as it stands alone. passages: those that should be sent first come first.
        """
        sheet = pack(question, passages, self._settings)
        said: list[str] = []
        failure = self._begin(sheet)
        if not failure:
            try:
                with closing(stream_text(self._model, sheet.messages, self._settings.timeout)) as pieces:
                    for claim in claims(self._heard(pieces, said)):
                        if _NOTHING.fullmatch(claim.text):
                            continue
                        if sentence := draft.hear(claim, sheet.passages):
                            yield Said(sentence)
                        if len(draft.sentences) >= self._settings.max_sentences:
                            break
                failure = _disappointment(draft, said)
            except ModelFailed as failed:
                failure = failed.reason
        received = count_tokens("".join(said))
        with self._lock:
            self._spent += received
        return Generation(
            model=self._name,
            prompts=prompts.digest(),
            tokens=sheet.tokens + received if said else 0,
            released=draft.tally["released"],
            replaced=draft.tally["replaced"],
            dropped=draft.tally["dropped"],
            note=prompts.load("model_failed").fill(reason=failure) if failure else "",
        )

    def _begin(self, sheet: Sheet) -> str:
        """Why the model is not asked; empty where it is, and then what it is sent counts."""
        if not sheet.passages:
            return "none of the passages may be sent to it"
        limit = self._settings.total_tokens
        with self._lock:
            if limit is not None and self._spent + sheet.tokens + self._settings.answer_tokens > limit:
                return f"the limit of {limit:,} tokens is reached"
            self._spent += sheet.tokens
        return ""

    def _heard(self, pieces: Iterable[str], said: list[str]) -> Iterator[str]:
        """The pieces, up to the limit; `said` keeps them."""
        room = LONGEST_TOKEN * self._settings.answer_tokens
        for piece in pieces:
            said.append(piece[:room])
            room -= len(piece)
            yield said[-1]
            if room <= 0:
                return


def _disappointment(draft: Draft, said: Sequence[str]) -> str:
    """Why a model that came to its end is not what is shown; empty where it is."""
    if draft.tally["released"] or draft.tally["replaced"]:
        return ""
    if draft.tally["dropped"]:
        return "the documents carry none of it"
    return "it found no answer in the passages" if "".join(said).strip() else "it said nothing"
