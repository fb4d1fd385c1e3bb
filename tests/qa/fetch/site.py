"""A web site on loopback that does what a test says, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SLOW = 0.05  # seconds between two bytes of a slow answer


@dataclass
class Reply:
    """drip: one byte of the body at a time. endless: the body again and again. stuck: no end of headers."""

    body: bytes = b""
    kind: str = "text/html"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: bool = False
    endless: bool = False
    stuck: bool = False


@dataclass
class Site:
    """asked: path, user agent and time of each request, robots.txt among them."""

    address: str = ""
    pages: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, str, float]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.address}{path}"

    def paths(self) -> list[str]:
        """Asked for, robots.txt left out."""
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def put(self, path: str, text: str, **more: Any) -> None:
        self.pages[path] = Reply(text.encode(), **more)


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """certificate: a PEM file with its key, for HTTPS."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers["User-Agent"], time.monotonic()))
            reply = site.pages.get(self.path, Reply(status=404))
            tag = reply.headers.get("ETag")
            if tag is not None and self.headers["If-None-Match"] == tag:
                reply = Reply(status=304)
            try:
                self._answer(reply)
            except OSError:  # the client has gone, as it should
                self.close_connection = True

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            while reply.stuck:
                self.wfile.write(b"X-Wait: x\r\n")
                time.sleep(SLOW)
            self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            pieces = [bytes([one]) for one in reply.body] if reply.drip else [reply.body]
            while True:
                for piece in pieces:
                    self.wfile.write(piece)
                    time.sleep(SLOW if reply.drip else 0)
                if not reply.endless:
                    return

        def log_message(self, *_: object) -> None:
            """stderr is for what is tested."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.address = f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
