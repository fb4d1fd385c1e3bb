"""How much one user may ask, and how much one request may bring.

Knows counts of questions and of bytes; nothing of what they hold. Both are cut off with one line in words.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.errors import AskedTooFast
from qa.web.told import PROGRAMS, Told

MB = 1_000_000
UPLOADS = "/gradio_api/upload"  # where Gradio takes files
DOCUMENTS = "/v1/documents"  # where programs send them
OTHERS = 4 * MB  # of a request to anywhere else: a question with all that its page remembers
LINGER = 2.0  # seconds


@dataclass(slots=True)
class _Bucket:
    questions: float  # that may be asked at once
    filled: float  # seconds, of the clock


class Pace:
    """A token bucket a user: so many questions at once, then as many as come back in time.

    For all threads. now: seconds, of a clock that never goes back.
    """

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._now = now
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def take(self, user: str) -> None:
        """Count a question. Raises AskedTooFast, and does not count it, where the bucket is empty."""
        a_second = self._per_minute / 60
        with self._lock:
            now = self._now()
            bucket = self._buckets.setdefault(user, _Bucket(self._per_minute, now))
            full = bucket.questions + (now - bucket.filled) * a_second
            bucket.questions, bucket.filled = min(full, self._per_minute), now
            if bucket.questions < 1:
                raise AskedTooFast(self._per_minute, (1 - bucket.questions) / a_second)
            bucket.questions -= 1


class _CutOff(MultiPartException):
    """A body that is too large, or broken off. Of this kind, since it has form parsers delete what they have
    written so far; with any other, Gradio's leaves the part of the file that it got."""


def limited(app: ASGIApp, upload: int, others: int = OTHERS) -> ASGIApp:
    """The application, reached by no body of more than `upload` bytes, or `others` where no files are taken.

    Nothing beyond the limit is held in memory or written; whoever sends it is answered 413.
    """

    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        limit = upload if scope["path"].rstrip("/") in (UPLOADS, DOCUMENTS) else others
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await _refuse(scope, receive, send, limit)
            return
        got, whole, started, refused = 0, False, False, False

        async def counted() -> Message:
            nonlocal got, whole, refused
            message = await receive()
            if message["type"] == "http.request":
                got += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if got > limit:
                    refused = not started
                    raise _CutOff(f"the request has more than {limit} bytes")
            elif not whole:
                raise _CutOff("the request was broken off")
            return message

        async def unless_refused(message: Message) -> None:
            nonlocal started
            if not refused:
                started = True
                await send(message)

        with suppress(_CutOff):
            await app(scope, counted, unless_refused)
        if refused:
            await _refuse(scope, receive, send, limit)

    return within


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    said = f"Too large: send at most {limit / MB:g} MB at once."
    kind, words = b"text/plain; charset=utf-8", f"{said}\n".encode()
    if scope["path"].startswith(PROGRAMS):
        kind, words = b"application/json", json.dumps(Told(413, "too_large", said).body).encode()
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(words)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": True})
    # A connection closed over unread bytes is reset, and the answer lost on the way: discard some first.
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body"})
