"""The chat: a question in, its turn of the conversation out, sentence by sentence, and kept as it ends.

Knows Gradio and what the desk holds; nothing of how an answer is found or written as HTML. The store is the
truth of a conversation: the page holds its id alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import gradio as gr
from gradio.components import Component

from index import IndexFault, Passage
from qa.answer import Done, Said, Sentence, Turn, Understood
from qa.errors import QAError
from qa.web import page
from qa.web.desk import Answering, Choice, Desk, person
from qa.web.feedback import candidate_of, sources_in
from qa.web.library import Narrowed
from qa.web.listing import narrowed_html
from qa.web.settings_tab import Controls
from qa.web.store import Exchange
from qa.web.users import LOCAL

if TYPE_CHECKING:
    from gradio.events import Dependency

AT_ONCE = 8  # questions answered at the same time; further ones wait in line
Update = dict[Component, Any]  # of what changes on the screen, its new value


class Pressed(NamedTuple):
    """A button of the page, as page.js tells it. turn: from 1, 0 outside of one."""

    act: str
    turn: int
    text: str
    id: str


def pressed(told: str) -> Pressed:
    """Raises ValueError for what page.js does not write."""
    match json.loads(told):
        case {"act": str(act), "turn": int(turn), "text": str(text), "id": str(id)}:
            return Pressed(act, turn, text, id)
    raise ValueError(f"no button of the page: {told[:80]!r}")


class ChatTab:
    """listing, fresh: the person's conversations and the button for a new one, which stand beside the tabs.
    narrowed: holds the documents to ask, a Narrowed. controls: of the settings tab."""

    def __init__(
        self, desk: Desk, listing: gr.Markdown, fresh: gr.Button, narrowed: gr.State, controls: Controls
    ) -> None:
        self._desk = desk
        self._listing = listing
        self._narrowed = narrowed
        self._conversation = gr.State(None)  # its id, None before the first question
        self._editing = gr.State(0)  # the turn whose question is being changed
        self._asked = gr.State("")  # the question of a button
        self._anew = gr.State(0)  # the turn that it asks anew
        self._judged = gr.State(0)  # the turn that the correction is about
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self._bar = gr.Markdown(elem_id="bar", latex_delimiters=[], visible=False)
                with gr.Column(elem_id="conversation"):
                    self._hello = gr.Markdown(elem_id="hello", latex_delimiters=[])  # page.css hides it
                    self._past = gr.Markdown(elem_id="past", latex_delimiters=[])
                    self._now = gr.Markdown(elem_id="now", latex_delimiters=[])
                self._confined = gr.Markdown(elem_id="confined", latex_delimiters=[], visible=False)
                self._notice = gr.Markdown(elem_id="notice", latex_delimiters=[], visible=False)
                with gr.Group(visible=False, elem_id="correction") as self._correction:
                    self._right = gr.Textbox(
                        label="What would be right?",
                        info="Quote the documents where you can. Once reviewed, it becomes a test question.",
                        lines=2,
                    )
                    with gr.Row():
                        send = gr.Button("Send correction", size="sm", variant="primary")
                        cancel = gr.Button("Cancel", size="sm")
                self._question = gr.Textbox(
                    label="Your question",
                    show_label=False,
                    placeholder="Ask about your documents",
                    elem_id="question",
                    submit_btn="Ask",
                    autofocus=True,
                    max_lines=6,
                )
            with gr.Column(scale=2, min_width=300):
                gr.Markdown(page.sources_html((), (), 0), elem_id="sources", latex_delimiters=[])
        button = gr.Textbox(visible="hidden", elem_id="pressed", label="Button pressed")

        here = [self._conversation]
        chosen = [narrowed, *controls]
        self._on(  # what is sent before an answer has ended is asked after it
            self._question.submit,
            self.ask,
            [self._question, *here, self._editing, *chosen],
            together=AT_ONCE,
            mode="always_last",
        )
        pressing = self._on(button.submit, self.press, [button, *here])
        self._on(pressing.success, self.ask, [self._asked, *here, self._anew, *chosen], together=AT_ONCE)
        self._on(self._question.stop, self.stop, here)
        self._on(fresh.click, self.leave, here)
        self._on(send.click, self.correct, [self._right, self._judged, *here])
        self._on(cancel.click, self.forget, [])

    @property
    def screen(self) -> list[Component]:
        return [
            self._question,
            self._bar,
            self._hello,
            self._past,
            self._now,
            self._listing,
            self._conversation,
            self._editing,
            self._asked,
            self._anew,
            self._notice,
            self._judged,
            self._correction,
            self._right,
        ]

    def _on(
        self,
        event: Callable[..., Dependency],
        act: Callable[..., Update | Iterator[Update]],
        inputs: Sequence[Component],
        together: int | None = None,
        mode: Literal["once", "always_last"] = "once",
    ) -> Dependency:
        return event(
            act,
            [*inputs],
            self.screen,
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=together,
            concurrency_id="ask" if together else None,
            trigger_mode=mode,
        )

    def follow(self, told: gr.Markdown) -> None:
        """Say so above the question, too, whenever `told` says that only some documents are asked."""
        told.change(
            lambda narrowed: gr.Markdown(narrowed_html(narrowed), visible=bool(narrowed)),
            self._narrowed,
            self._confined,
            show_progress="hidden",
            api_visibility="private",
        )

    # What a person does

    def arrive(self, request: gr.Request) -> Iterator[Update]:
        """The first screen; the questions worth asking come when they have been tried."""
        user = person(request)
        known = self._desk.known_openers(user)
        yield {self._hello: self._welcome(user, known), self._listing: self._list(user, None)}
        if known is None:  # by now they may be: the page still lacks them
            yield {self._hello: self._welcome(user, self._desk.openers(user))}

    def ask(
        self,
        question: str,
        conversation: str | None,
        editing: int,
        narrowed: Narrowed,
        engine: str,
        passages: int,
        sentences: int,
        threshold: float,
        request: gr.Request,
    ) -> Iterator[Update]:
        """The question after the turns of the conversation, or in place of the turn that is being edited."""
        if not question.strip():  # Enter in an empty box asks nothing
            yield self._as_it_is()
            return
        user = person(request)
        choice = Choice(engine, narrowed, passages, sentences, threshold)
        try:
            self._desk.pace.take(user)
            if conversation is None:
                conversation, editing = self._desk.store.new(user, question), 0
            kept = Exchange(question, None, None, datetime.now(UTC), choice.engine)
            answering = Answering(conversation, request.session_hash, kept)
            yield from self._answered(user, answering, editing, choice)
        except (IndexFault, QAError) as fault:  # before there was a turn to tell it in
            yield {**self._told(fault), self._question: _asking(False, question)}

    def press(self, told: str, conversation: str | None, request: gr.Request) -> Update:
        """A button of the page, by what page.js tells of it. `ask` comes after it, and asks what it asked."""
        button = pressed(told)
        quiet: Update = {self._asked: "", self._anew: 0}
        try:
            return {**quiet, **self._pressed(button, conversation, request)}
        except (IndexFault, QAError) as fault:
            return {**quiet, **self._told(fault)}

    def _pressed(self, button: Pressed, conversation: str | None, request: gr.Request) -> Update:
        user, store, (act, turn, text, id) = person(request), self._desk.store, button
        if act == "example":
            return {self._asked: text}
        if act == "open" and (chosen := id.removeprefix("open-")) != conversation:
            opened = self._opened(user, chosen)
            self._stop(conversation, request)
            return opened
        if act == "drop" and (chosen := id.removeprefix("drop-")) != conversation:
            store.delete(user, chosen)
            return {self._listing: self._list(user, conversation)}
        if act == "drop":
            self._stop(conversation, request)
            store.delete(user, chosen)
            return self.leave(None, request)
        if conversation is not None and act == "share":
            store.share(user, conversation, not store.conversation(user, conversation).shared)
            return self._barred(user, conversation)
        if conversation is not None and turn:
            exchanges = store.exchanges(user, conversation)
            if turn > len(exchanges):
                return self._changed(user, conversation)
            question = exchanges[turn - 1].question
            if act == "retry":  # in place of the last turn; an earlier one stays, and what follows it
                return {self._asked: question, self._anew: turn if turn == len(exchanges) else 0}
            if act == "edit":
                return self._edited(turn, question)
            if act == "right":
                return self._kept(user, conversation, turn, None)
            if act == "wrong":
                return {self._judged: turn, self._correction: gr.Group(visible=True), self._right: ""}
        return {}

    def stop(self, conversation: str | None, request: gr.Request) -> Update:
        """The turn stays, without an answer."""
        if conversation is None:
            return self._as_it_is()
        try:
            self._stop(conversation, request)
            return self._opened(person(request), conversation)
        except QAError as fault:  # deleted in another window
            return {**self._told(fault), self._question: _asking(False)}

    def _told(self, fault: Exception) -> Update:
        return {self._notice: _shown(page.notice_html(str(fault), fault=True))}

    def leave(self, conversation: str | None, request: gr.Request) -> Update:
        """To the first screen, for a new conversation."""
        user = person(request)
        self._stop(conversation, request)
        return {
            **self._quiet(),
            self._question: _asking(False, ""),
            self._past: "",
            self._hello: self._welcome(user, self._desk.known_openers(user)),
            self._now: "",
            self._listing: self._list(user, None),
            self._conversation: None,
            self._bar: gr.Markdown(visible=False),
        }

    def correct(self, right: str, judged: int, conversation: str | None, request: gr.Request) -> Update:
        """The correction of a turn, kept as a candidate for the gold set."""
        if not right.strip() or conversation is None:
            return {
                self._notice: _shown(page.notice_html("Write what would be right, or cancel.", fault=True))
            }
        try:
            return self._kept(person(request), conversation, judged, right)
        except (IndexFault, QAError) as fault:
            return self._told(fault)

    def forget(self) -> Update:
        return self._quiet()

    # What the screen shows of it

    def _answered(self, user: str, answering: Answering, editing: int, choice: Choice) -> Iterator[Update]:
        """Each event of the answer. What becomes of it is kept by whoever ends it first: this, or `_stop`."""
        desk, conversation, kept = self._desk, answering.conversation, answering.exchange
        exchanges = desk.store.exchanges(user, conversation)[: editing - 1 if editing else None]
        turn, question, standalone = len(exchanges) + 1, kept.question, kept.question
        said: list[Sentence] = []
        passages: Sequence[Passage] = ()
        desk.begin(answering)
        try:
            if editing:
                desk.store.truncate(user, conversation, editing - 1)
            yield {
                **self._quiet(),
                self._question: _asking(True, ""),
                self._past: _turns(exchanges),
                self._now: page.saying_html(turn, question, question, (), ()),
                self._conversation: conversation,
                self._listing: self._list(user, conversation),
            }
            assistant = desk.assistant(user, choice, lambda: not desk.goes_on(answering))
            for event in assistant.stream(question, _history(exchanges)):
                match event:
                    case Understood(standalone, passages):
                        pass
                    case Said(sentence):
                        said.append(sentence)
                    case Done(answer):
                        kept = replace(kept, answer=answer)
                if not desk.goes_on(answering):
                    break
                if kept.answer is None and (said or standalone != question):
                    yield {self._now: page.saying_html(turn, question, standalone, said, passages)}
        except (IndexFault, QAError) as fault:
            kept = replace(kept, fault=str(fault))
        finally:
            if ended := desk.end(answering):
                desk.store.append(user, conversation, kept)
        if ended:
            asking = _asking(False) if kept.fault is None else _asking(False, question)
            shown = {self._now: _turn(turn, kept), self._question: asking}
            yield {**shown, **self._barred(user, conversation)}
        else:  # at its end Gradio shows once more what came last, and by now the screen may be another's
            yield self._as_it_is()

    def _stop(self, conversation: str | None, request: gr.Request) -> None:
        """What is being answered there for this window is kept without an answer."""
        if conversation is None:
            return
        if (stopped := self._desk.stop(conversation, request.session_hash)) is not None:
            self._desk.store.append(person(request), conversation, stopped)

    def _as_it_is(self) -> Update:
        return {self._notice: gr.skip()}

    def _opened(self, user: str, conversation: str) -> Update:
        exchanges = self._desk.store.exchanges(user, conversation)
        return {
            **self._quiet(),
            self._question: _asking(False),
            self._past: _turns(exchanges),
            self._now: "",
            self._conversation: conversation,
            self._listing: self._list(user, conversation),
            **self._barred(user, conversation),
        }

    def _changed(self, user: str, conversation: str) -> Update:
        """As it is now, where a turn that is still on the screen is no part of it any more."""
        note = "The conversation was changed in another window: here it is as it is now."
        return {**self._opened(user, conversation), self._notice: _shown(page.notice_html(note, fault=True))}

    def _edited(self, turn: int, question: str) -> Update:
        note = f"You are editing question {turn}. Asking it again replaces what follows it."
        return {
            self._question: gr.Textbox(value=question),
            self._editing: turn,
            self._notice: _shown(page.notice_html(note)),
        }

    def _kept(self, user: str, conversation: str, turn: int, right: str | None) -> Update:
        exchanges = self._desk.store.exchanges(user, conversation)
        if turn > len(exchanges):
            return self._changed(user, conversation)
        seen = self._desk.library.visible(user)
        case = candidate_of(_history(exchanges[: turn - 1]), exchanges[turn - 1], right, seen)
        note = "marked right" if right is None else f"corrected to: {right.strip()}"
        sources = sources_in(exchanges[:turn]) | {one.document for one in case.evidence}
        self._desk.store.suggest(user, case, note, sources)
        thanks = page.notice_html("Thank you. It waits in the Review tab to become a test question.")
        return {**self._quiet(), self._notice: _shown(thanks)}

    def _barred(self, user: str, conversation: str) -> Update:
        known = self._desk.store.conversation(user, conversation)
        return {self._bar: _shown(page.bar_html(known.id, known.title, known.shared))}

    def _quiet(self) -> Update:
        """Without what was said about an earlier question."""
        return {
            self._notice: gr.Markdown(visible=False),
            self._editing: 0,
            self._judged: 0,
            self._correction: gr.Group(visible=False),
        }

    def _welcome(self, user: str, openers: list[str] | None) -> str:
        return page.welcome_html(self._desk.titles(user), openers or [])

    def _list(self, user: str, conversation: str | None) -> str:
        known = self._desk.store.conversations(user)
        name = "" if user == LOCAL else user
        return page.listing_html([(one.id, one.title) for one in known], conversation, name)


def _turns(exchanges: Sequence[Exchange]) -> str:
    return "".join(_turn(turn, exchange) for turn, exchange in enumerate(exchanges, start=1))


def _turn(turn: int, exchange: Exchange) -> str:
    if exchange.answer is not None:
        return page.turn_html(turn, exchange.question, exchange.answer)
    return page.fault_turn_html(turn, exchange.question, exchange.fault)


def _history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """The conversation as the assistant takes it; a fault, and what was stopped, is no part of it."""
    return [
        turn
        for exchange in exchanges
        if exchange.answer is not None
        for turn in (Turn.user(exchange.question), Turn.assistant(exchange.answer.text))
    ]


def _asking(running: bool, text: str | None = None) -> gr.Textbox:
    """The question box; while a question is being answered its button stops that."""
    buttons: dict[str, Any] = {"submit_btn": not running and "Ask", "stop_btn": running and "Stop"}
    return gr.Textbox(**buttons) if text is None else gr.Textbox(value=text, **buttons)


def _shown(html: str) -> gr.Markdown:
    return gr.Markdown(value=html, visible=True)
