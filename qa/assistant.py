"""Questions to answers: understand, retrieve, choose, cite; a language model takes part where one is named.

`stream` is the whole way of a question; `ask` waits for its end. Safe to use from several threads.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import prompts
from index import Index, Passage, View
from index.observe import Step, in_one_context
from index.observe import Value as Noted
from index.search import check_question
from qa.answer import (
    BETWEEN,
    Answer,
    Disagreement,
    Done,
    Event,
    Refusal,
    Said,
    Sentence,
    Turn,
    Understood,
    Value,
)
from qa.cite import Citer, Span
from qa.counted import counted_thing
from qa.courtesy import is_courtesy
from qa.draft import Draft, Quote
from qa.errors import ReaderMissing
from qa.language import foreign_language
from qa.memory import RememberedVectors
from qa.named import asks_for_one_name
from qa.parts import in_parts
from qa.question import Question
from qa.quoting import Extract, Quoter
from qa.reader import Reader, load_reader
from qa.settings import AnswerSettings
from qa.standalone import lean_on_last, stand_alone
from qa.subject import without_frame

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from qa.generate import Writer

QUOTES = "quotes only"  # as an engine, beside models
OTHER_SOURCES = 3  # times as many passages are looked through for documents hardly heard yet
ENOUGH_OF_ONE = 2  # passages of a document, from which on it needs no place beside the best


class Assistant:
    """Answers questions over `index` by quoting it, or in the words of a model that it carries."""

    def __init__(
        self,
        index: Index | View,
        settings: AnswerSettings | None = None,
        *,
        model: str | BaseChatModel | None = None,
        judge: str | BaseChatModel | None = None,
    ) -> None:
        """model, judge: in place of the settings' own. Raises ModelUnavailable."""
        self.index = index
        self.settings = settings or AnswerSettings()
        if isinstance(model, str):
            self.settings = self.settings.model_copy(update={"model": model})
        if isinstance(judge, str):
            self.settings = self.settings.model_copy(update={"judge": judge})
        self._writer = _writer(model or self.settings.model, self.settings, judge or self.settings.judge)
        self._encode = RememberedVectors(index.encode)
        self._loading: Future[Reader | None] | None = None
        self._lock = threading.Lock()

    def over(
        self,
        index: Index | View,
        settings: AnswerSettings | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> Assistant:
        """The same over other documents that the same model embedded, or with other settings of choosing.

        stopped: once it is true, a model that is being asked falls silent. What is loaded is shared. The
        model that writes, and its limits, stay as they are.
        """
        self._ready_reader()  # read from its file once, for both
        other = copy(self)
        other.index = index
        other.settings = settings or self.settings
        if self._writer and stopped:
            other._writer = self._writer.until(stopped)
        return other

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Mapping[str, Any] | None = None
    ) -> Answer:
        """The answer to `question` after `history`, oldest turn first, from the documents that match `where`.

        Raises BadQuestion for an empty or over-long question.
        """
        *_, last = self.stream(question, history, where)
        assert isinstance(last, Done)
        return last.answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), where: Mapping[str, Any] | None = None
    ) -> Iterator[Event]:
        """One Understood, a Said for each sentence, one Done. What has been said is never taken back."""
        return in_one_context(self._events(question, history, where))

    def _events(
        self, question: str, history: Sequence[Turn], where: Mapping[str, Any] | None
    ) -> Generator[Event, None, None]:
        with Step("question", engine=self._writer.name if self._writer else QUOTES) as whole:
            whole.texts["question"] = question
            self._load_reader()
            with Step("understand") as step:
                asked = self.understand(question, history, where)
                step.note(kind=asked.kind, parts=len(asked.parts), turns=len(history))
            with Step("retrieve") as step:
                passages = self.retrieve(asked, where)
                step.note(passages=len(passages))
            yield Understood(asked.understood, passages)
            for event in self.answer(question, asked, passages, where):
                if isinstance(event, Said):
                    whole.values.setdefault("first_sentence", whole.so_far)
                else:
                    whole.note(**_outcome(event.answer))
                yield event

    async def aask(
        self, question: str, history: Sequence[Turn] = (), where: Mapping[str, Any] | None = None
    ) -> Answer:
        """As `ask`, while the event loop goes on."""
        *_, last = [event async for event in self.astream(question, history, where)]
        assert isinstance(last, Done)
        return last.answer

    async def astream(
        self, question: str, history: Sequence[Turn] = (), where: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[Event, None]:
        """As `stream`, while the event loop goes on. Once it is closed or cancelled, a model that is being
        asked falls silent."""
        import asyncio  # not for those who wait

        gone = threading.Event()
        stoppable = await asyncio.to_thread(self.over, self.index, stopped=gone.is_set)
        events = stoppable.stream(question, history, where)
        try:
            while (event := await asyncio.to_thread(next, events, None)) is not None:
                yield event
        finally:
            gone.set()

    def understand(
        self, question: str, history: Sequence[Turn] = (), where: Mapping[str, Any] | None = None
    ) -> Question:
        """The question as it reads without the turns before it. Raises BadQuestion.

        What the documents do not answer as it stands, and do answer if it leans on the turn before, leans.
        """
        asked = in_parts(stand_alone(check_question(question, self.settings.passages), history, self.index))
        if self._writer:
            return self._writer.understand(question, asked, history, self.index)
        leaning = lean_on_last(asked, history, self.index)
        if leaning and self._declines(asked, where) and not self._declines(leaning, where):
            return leaning
        return asked

    def _declines(self, asked: Question, where: Mapping[str, Any] | None) -> bool:
        passages = self.retrieve(asked, where)
        return self._quoter(where).extract(asked, passages).refusal is not None

    def retrieve(self, asked: Question, where: Mapping[str, Any] | None = None) -> tuple[Passage, ...]:
        """The passages that may answer, best first; behind them some of the documents not among them, and
        those found for a follow-up as it was asked and behind the turn before it, and for each part of a
        comparison.

        A source that tells otherwise often ranks below several passages of one that tells it at length.
        """
        most = self.settings.passages
        found = self.index.search(asked.standalone, k=OTHER_SOURCES * most, where=where)
        heard = Counter(passage.document_id for passage in found[:most])
        others: list[Passage] = []
        for passage in found[most:]:
            if heard[passage.document_id] < ENOUGH_OF_ONE and len(others) < most:
                others.append(passage)
                heard[passage.document_id] += 1
        each = {(one.document_id, one.start): one for one in (*found[:most], *others)}
        alone = [asked.text] if asked.context else []
        behind = [f"{asked.turn_before} {asked.text}"] if asked.turn_before else []
        for text in (*alone, *behind, *(part.text for part in asked.parts)):
            for one in self.index.search(text, k=most, where=where):
                each.setdefault((one.document_id, one.start), one)
        return tuple(each.values())

    def answer(
        self,
        question: str,
        asked: Question,
        passages: Sequence[Passage],
        where: Mapping[str, Any] | None = None,
    ) -> Iterator[Said | Done]:
        """The sentences of `passages` that answer, one by one, and the whole; or a refusal. where: what the
        documents match in which those are looked for that say otherwise."""
        quoter = self._quoter(where)
        found = quoter.extract(asked, passages)
        extracts = [found]
        if asked.together or found.refusal:
            parts = [quoter.extract(part, passages, len(asked.parts)) for part in asked.parts]
            if parts and all(part.refusal is None for part in parts):
                extracts = parts
        confidence = min(extract.confidence for extract in extracts)
        missing, refusal = found.missing, extracts[0].refusal
        language = foreign_language(question, self.index.knows) if refusal else None
        if language:
            refusal = "other_language"
        elif is_courtesy(question):
            refusal = "nothing_asked"
        answering = () if refusal else extracts
        quotes = _each_once([quote for extract in answering for quote in extract.quotes])
        citer = Citer(self.index.document)
        draft = Draft(asked, found.candidates, quotes, citer)
        generation = None
        quoted = [span.passage for quote in quotes for span in quote]
        passages = [*passages, *(one for one in quoted if one not in passages)]  # what repeats the best
        if self._writer and quotes:
            by_use = sorted(passages, key=lambda passage: passage not in quoted)
            generation = yield from self._writer.write(asked, by_use, draft)
        elif self._writer:
            generation = self._writer.declined(asked)
        with Step("cite") as step:
            rest = list(draft.rest())
            step.note(sentences=len(rest))
        for sentence in rest:
            yield Said(sentence)
        sentences = draft.sentences
        yield Done(
            Answer(
                question=question,
                standalone=asked.understood,
                text=_said(sentences) if refusal is None else _refused(refusal, missing, language),
                sentences=tuple(sentences),
                citations=tuple(citer.citations),
                disagreements=tuple(one for extract in answering for one in _disagreements(extract, draft)),
                confidence=confidence,
                abstained=refusal is not None,
                refusal=refusal,
                missing=missing if refusal is not None else (),
                passages=() if refusal == "nothing_asked" else tuple(passages),
                generation=generation,
            )
        )

    def _quoter(self, where: Mapping[str, Any] | None) -> Quoter:
        return Quoter(self.index, self.settings, self._encode, self._ready_reader(), where)

    def _ready_reader(self) -> Reader | None:
        try:
            return self._load_reader().result()
        except ReaderMissing:
            self._loading = None  # the next question looks for it again
            raise

    def _load_reader(self) -> Future[Reader | None]:
        """Begins in a thread, at the first call: the embedder, which takes as long, is loaded beside it."""
        with self._lock:
            if self._loading is None:
                thread = ThreadPoolExecutor(1)
                self._loading = thread.submit(load_reader, self.settings.reader)
                thread.shutdown(wait=False)
            return self._loading


def _writer(
    model: str | BaseChatModel | None, settings: AnswerSettings, judge: str | BaseChatModel | None
) -> Writer | None:
    if model is None:
        return None
    from qa.generate import Writer  # answers that are quoted need nothing of it

    return Writer(model, settings, judge)


def _outcome(answer: Answer) -> dict[str, Noted]:
    """What may be counted of an answer."""
    found: dict[str, Noted] = {
        "outcome": "declined" if answer.abstained else "answered",
        "refusal": answer.refusal or "",
        "sentences": len(answer.sentences),
        "confidence": answer.confidence,
    }
    if wrote := answer.generation:
        found |= {"released": wrote.released, "replaced": wrote.replaced, "dropped": wrote.dropped}
    return found


def _each_once(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes whose first span lies in no other's, nor is that of an earlier one; one that begins with the
    sentence that an earlier one ends with begins behind it."""
    found: list[Quote] = []
    for first, *others in _not_inside(quotes):
        said = [quote[0].end for quote in found if _inside(replace(first, end=first.start + 1), quote[0])]
        starts = [start for start, _ in first.passage.sentences if max(said, default=0) <= start < first.end]
        found.append([replace(first, start=starts[0]) if said and starts else first, *others])
    return found


def _not_inside(quotes: Sequence[Quote]) -> list[Quote]:
    return [
        quote
        for at, quote in enumerate(quotes)
        if not any(
            _inside(quote[0], other[0]) and (place < at or not _inside(other[0], quote[0]))
            for place, other in enumerate(quotes)
            if place != at
        )
    ]


def _inside(span: Span, other: Span) -> bool:
    same = span.passage.document_id == other.passage.document_id
    return same and other.start <= span.start and span.end <= other.end


def _disagreements(extract: Extract, draft: Draft) -> Iterator[Disagreement]:
    if extract.values:
        subject = _subject(extract.asked)
        cited = map(draft.citations_of, extract.quotes)
        pairs = zip(extract.values, cited, strict=True)
        yield Disagreement(subject, tuple(Value(readings[0].value, found) for readings, found in pairs))


def _subject(asked: Question) -> str:
    """What sources differ on: "provinces", "who keeps the keys", "the rent"."""
    if asked.kind != "where" and asks_for_one_name(asked):
        return asked.text[0].lower() + asked.text[1:].rstrip(" ?")
    return counted_thing(asked) or without_frame(asked.text)


def _said(sentences: Sequence[Sentence]) -> str:
    return BETWEEN.join(sentence.text for sentence in sentences)


def _refused(refusal: Refusal, missing: Sequence[str], language: str | None) -> str:
    prompt = prompts.load(refusal)
    values = {"missing": " and ".join(missing), "language": language or ""}
    return prompt.fill(**{name: values[name] for name in prompt.variables})
