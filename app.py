"""The chat in a browser: its tabs put together, and the server that they listen on.

Knows Gradio and the address. Knows nothing of retrieval, and nothing of how an answer is found or written as
HTML. All that the page loads comes from this server: its fonts are the reader's own, and a content security
policy has the browser hold to it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import fastapi
import gradio as gr
from starlette.datastructures import MutableHeaders

from index import Index, IndexFault
from index.observe import listening as hearing
from qa import AnswerSettings, Assistant, QAError, Settings, web
from qa.models import label
from qa.settings import load_settings
from qa.tracing import traced
from qa.web.address import check_address
from qa.web.api import add_programs
from qa.web.assets import kept
from qa.web.chat_tab import ChatTab
from qa.web.desk import QUOTES, Desk
from qa.web.documents_tab import DocumentsTab
from qa.web.evaluation_tab import evaluation_tab
from qa.web.folder import CONVERSATIONS, USERS, data_folder
from qa.web.library import Library
from qa.web.limits import MB, Pace, limited
from qa.web.listening import Running, Server, listen
from qa.web.log import log_request, logged
from qa.web.login import guard, is_programs, person
from qa.web.metrics import Metrics
from qa.web.requests import numbered
from qa.web.review_tab import review_tab
from qa.web.routes import routes
from qa.web.sessions import Sessions
from qa.web.settings_tab import settings_tab
from qa.web.store import Store
from qa.web.tokens import Tokens
from qa.web.told import METRICS
from qa.web.uploads import Limits
from qa.web.users import LOCAL, Users

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE = "Ask your documents"
LOOK = Path(web.__file__).parent

# Gradio's page carries scripts and styles in line; nothing else may run, load from elsewhere, or be told.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def serve(
    index_path: str,
    settings: Settings,
    host: str | None = None,
    port: int | None = None,
    models: Sequence[str] | None = None,
) -> None:
    """Answer in a browser until Ctrl-C; print the chat's address once it listens.

    host, port, models: in place of the settings' own; port 0 takes any that is free. Raises CannotListen,
    LoginNeeded, NoUsers, NoIndex, ModelUnavailable, and whatever else opening the index raises.
    """
    host = settings.serve.host if host is None else host
    port = settings.serve.port if port is None else port
    data = data_folder(Path(index_path), settings.serve)
    users = Users(data / USERS) if settings.serve.login else None
    check_address(host, users)
    with ExitStack() as stack:
        stack.enter_context(logged(settings.log))
        stack.enter_context(traced(settings.log))
        listening = stack.enter_context(listen(host, port))
        index = stack.enter_context(Index.open(index_path, settings.index, create=False))
        metrics = Metrics(index) if settings.serve.metrics else None
        if metrics:
            stack.enter_context(hearing(metrics))
        store = stack.enter_context(closing(Store(data / CONVERSATIONS)))
        desk = Desk(
            Library(index, data, Limits(size=settings.serve.upload_mb * MB)),
            store,
            Pace(settings.serve.questions_per_minute),
            engines(index, settings.answer, models),
        )
        warming = threading.Thread(target=desk.openers, args=(LOCAL,))  # loads the models, too
        warming.start()
        stack.callback(warming.join)  # or the process may end in the midst of a model, by an abort
        stack.callback(desk.close)
        sessions = stack.enter_context(closing(Sessions(data / CONVERSATIONS, users))) if users else None
        tokens = stack.enter_context(closing(Tokens(data / CONVERSATIONS, users))) if users else None
        uploading = data / "uploading"  # or uploads would pass through /tmp
        uploading.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["GRADIO_TEMP_DIR"] = tempfile.tempdir = str(uploading)
        running = Running(application(desk, metrics), is_programs)
        guarded = guard(kept(running), sessions, tokens=tokens)
        served = with_policy(limited(guarded, settings.serve.upload_mb * MB))
        logs = settings.log.as_json
        answering = numbered(served, log_request) if logs else numbered(served)
        Server(answering, "Chat", lambda: bool(running) or desk.busy, logs=logs).run([listening])


def engines(
    index: Index, settings: AnswerSettings, models: Sequence[str] | None = None
) -> dict[str, Assistant]:
    """Those to choose from, by the name that is shown: one for each model, and one that only quotes."""
    names = models or ([settings.model] if settings.model else [])
    writing = {label(name): Assistant(index, settings, model=name) for name in names}
    return {**writing, QUOTES: Assistant(index, settings.model_copy(update={"model": None}))}


def build(desk: Desk) -> gr.Blocks:
    """The page: a person's conversations beside the tabs."""
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        with gr.Sidebar(width=260, elem_id="conversations", label="Conversations"):
            gr.Markdown(f"# {TITLE}", elem_id="title")
            fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
            listing = gr.Markdown(elem_id="listing", latex_delimiters=[])
        with gr.Tabs(elem_id="tabs"):
            chat_place = gr.Tab("Chat", elem_id="chat-tab")
            with gr.Tab("Documents", id="documents") as documents_place:
                documents = DocumentsTab(desk.library, documents_place)
            review_tab(desk)
            evaluation_tab(desk)
            with gr.Tab("Settings"):
                first = next(iter(desk.engines.values()))
                controls = settings_tab(list(desk.engines), first.settings)
            with chat_place:
                chat = ChatTab(desk, listing, fresh, documents.narrowed, controls)
                chat.follow(documents.asked)
        blocks.load(chat.arrive, None, chat.screen, show_progress="hidden", api_visibility="private")
    return blocks


def look() -> gr.themes.Base:
    """Calm, and legible: no text has less than WCAG's contrast of 4.5."""
    return gr.themes.Default(
        primary_hue="blue", font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace")
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )


def application(desk: Desk, metrics: Metrics | None = None) -> ASGIApp:
    """The page, and those beside it, as a web application. metrics: None where nobody is told any."""
    app = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes(desk))
    add_programs(app, desk)
    if metrics:
        app.add_api_route(METRICS, metrics.response, include_in_schema=False)
    gr.mount_gradio_app(
        app,
        build(desk),
        path="/",
        theme=look(),
        css_paths=LOOK / "page.css",
        head=f"<script>{(LOOK / 'page.js').read_text(encoding='utf-8')}</script>",
        auth_dependency=person,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
    )

    return app


def with_policy(app: ASGIApp) -> ASGIApp:
    """The application, whose pages may load nothing from outside; a page with a stricter policy keeps it."""

    async def strict(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("content-security-policy", POLICY)
            await send(message)

        await app(scope, receive, send_with_policy)

    return strict


if __name__ == "__main__":
    try:
        serve(os.environ.get("QA_INDEX", ".index"), load_settings())
    except (IndexFault, QAError) as fault:
        sys.exit(f"app.py: {fault}")
