"""A server on loopback that speaks the OpenAI protocol, well or badly, as a test has it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class OpenAIServer(ThreadingHTTPServer):
    """Each request is answered by the next of `replies`; the last answers all that follow.

    requests: what was asked, in order. keys: the authorization header of each. closed: set once a client has
    gone while it was being answered.
    """

    daemon_threads = True

    def __init__(self, replies: list[Callable[[Reply], None]]) -> None:
        super().__init__(("127.0.0.1", 0), Reply)
        self.replies = replies
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.closed = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1#tested"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no error here."""
        self.closed.set()


class Reply(BaseHTTPRequestHandler):
    """The answer to one request, with the means that replies are made of."""

    server: OpenAIServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(json.loads(body))
        self.server.keys.append(self.headers["authorization"])
        replies = self.server.replies
        self.close_connection = True
        (replies.pop(0) if len(replies) > 1 else replies[0])(self)

    def begin(self, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        self.end_headers()

    def piece(self, text: str, finish: str | None = None) -> None:
        delta = {"content": text} if text else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }
        self.send(f"data: {json.dumps(chunk)}\n\n")

    def send(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def end(self) -> None:
        self.piece("", "stop")
        self.send("data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(*replies: Callable[[Reply], None]) -> Iterator[OpenAIServer]:
    server = OpenAIServer(list(replies))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(*pieces: str) -> Callable[[Reply], None]:
    def reply(to: Reply) -> None:
        to.begin()
        for piece in pieces:
            to.piece(piece)
        to.end()

    return reply


def failing(status: int, message: str = "no") -> Callable[[Reply], None]:
    def reply(to: Reply) -> None:
        body = json.dumps({"error": {"message": message, "type": "t", "code": "c"}}).encode()
        to.send_response(status)
        to.send_header("content-type", "application/json")
        to.send_header("content-length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return reply


def cutting(text: str) -> Callable[[Reply], None]:
    """Says `text`, then half a chunk, and breaks the connection."""

    def reply(to: Reply) -> None:
        to.begin()
        to.piece(text)
        to.send('data: {"id": "1", "choi')
        to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        to.connection.close()

    return reply


def dripping(to: Reply) -> None:
    """A byte every 50 ms, for ever, and never a whole chunk."""
    to.begin()
    to.send("data: ")
    while True:
        to.send(" ")
        time.sleep(0.05)


def endless(text: str) -> Callable[[Reply], None]:
    def reply(to: Reply) -> None:
        to.begin()
        while True:
            to.piece(text)
            time.sleep(0.001)

    return reply


def silent(to: Reply) -> None:
    """Takes the question and answers nothing, until the client goes."""
    while to.connection.recv(1):
        pass
    to.server.closed.set()


def garbage(to: Reply) -> None:
    to.begin()
    to.send("data: {not json\n\ndata: \x00\x01\n\n")


def a_page(to: Reply) -> None:
    to.begin("text/html")
    to.send("<html><script>alert(1)</script></html>")
