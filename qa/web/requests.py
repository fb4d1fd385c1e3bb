"""The id of a request: its sender's or a new one, told back, and known to whatever is done for the request.

Knows headers. A chat's questions have none: its page sends them over a connection of its own.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"
_FIT = re.compile(r"[\w.-]{1,64}", re.ASCII)  # to stand in a header and a log; another is replaced
_id: ContextVar[str] = ContextVar("request", default="")


class Handled(NamedTuple):
    """A request that has been answered. path: without what stands behind "?", which may be a question.
    status: 0 where none was sent. seconds: to the last byte."""

    id: str
    method: str
    path: str
    status: int
    seconds: float


def request_id() -> str:
    """Of the request that is being answered here, or ""."""
    return _id.get()


def numbered(app: ASGIApp, tell: Callable[[Handled], None] = lambda _: None) -> ASGIApp:
    """The application, each of whose requests has an id. tell: what is told of each at its end."""

    async def with_id(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(HEADER, "")
        id = sent if _FIT.fullmatch(sent) else secrets.token_hex(8)
        began, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        _id.set(id)  # for the server's own complaints, too: each request is a task with a context of its own
        try:
            await app(scope, receive, send_with_id)
        finally:
            tell(Handled(id, scope["method"], scope["path"], status, time.perf_counter() - began))

    return with_id
