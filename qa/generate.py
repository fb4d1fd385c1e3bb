"""A model asked for an answer: what it is sent, what it may cost, and what became of it.

The quotes that answer without it are there before it is asked. Each sentence is judged as soon as it is
complete (qa/draft.py) and shown before the next is read; whatever fails, the quotes are still there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from copy import copy
from typing import TYPE_CHECKING

import prompts
from index import Passage
from qa.answer import Generation, Said, Turn
from qa.asker import Asker, Cost, Purse
from qa.cite import Span
from qa.claims import claims
from qa.draft import Draft, Fate
from qa.errors import ModelFailed
from qa.juror import states
from qa.models import Stopped
from qa.pack import pack
from qa.plan import understand
from qa.question import Planned, Question
from qa.settings import AnswerSettings
from qa.spelling import Vocabulary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_NOTHING = re.compile(r"\W*NONE\W*")


class Writer:
    """Has a model understand questions and write answers, and another judge these, where one is named."""

    def __init__(
        self, model: str | BaseChatModel, settings: AnswerSettings, judge: str | BaseChatModel | None
    ) -> None:
        """Raises ModelUnavailable."""
        purse = Purse(settings.total_tokens)
        self._asker = Asker(model, settings, purse)
        self._judge = Asker(judge, settings, purse) if judge else None
        self._settings = settings

    @property
    def name(self) -> str:
        """Of the model, as it may be shown."""
        return self._asker.name

    def until(self, stopped: Stopped) -> Writer:
        """The same, whose models fall silent once `stopped` is true."""
        other = copy(self)
        other._asker = self._asker.until(stopped)
        other._judge = self._judge and self._judge.until(stopped)
        return other

    def understand(
        self, question: str, asked: Question, history: Sequence[Turn], vocabulary: Vocabulary
    ) -> Question:
        """asked: the question as the rules understand it."""
        return understand(question, asked, history, vocabulary, self._asker)

    def write(
        self, asked: Question, passages: Sequence[Passage], draft: Draft
    ) -> Generator[Said, None, Generation]:
        """What of the model's answer is shown, and how it came about.

        passages: those that should be sent first come first.
        """
        sheet = pack(asked.standalone, passages, self._settings)
        cost, said = Cost(), list[str]()
        jury = _Jury(self._judge, draft, cost)
        failure = "" if sheet.passages else "none of the passages may be sent to it"
        if not failure:
            try:
                with closing(self._asker.ask(sheet.messages, cost)) as pieces:
                    for claim in claims(_kept(pieces, said)):
                        if _NOTHING.fullmatch(claim.text):
                            continue
                        if sentence := draft.hear(claim, sheet.passages, jury.lets_pass):
                            yield Said(sentence)
                        if len(draft.sentences) >= self._settings.max_sentences:
                            break
                failure = jury.failure or _disappointment(draft, said)
            except ModelFailed as failed:
                failure = failed.reason
        return self._record(asked.planned, cost.tokens, draft.tally, failure)

    def declined(self, asked: Question) -> Generation | None:
        """Of a question that nobody is to answer: what understanding it came to."""
        return self._record(asked.planned, 0, Counter(), "") if asked.planned else None

    def _record(
        self, planned: Planned | None, tokens: int, tally: Mapping[Fate, int], failure: str
    ) -> Generation:
        return Generation(
            model=self._asker.name,
            prompts=prompts.digest(),
            tokens=tokens + (planned.tokens if planned else 0),
            released=tally["released"],
            replaced=tally["replaced"],
            dropped=tally["dropped"],
            note=prompts.load("model_failed").fill(reason=failure) if failure else "",
            understanding=planned.outcome if planned else "",
            judge=self._judge.name if self._judge else "",
        )


class _Jury:
    """Puts the sentences of one answer to the judge; once it has failed, none passes and it is left alone."""

    def __init__(self, judge: Asker | None, draft: Draft, cost: Cost) -> None:
        self._judge = judge
        self._draft = draft
        self._cost = cost
        self.failure = ""

    def lets_pass(self, sentence: str, spans: Sequence[Span]) -> bool:
        if self._judge is None:
            return True
        if self.failure:
            return False
        quotes = [f"{span.passage.title}\n{self._draft.read(span)}" for span in spans]
        try:
            return states(self._judge, sentence, quotes, self._cost)
        except ModelFailed as failed:
            self.failure = f"its judge: {failed.reason}"
            return False


def _kept(pieces: Iterable[str], said: list[str]) -> Iterator[str]:
    for piece in pieces:
        said.append(piece)
        yield piece


def _disappointment(draft: Draft, said: Sequence[str]) -> str:
    """Why a model that came to its end is not what is shown; empty where it is."""
    if draft.tally["released"] or draft.tally["replaced"]:
        return ""
    if draft.tally["dropped"]:
        return "the documents carry none of it"
    return "it found no answer in the passages" if "".join(said).strip() else "it said nothing"
