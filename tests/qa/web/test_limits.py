from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import fastapi
import gradio as gr
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from qa.web.errors import AskedTooFast
from qa.web.limits import MB, UPLOADS, Pace, limited
from tests.qa.web.serving import served


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class TestPace:
    def test_a_minutes_questions_may_come_at_once_and_then_one_by_one(self) -> None:
        clock = Clock()
        pace = Pace(6, clock)
        for _ in range(6):
            pace.take("anna")
        with pytest.raises(AskedTooFast) as raised:
            pace.take("anna")
        assert str(raised.value) == "at most 6 questions a minute are answered: ask again in 10 seconds"
        clock.now += 9.5
        with pytest.raises(AskedTooFast, match=r"in 1 second$"):
            pace.take("anna")
        clock.now += 0.5
        pace.take("anna")
        with pytest.raises(AskedTooFast, match="in 10 seconds"):
            pace.take("anna")

    def test_each_has_a_bucket_of_their_own(self) -> None:
        pace = Pace(1, Clock())
        pace.take("anna")
        pace.take("ben")
        with pytest.raises(AskedTooFast):
            pace.take("anna")

    def test_waiting_long_fills_the_bucket_and_no_more(self) -> None:
        clock = Clock()
        pace = Pace(2, clock)
        pace.take("anna")
        clock.now += 10_000
        pace.take("anna")
        pace.take("anna")
        with pytest.raises(AskedTooFast):
            pace.take("anna")

    def test_threads_together_get_no_more_than_one(self) -> None:
        pace = Pace(50, Clock())

        def taken(_: int) -> bool:
            try:
                pace.take("anna")
            except AskedTooFast:
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(taken, range(200))) == 50


LIMIT, OTHERS = 200_000, 1_000
LINE = "Too large: send at most {} MB at once.\n"


async def length(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(limited(length, LIMIT, OTHERS)) as address:
        yield address


def pieces(total: int) -> Iterator[bytes]:
    """Sent in chunks, so that no Content-Length tells how many there are."""
    for _ in range(total // 1000):
        yield b"x" * 1000


def test_a_body_up_to_the_limit_arrives(address: str) -> None:
    assert httpx.post(f"{address}{UPLOADS}", content=b"x" * LIMIT).text == str(LIMIT)
    assert httpx.post(f"{address}{UPLOADS}?upload_id=1", content=pieces(LIMIT)).text == str(LIMIT)
    assert httpx.post(f"{address}/ask", content=b"x" * OTHERS).text == str(OTHERS)
    assert httpx.get(f"{address}/ask").text == "0"


@pytest.mark.parametrize("path", [UPLOADS, f"{UPLOADS}/"])
def test_more_is_answered_in_one_line(path: str, address: str) -> None:
    for content in (b"x" * (LIMIT + 1), pieces(LIMIT + 1000)):
        answer = httpx.post(f"{address}{path}", content=content)
        assert (answer.status_code, answer.text) == (413, LINE.format("0.2"))


def test_where_no_files_are_taken_the_limit_is_lower(address: str) -> None:
    for content in (b"x" * (OTHERS + 1), pieces(OTHERS * 2)):
        answer = httpx.post(f"{address}/ask", content=content)
        assert (answer.status_code, answer.text) == (413, LINE.format("0.001"))


def test_an_announced_gigabyte_is_refused_before_it_is_sent(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest("POST", UPLOADS)
    connection.putheader("Content-Length", "1000000000")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_gigabyte_that_is_sent_all_the_same_fills_no_memory(address: str) -> None:
    tracemalloc.start()
    try:
        answer = httpx.post(f"{address}{UPLOADS}", content=pieces(1000 * MB), timeout=60)
        assert answer.status_code == 413
    except httpx.TransportError:  # the server hung up while we were still sending
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * MB
    assert httpx.post(f"{address}/ask", content=b"x").text == "1"  # and the server goes on


def test_an_application_that_hides_the_fault_says_413_too() -> None:
    """As FastAPI does, which makes 400 of whatever goes wrong while it reads."""
    app = fastapi.FastAPI()

    @app.post("/ask")
    async def ask(body: dict[str, str]) -> int:
        return len(body)

    with served(limited(app, LIMIT, OTHERS)) as address:
        long = json.dumps({"question": "x" * OTHERS}).encode()
        answer = httpx.post(
            f"{address}/ask", content=iter([long]), headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.text) == (413, LINE.format("0.001"))
        assert httpx.post(f"{address}/ask", json={"question": "?"}).text == "1"


BOUNDARY = "b0undary"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
    "Content-Type: text/plain\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture
def gradio_uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """The address of a Gradio application behind the limit, and the folder in which it keeps uploads."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))

    async def built() -> fastapi.FastAPI:  # Gradio builds on the loop that runs
        with gr.Blocks(analytics_enabled=False) as blocks:
            gr.File()
        app = fastapi.FastAPI()
        gr.mount_gradio_app(app, blocks, path="/", ssr_mode=False)
        return app

    with served(limited(asyncio.run(built()), LIMIT)) as address:
        yield address, tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_of_an_upload_that_is_cut_off_gradio_keeps_nothing(gradio_uploads: tuple[str, Path]) -> None:
    address, folder = gradio_uploads
    fits = httpx.post(f"{address}{UPLOADS}", content=iter([HEAD, b"x" * 1000, TAIL]), headers=MULTIPART)
    assert fits.status_code == 200
    (kept,) = files(folder)
    assert kept.read_bytes() == b"x" * 1000

    endless = (HEAD, *pieces(LIMIT + 1000), TAIL)
    answer = httpx.post(f"{address}{UPLOADS}", content=iter(endless), headers=MULTIPART)
    assert answer.status_code == 413
    assert files(folder) == [kept]


def test_of_an_upload_that_breaks_off_gradio_keeps_nothing(gradio_uploads: tuple[str, Path]) -> None:
    address, folder = gradio_uploads
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        head = (
            f"POST {UPLOADS} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 100000\r\n"
            f"Content-Type: {MULTIPART['content-type']}\r\n\r\n"
        )
        connection.sendall(head.encode() + HEAD + b"x" * 50_000)
        assert eventually(lambda: len(files(folder)) == 1)
    assert eventually(lambda: files(folder) == [])


def eventually(holds: Callable[[], bool]) -> bool:
    """Within ten seconds."""
    tick = threading.Event()
    return any(holds() or tick.wait(0.05) for _ in range(200))
