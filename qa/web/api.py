"""What programs ask over HTTP: questions, passages, documents; each sees what its person may see.

Knows FastAPI and what the desk holds. An error is {"error": {"type", "message"}} with a status that fits.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from corpus.document import document_id
from index import Passage
from qa.adapters.openai_api import Completion, CompletionRequest, Envelope, chunks, completion, server_sent
from qa.answer import Done
from qa.assistant import Assistant
from qa.spans import Part, part_of
from qa.web.api_errors import ErrorBody, Forbidden, Unread, answer_of, of_http, tell_errors
from qa.web.desk import MOST_PASSAGES, Desk
from qa.web.errors import UnknownEngine
from qa.web.intake import Line
from qa.web.library import Row
from qa.web.login import may_write, person
from qa.web.told import OURS, told
from qa.web.users import LOCAL

MOST_LISTED = 1000
_log = logging.getLogger(__name__)


class SearchRequest(BaseModel):
    """where: only documents whose front matter has these values."""

    model_config = ConfigDict(extra="forbid")

    question: str
    k: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = 5
    where: dict[str, str] | None = None


@dataclass(frozen=True)
class Passages:
    """Best first; none where no document is near."""

    passages: list[Passage]


@dataclass(frozen=True)
class Engine:
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "spanqa"


@dataclass(frozen=True)
class Engines:
    data: list[Engine]
    object: Literal["list"] = "list"


@dataclass(frozen=True)
class Rows:
    """A part of the list, by source. total: of all that fit."""

    documents: list[Row]
    total: int


@dataclass(frozen=True)
class Received:
    """What became of a file, or of each in an archive, and its document's id; None where it failed."""

    id: str | None
    outcome: str
    text: str


@dataclass(frozen=True)
class Uploaded:
    files: list[Received]


@dataclass(frozen=True)
class Status:
    status: str


def user_of(request: Request) -> str:
    return person(request) or LOCAL


def writer(request: Request) -> str:
    if not may_write(request):
        raise Forbidden
    return user_of(request)


User = Annotated[str, Depends(user_of)]
Writer = Annotated[str, Depends(writer)]
Id = Annotated[str, Path(description="The id of a document, or the end of its source: its file's name.")]
Place = Annotated[int | None, Query(ge=0, description="Characters of the text, half-open.")]


def add_programs(app: FastAPI, desk: Desk) -> None:
    """Have the application answer programs, below /v1, and tell how it is."""
    app.include_router(_health(desk))
    app.mount("/v1", _api(desk))
    # A path with a line break in it is below no mount.
    app.add_exception_handler(HTTPException, lambda _, fault: answer_of(of_http(fault)))


def _api(desk: Desk) -> FastAPI:
    app = FastAPI(
        title="spanqa",
        version="1",
        summary="Answers, passages and documents, each with exact character spans.",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        responses={
            "default": {"model": ErrorBody, "description": "What went wrong."},
            422: {"model": ErrorBody, "description": "The request is not as described here."},
        },
    )
    tell_errors(app)
    app.include_router(_asking(desk))
    app.include_router(_documents(desk))
    return app


def _health(desk: Desk) -> APIRouter:
    """Whether the server is alive, and whether it can answer: told to everybody."""
    router = APIRouter()

    @router.get("/healthz")
    def alive() -> Status:
        return Status("alive")

    @router.get("/readyz")
    def ready() -> Response:
        try:
            desk.library.index.search("ready", 1)
        except OURS as fault:
            _log.error("not ready: %s", type(fault).__name__)
            return answer_of(told(fault))
        return JSONResponse({"status": "ready"})

    return router


def _asking(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["Questions"])

    @router.get("/models", summary="What may answer: quotes only, and each model that may write")
    def models() -> Engines:
        return Engines([Engine(name) for name in desk.engines])

    @router.post(
        "/chat/completions",
        summary="The answer to a question, by the OpenAI protocol",
        response_model=Completion,
        response_description="The answer; a stream of its sentences where `stream` is true.",
    )
    def complete(request: Request, asked: CompletionRequest, user: User) -> Any:
        assistant = _engine(desk, asked.model).over(desk.library.visible(user))
        base = f"{request.url.scheme}://{request.url.netloc}"
        envelope = Envelope(f"chatcmpl-{secrets.token_hex(12)}", int(time.time()), asked.model, base)
        desk.pace.take(user)
        events = assistant.stream(asked.question, asked.history, asked.where)
        first = next(events)  # what is wrong with the question is known by then, and has a status
        if asked.stream:
            pieces = chunks(itertools.chain([first], events), asked, envelope)
            return StreamingResponse(_unbroken(server_sent(pieces)), media_type="text/event-stream")
        *_, last = events
        assert isinstance(last, Done)
        return completion(last.answer, asked, envelope)

    @router.post("/search", summary="The passages nearest to a question")
    def search(asked: SearchRequest, user: User) -> Passages:
        desk.pace.take(user)
        return Passages(desk.library.visible(user).search(asked.question, asked.k, asked.where))

    return router


def _documents(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/documents", tags=["Documents"])

    @router.get("", summary="The documents that may be asked")
    def documents(
        user: User,
        search: Annotated[str, Query(description="Words of title, source or front matter.")] = "",
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    ) -> Rows:
        rows = desk.library.documents(user, search)
        return Rows(rows[offset : offset + limit], len(rows))

    @router.get("/{id}", summary="The text of a document, or the part of it that a citation names")
    def document(id: Id, user: User, start: Place = None, end: Place = None) -> Part:
        return part_of(desk.library.visible(user).document(id), start, end)

    @router.post("", status_code=201, summary="Add a file, or replace the one of the same name")
    def add(file: UploadFile, user: Writer) -> Uploaded:
        lines = desk.library.receive(user, file.filename or "", file.file)
        if all(line.outcome == "failed" for line in lines):
            raise Unread("; ".join(line.text for line in lines) or "the file is none that can be a document")
        return Uploaded([_received(line) for line in lines])

    @router.delete("/{id}", status_code=204, summary="Delete an upload of one's own")
    def remove(id: Id, user: Writer) -> None:
        desk.library.remove(user, desk.library.visible(user).document(id).source)

    return router


def _engine(desk: Desk, name: str) -> Assistant:
    if name not in desk.engines:
        raise UnknownEngine(name, list(desk.engines))
    return desk.engines[name]


def _received(line: Line) -> Received:
    return Received(document_id(line.source) if line.source else None, line.outcome, line.text)


def _unbroken(events: Iterator[str]) -> Iterator[str]:
    """The events; where one fails, an error in its place, since the status has been sent."""
    try:
        yield from events
    except OURS as fault:
        _log.error("an answer was broken off: %s", type(fault).__name__)
        yield from server_sent([told(fault).body])
