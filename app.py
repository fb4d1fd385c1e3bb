"""The chat: events of an answer in, messages of a browser page out.

Knows Gradio, and the address that it listens on. Knows nothing of retrieval, and nothing of how an answer
is found or written as HTML. All that the page loads comes from this server: its fonts are the reader's own,
and a content security policy has the browser hold to it.

ChatError
└── CannotListen    the system refuses host:port; carries the reason
    └── PortInUse   because something else listens there
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastapi
import gradio as gr
import uvicorn
from starlette.datastructures import MutableHeaders

from index import DocumentInfo, Index, IndexFault, Passage, View
from qa import AnswerSettings, Assistant, Done, QAError, Said, Sentence, Settings, Turn, Understood, page
from qa.models import label
from qa.settings import load_settings

if TYPE_CHECKING:
    from gradio.events import Dependency
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE = "Ask your documents"
WELCOME = "Each answer is quoted from your documents, with its sources beside it."
EXAMPLES = {  # a question for the first screen, and the shipped document that answers it
    "Which provinces planned industrial parks?": "22-provinces-industry-opportunities.md",
    "How many provinces put blockchain into their 2020 work reports?": "from-one-province-to-21.md",
    "How much can a project in Kunming receive?": "from-one-province-to-21.md",
}
QUOTES = "quotes only"  # the choice beside models
AT_ONCE = 8  # questions answered at the same time; further ones wait in line

# Gradio's page carries scripts and styles in line; nothing else may run, load from elsewhere, or be told.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class ChatError(QAError):
    """Base of the errors that serving the chat raises."""


class CannotListen(ChatError):
    """The system refuses the address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class PortInUse(CannotListen):
    """Something else listens there already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, "the port is in use; stop what uses it, or choose another with --port")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the conversation and what became of it: `shown` as HTML, `said` as plain text.

    Where a fault came in place of an answer, `said` is None: a fault is no part of the conversation.
    """

    question: str
    shown: str
    said: str | None


NO_SOURCES = page.sources_html((), ())

Conversation = tuple[Exchange, ...]  # oldest first
ChatMessage = dict[str, str]
Screen = tuple[str, list[ChatMessage], str, Conversation]  # question box, chat, sources, what is remembered


def serve(
    index_path: str,
    settings: Settings,
    host: str | None = None,
    port: int | None = None,
    models: Sequence[str] | None = None,
) -> None:
    """Answer in a browser until Ctrl-C; print the chat's address once it listens.

    host, port, models: in place of the settings' own; port 0 takes any that is free. Raises CannotListen,
    NoIndex, ModelUnavailable, and whatever else opening the index raises.
    """
    host = settings.serve.host if host is None else host
    port = settings.serve.port if port is None else port
    with listen(host, port) as listening, Index.open(index_path, settings.index, create=False) as index:
        chat = build(assistants(index, settings.answer, models), examples(index.documents()))
        _Server(application(chat)).run([listening])


def assistants(
    index: Index | View, settings: AnswerSettings, models: Sequence[str] | None = None
) -> dict[str, Assistant]:
    """Those to choose from, by the name that is shown: one for each model, and one that only quotes."""
    names = models or ([settings.model] if settings.model else [])
    writing = {label(name): Assistant(index, settings, model=name) for name in names}
    return {**writing, QUOTES: Assistant(index, settings.model_copy(update={"model": None}))}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Taken before the index is opened, so that a port in use is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from fault
        raise CannotListen(host, port, fault.strerror or str(fault)) from fault


def examples(documents: Sequence[DocumentInfo]) -> list[str]:
    """Questions for the first screen: those that the documents are known to answer."""
    names = {document.source.rpartition("/")[2] for document in documents}
    return [question for question, name in EXAMPLES.items() if name in names]


def build(assistants: Mapping[str, Assistant], examples: Sequence[str] = ()) -> gr.Blocks:
    """The page: the conversation on the left, on the right what its last answer rests on.

    assistants: by the name under which they can be chosen; the first is chosen until another is.
    """

    def ask(question: str, conversation: Conversation, chosen: str) -> Iterator[Screen]:
        if question.strip():  # Enter in an empty box asks nothing
            yield from converse(assistants[chosen], question, conversation)

    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        conversation = gr.State(())
        gr.Markdown(f"# {TITLE}", elem_id="title")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(
                    label="Conversation",
                    show_label=False,
                    elem_id="chat",
                    placeholder=WELCOME,
                    examples=[{"text": example} for example in examples],
                    height="calc(100dvh - 11rem)",
                    min_height=280,
                    latex_delimiters=[],
                    buttons=[],
                    feedback_options=None,
                )
                question = gr.Textbox(
                    label="Your question",
                    show_label=False,
                    placeholder="Ask about your documents",
                    elem_id="question",
                    submit_btn="Ask",
                    autofocus=True,
                    max_lines=6,
                )
            with gr.Column(scale=2, min_width=320):
                names = list(assistants)
                chosen = gr.Radio(
                    names, value=names[0], label="Answers by", elem_id="model", visible=len(names) > 1
                )
                sources = gr.Markdown(NO_SOURCES, elem_id="sources", latex_delimiters=[])

        screen = [question, chat, sources, conversation]

        def on(event: Callable[..., Dependency]) -> Dependency:
            return event(
                ask,
                [question, conversation, chosen],
                screen,
                show_progress="hidden",
                api_visibility="private",
                concurrency_limit=AT_ONCE,
                concurrency_id="ask",
            )

        example = chat.example_select(_chosen, None, question, api_visibility="private")
        running: list[dict[str, Any]] = [on(question.submit), on(example.then)]
        chat.clear(lambda: ("", [], NO_SOURCES, ()), None, screen, api_visibility="private", cancels=running)
    return blocks


def application(blocks: gr.Blocks) -> ASGIApp:
    """The page as a web application that has the browser load nothing from outside."""
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=gr.themes.Default(
            primary_hue="blue", font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace")
        ),
        css_paths=Path(page.__file__).with_suffix(".css"),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["content-security-policy"] = POLICY
            await send(message)

        await app(scope, receive, send_with_policy)

    return guarded


def converse(assistant: Assistant, question: str, conversation: Conversation) -> Iterator[Screen]:
    """The screen once the question is asked, and after each event of its answer."""
    asked = [*_messages(conversation), _message("user", page.question_html(question))]
    yield "", asked, NO_SOURCES, conversation
    understood = ""
    passages: Sequence[Passage] = ()
    said: list[Sentence] = []
    try:
        for event in assistant.stream(question, history(conversation)):
            match event:
                case Understood(standalone, passages):
                    understood = page.understood_html(question, standalone)
                    yield "", asked, understood + NO_SOURCES, conversation
                case Said(sentence):
                    said.append(sentence)
                    cited = {citation.number: citation for each in said for citation in each.citations}
                    reply = _message("assistant", page.said_html(said, linked=True))
                    sources = page.sources_html(cited.values(), passages)
                    yield "", [*asked, reply], understood + sources, conversation
                case Done(answer):  # only the last answer's cards are shown, so only its marks are links
                    kept = Exchange(question, page.answer_html(answer, linked=False), answer.text)
                    reply = _message("assistant", page.answer_html(answer, linked=True))
                    evidence = page.evidence_html(answer)
                    yield "", [*asked, reply], understood + evidence, (*conversation, kept)
    except (IndexFault, QAError) as fault:
        kept = Exchange(question, page.fault_html(fault), None)
        conversation = (*conversation, kept)
        yield question, _messages(conversation), NO_SOURCES, conversation


def history(conversation: Conversation) -> list[Turn]:
    """The conversation as the assistant takes it: each question and what was said to it, oldest first."""
    return [
        turn
        for exchange in conversation
        if exchange.said is not None
        for turn in (Turn.user(exchange.question), Turn.assistant(exchange.said))
    ]


def _messages(conversation: Conversation) -> list[ChatMessage]:
    return [
        message
        for exchange in conversation
        for message in (
            _message("user", page.question_html(exchange.question)),
            _message("assistant", exchange.shown),
        )
    ]


def _message(role: str, content: str) -> ChatMessage:
    return {"role": role, "content": content}


def _chosen(example: gr.SelectData) -> str:
    return str(example.value["text"])


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends at Ctrl-C without waiting for open pages."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        with suppress(KeyboardInterrupt):
            super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            print(f"Chat: http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)


if __name__ == "__main__":
    try:
        serve(os.environ.get("QA_INDEX", ".index"), load_settings())
    except (IndexFault, QAError) as fault:
        sys.exit(f"app.py: {fault}")
