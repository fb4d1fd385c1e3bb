"""A server that is stopped: it ends what it answers, refuses what comes later, and does not wait for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from qa.web.listening import Running, Server, listen


class Slow:
    """An application whose answers take `seconds`; /page is one that is left open."""

    def __init__(self, seconds: float, patience: float) -> None:
        async def answer(_: Request) -> Response:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"one "
                self.begun.set()
                await anyio.sleep(seconds)
                yield b"two"

            return StreamingResponse(pieces())

        self.begun = threading.Event()
        app = Starlette(routes=[Route("/{path:path}", answer)])
        running = Running(app, lambda scope: str(scope["path"]).startswith("/v1/"))
        self.server = Server(running, "Slow", lambda: bool(running), patience=patience)
        self.listening = listen("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],))

    @contextmanager
    def asked(self, path: str) -> Iterator[list[str]]:
        """Stopped while it answers; what was heard of the answer stands in the list at the end."""
        heard: list[str] = []

        def ask() -> None:
            try:
                heard.append(httpx.get(f"{self.address}{path}", timeout=30).text)
            except httpx.RemoteProtocolError:
                heard.append("broken off")

        self.thread.start()
        asking = threading.Thread(target=ask)
        asking.start()
        assert self.begun.wait(10)
        self.server.should_exit = True
        yield heard
        self.thread.join()
        asking.join()


def test_an_answer_that_runs_is_ended_first() -> None:
    slow = Slow(seconds=2.5, patience=20)
    with slow.asked("/v1/answer") as heard:
        time.sleep(0.5)
        with pytest.raises(httpx.ConnectError):
            httpx.get(slow.address)
    assert heard == ["one two"]


@pytest.mark.parametrize(("path", "patience"), [("/v1/answer", 0.1), ("/page", 20.0)])
def test_neither_a_very_slow_answer_nor_an_open_page_keeps_it(path: str, patience: float) -> None:
    began = time.monotonic()
    with Slow(seconds=60, patience=patience).asked(path) as heard:
        pass
    assert time.monotonic() - began < 10
    assert heard == ["broken off"]
