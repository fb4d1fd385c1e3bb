"""The address that a server listens on, and its end: what is being answered is answered first.

Knows sockets and uvicorn; nothing of what is served.

ListeningError
└── CannotListen    the system refuses host:port; carries the reason
    └── PortInUse   because something else listens there
"""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import QAError

PASSED_ON = {  # uvicorn's errors, to whoever logs in this process
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"uvicorn": {"handlers": [], "level": "ERROR", "propagate": True}},
}
PATIENCE = 20.0  # seconds that answers have left when the server is stopped; a second Ctrl-C ends it at once


class ListeningError(QAError):
    """Base of the errors that serving raises."""


class CannotListen(ListeningError):
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


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Taken before the index is opened, so that a port in use is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from fault
        raise CannotListen(host, port, fault.strerror or str(fault)) from fault


class Running:
    """The application; true while it answers a request that `counts`, as those of programs do."""

    def __init__(self, app: ASGIApp, counts: Callable[[Scope], bool]) -> None:
        self._app = app
        self._counts = counts
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and self._counts(scope)
        self._count += counted
        try:
            await self._app(scope, receive, send)
        finally:
            self._count -= counted


class Server(uvicorn.Server):
    """Says where it listens once it does, under `name`. At Ctrl-C it waits for answers, while `busy`, not for
    pages that are left open."""

    def __init__(
        self,
        app: ASGIApp,
        name: str,
        busy: Callable[[], bool],
        path: str = "",
        patience: float = PATIENCE,
        *,
        logs: bool = False,
    ) -> None:
        """logs: whether uvicorn's own errors go to the log of the process; else nobody is told."""
        told: dict[str, Any] = {"log_config": PASSED_ON} if logs else {"log_level": "critical"}
        super().__init__(uvicorn.Config(app, access_log=False, timeout_graceful_shutdown=1, **told))
        self._name = name
        self._busy = busy
        self._path = path
        self._patience = patience

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        with suppress(KeyboardInterrupt):
            super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            place = f"[{host}]" if ":" in host else host
            print(f"{self._name}: http://{place}:{port}{self._path}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()  # to new connections
        until = time.monotonic() + self._patience
        while self._busy() and not self.force_exit and time.monotonic() < until:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)
