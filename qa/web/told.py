"""What a program is told when something goes wrong: a status of HTTP, a type to branch on, and words.

Knows our errors; nothing of protocols. What is the server's own affair is told in no detail: its words hold
paths and addresses.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from index import IndexFault
from index.errors import AmbiguousDocument, BadQuestion, IndexBusy, NoIndex, UnknownDocument, UnknownField
from qa.errors import QAError
from qa.spans import BadSpan
from qa.web.errors import AskedTooFast, UnknownEngine
from qa.web.library import Busy, NotYours
from qa.web.requests import request_id

PROGRAMS = "/v1/"  # where programs ask
METRICS = "/metrics"  # and where one program, Prometheus, looks
OURS = (IndexFault, QAError)  # what is told; anything else is a bug


class Told(NamedTuple):
    status: int
    type: str
    message: str

    @property
    def body(self) -> dict[str, Any]:
        """With the id under which the request stands in the log."""
        id = {"request_id": request_id()} if request_id() else {}
        return {"error": {"type": self.type, "message": self.message, **id}}


_CALLERS: dict[type[Exception], tuple[int, str]] = {  # errors of whoever asks, in their own words
    BadQuestion: (400, "bad_question"),
    UnknownField: (400, "unknown_field"),
    BadSpan: (400, "bad_span"),
    NotYours: (403, "not_yours"),
    UnknownDocument: (404, "unknown_document"),
    UnknownEngine: (404, "unknown_model"),
    AmbiguousDocument: (409, "ambiguous_document"),
    AskedTooFast: (429, "too_many_questions"),
}
_SERVERS: dict[type[Exception], Told] = {
    NoIndex: Told(503, "no_index", "no document is indexed: run qa sync FOLDER"),
    IndexBusy: Told(503, "busy", "another program writes to the index: try again later"),
    Busy: Told(503, "busy", "another program writes to the index: try again later"),
}


def told(fault: Exception) -> Told:
    """fault: one of OURS."""
    kind = type(fault)
    if kind in _CALLERS:
        status, name = _CALLERS[kind]
        return Told(status, name, str(fault))
    return _SERVERS.get(kind, Told(500, "server_error", "it failed here: the server's own messages say why"))
