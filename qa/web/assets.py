"""Gradio's scripts and styles, kept in memory as they were first sent.

A page asks for some eighty of them, and to find, compress and send one anew took 2.4 ms. Their names carry a
hash of what is in them, so that browsers may keep them, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLACE = "/assets/"
PACKINGS = ("br", "gzip")


def kept(app: ASGIApp) -> ASGIApp:
    """The application, which is asked for each file of PLACE once for each packing."""
    memory: dict[tuple[str, tuple[bool, ...]], list[Message]] = {}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_asset(scope):
            await app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        key = scope["path"], tuple(packing in accepted for packing in PACKINGS)
        messages = memory.get(key)
        if messages is None:
            messages = await _whole(app, scope, receive)
            if messages[0]["status"] == 200:
                MutableHeaders(scope=messages[0])["cache-control"] = "public, max-age=31536000, immutable"
                memory[key] = messages
        start, *bodies = messages
        await send({**start, "headers": [*start["headers"]]})  # those around may add to them
        for body in bodies:
            await send(body)

    return answer


def _is_asset(scope: Scope) -> bool:
    """Whether all of one file is asked for, by its plain name: other names of it would fill the memory."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and scope["path"].startswith(PLACE)
        and "/" not in scope["path"].removeprefix(PLACE)
        and not any(name == b"range" for name, _ in scope["headers"])
    )


async def _whole(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages
