"""Pages beside the chat that are plain HTTP: a document to read, and a conversation to take away.

Knows FastAPI, and what the desk holds. What a person may not see is not found.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from index.errors import AmbiguousDocument, UnknownDocument
from qa.web.desk import Desk
from qa.web.errors import UnknownConversation
from qa.web.export import conversation_html, conversation_markdown
from qa.web.login import person
from qa.web.reader_page import reader_page
from qa.web.users import LOCAL

# A page that runs no script and loads nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
Place = Annotated[int | None, Query(ge=0)]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/documents/{id}")
    def document(request: Request, id: str, start: Place = None, end: Place = None) -> Response:
        """The document as a page. start, end: the characters to mark."""
        seen = desk.library.visible(person(request) or LOCAL)
        try:
            found = seen.document(id)
        except (UnknownDocument, AmbiguousDocument) as fault:
            return PlainTextResponse(f"{fault}\n", 404)
        return _page(reader_page(found, seen.chunks(found.id), start, end))

    @router.get("/conversations/{id}.md")
    def markdown(request: Request, id: str) -> Response:
        return _taken(request, id, html=False)

    @router.get("/conversations/{id}.html")
    def html(request: Request, id: str) -> Response:
        return _taken(request, id, html=True)

    def _taken(request: Request, id: str, *, html: bool) -> Response:
        user = person(request) or LOCAL
        try:
            title = desk.store.conversation(user, id).title
            exchanges = desk.store.exchanges(user, id)
        except UnknownConversation as fault:
            return PlainTextResponse(f"{fault}\n", 404)
        if html:
            return _page(conversation_html(title, exchanges))
        text, name = conversation_markdown(title, exchanges), 'attachment; filename="conversation.md"'
        return PlainTextResponse(text, media_type="text/markdown", headers={"content-disposition": name})

    return router


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers={"content-security-policy": POLICY})
