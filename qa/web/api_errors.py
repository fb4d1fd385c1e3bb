"""What goes wrong below /v1 as an answer: {"error": {"type", "message"}} with a status that fits.

Knows FastAPI's errors and our own. Neither what was sent nor a path stands in an answer or a log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qa.web.errors import AskedTooFast
from qa.web.told import OURS, Told, told

BUG = Told(500, "server_error", "it failed here: the server's own messages say why")
_log = logging.getLogger(__name__)


class Fault(BaseModel):
    """type: to branch on. message: for people, with the way out. request_id: as in X-Request-ID."""

    type: str
    message: str
    request_id: str | None = None


class ErrorBody(BaseModel):
    error: Fault


class Forbidden(Exception):
    """The token may read, not write."""


class Unread(Exception):
    """None of the files that were sent can be a document."""


def tell_errors(app: FastAPI) -> None:
    def our_own(_: Request, fault: Exception) -> Response:
        what = told(fault)
        if what.status >= 500:
            _log.error("a request failed: %s", type(fault).__name__)
        response = answer_of(what)
        if isinstance(fault, AskedTooFast):
            response.headers["retry-after"] = str(fault.seconds)
        return response

    for ours in OURS:
        app.add_exception_handler(ours, our_own)
    others: dict[type[Exception], Callable[[Exception], Told]] = {
        HTTPException: of_http,
        RequestValidationError: _of_request,
        Forbidden: lambda _: Told(403, "scope", "this token may read only: qa token add --scope write"),
        Unread: lambda fault: Told(422, "unreadable", str(fault)),
        Exception: lambda _: BUG,
    }
    for kind, tell in others.items():
        app.add_exception_handler(kind, lambda _, fault, tell=tell: answer_of(tell(fault)))


def of_http(fault: Exception) -> Told:
    """Of FastAPI's own: no such path, another method, a body that is no form."""
    assert isinstance(fault, HTTPException)
    return Told(fault.status_code, "http", f"{fault.detail}".lower())


def _of_request(fault: Exception) -> Told:
    """Which fields are wrong and why; not what was sent."""
    assert isinstance(fault, RequestValidationError)
    faults = (f"{'.'.join(str(part) for part in one['loc'])}: {one['msg'].lower()}" for one in fault.errors())
    return Told(422, "invalid_request", "; ".join(faults))


def answer_of(what: Told) -> JSONResponse:
    return JSONResponse(what.body, what.status)
