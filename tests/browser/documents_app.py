"""The documents tab alone, for its browser test: INDEX DATA as arguments; prints its address."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from starlette.requests import Request
from starlette.responses import HTMLResponse

import app
from index import Index
from qa.web.documents_tab import documents_tab
from qa.web.library import Library, Narrowed
from qa.web.places import LOCAL
from qa.web.reader_page import reader_page

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def build(library: Library) -> gr.Blocks:
    blocks = gr.Blocks(title="Documents", analytics_enabled=False, fill_width=True)
    with blocks:
        narrowed = documents_tab(library)
        button, told = gr.Button("What would be asked?"), gr.Textbox(label="Asked")

        def tell(chosen: Narrowed) -> str:
            return " ".join(info.source for info in library.narrow(LOCAL, chosen).documents())

        button.click(tell, narrowed, told)
    return blocks


def with_reader(index: Index, inner: ASGIApp) -> ASGIApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/documents/"):
            return await inner(scope, receive, send)
        request = Request(scope)
        id = request.url.path.rpartition("/")[2]
        span = [int(request.query_params[name]) for name in ("start", "end") if name in request.query_params]
        page = reader_page(index.document(id), index.chunks(id), *span)
        return await HTMLResponse(page)(scope, receive, send)

    return application


async def main(index_path: str, data: str) -> None:
    with Index.open(index_path) as index, app.listen("127.0.0.1", 0) as listening:
        library = Library(index, Path(data))
        await app._Server(with_reader(index, app.application(build(library)))).serve([listening])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
