"""Scripts and styles kept in memory: sent as they were at first, and nothing else is kept."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from qa.web.assets import kept

SCRIPT = "let one = 1;\n" * 100


@pytest.fixture
def asked() -> list[str]:
    """The paths that reach the application."""
    return []


@pytest.fixture
def client(asked: list[str]) -> TestClient:
    async def any_file(request: Request) -> PlainTextResponse:
        asked.append(request.url.path)
        return PlainTextResponse(SCRIPT, 404 if "none" in request.url.path else 200)

    app = Starlette(routes=[Route("/{path:path}", any_file, methods=["GET", "POST"])])
    return TestClient(kept(GZipMiddleware(app)))


def test_a_file_is_asked_for_once_and_browsers_may_keep_it(client: TestClient, asked: list[str]) -> None:
    found = [client.get("/assets/index-a1.js") for _ in range(3)]
    assert [one.text for one in found] == [SCRIPT] * 3
    assert {one.headers["cache-control"] for one in found} == {"public, max-age=31536000, immutable"}
    assert asked == ["/assets/index-a1.js"]


def test_each_gets_the_packing_that_it_reads(client: TestClient) -> None:
    for _ in range(2):
        packed = client.get("/assets/a.js", headers={"accept-encoding": "gzip"})
        plain = client.get("/assets/a.js", headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.text == plain.text == SCRIPT


@pytest.mark.parametrize("path", ["/", "/config", "/assets/none.js", "/assets/x/a.js", "/assets//a.js"])
def test_what_may_change_is_missing_or_has_another_name_is_asked_each_time(
    client: TestClient, asked: list[str], path: str
) -> None:
    for _ in range(2):
        assert "cache-control" not in client.get(path).headers
    assert len(asked) == 2


def test_a_part_and_what_is_sent_are_asked_each_time(client: TestClient, asked: list[str]) -> None:
    for _ in range(2):
        client.get("/assets/a.js", headers={"range": "bytes=0-9"})
        client.post("/assets/a.js")
    assert len(asked) == 4


def test_headers_that_are_added_around_it_are_not_kept(asked: list[str]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await PlainTextResponse(SCRIPT)(scope, receive, send)

    inner = kept(app)

    async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-number", str(len(asked)).encode()))
            await send(message)

        await inner(scope, receive, send_numbered)

    client = TestClient(numbered)
    for _ in range(2):
        assert client.get("/assets/a.js").headers.get_list("x-number") == ["1"]
