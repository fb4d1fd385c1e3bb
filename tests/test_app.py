"""The server of the chat: what its page may load, where it listens, and who may choose what."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import app
from index import Index
from index.errors import NoIndex
from qa import AnswerSettings, Assistant, Settings
from qa.web.desk import QUOTES, Desk
from qa.web.errors import LoginNeeded
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.listening import CannotListen, PortInUse, listen
from qa.web.login import guard
from qa.web.metrics import Metrics
from qa.web.store import Store


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("served")
    (place / "letters").mkdir()
    (place / "letters" / "parks.md").write_text("# Parks\nChongqing and Hainan planned industrial parks.\n")
    with Index.open(place / "index") as index:
        index.sync([place / "letters"])
        store = Store(place / "data" / "chat.sqlite")
        yield Desk(Library(index, place / "data"), store, Pace(60), {QUOTES: Assistant(index)})
        store.close()


def get(path: str, desk: Desk, metrics: Metrics | None = None) -> httpx.Response:
    """What the application answers. Built inside a running loop: outside, Gradio opens some that it leaks."""

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app.with_policy(guard(app.application(desk, metrics))))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(once())


def test_the_page_names_no_address_but_its_own(desk: Desk) -> None:
    response = get("/", desk)

    assert response.status_code == 200
    assert '<html\n\tlang="en"' in response.text
    loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"']([^\"']+)", response.text)
    assert "./assets/" in " ".join(loaded)
    assert [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)] == []


def test_the_theme_loads_no_font(desk: Desk) -> None:
    theme = get("/theme.css", desk)

    assert theme.status_code == 200
    assert "--font: system-ui, sans-serif;" in theme.text
    assert "@font-face" not in theme.text
    assert "@import" not in theme.text


def test_the_browser_is_told_to_load_nothing_from_outside(desk: Desk) -> None:
    policy = get("/", desk).headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_programs_are_answered_beside_the_page(desk: Desk) -> None:
    assert get("/v1/models", desk).json()["data"][0]["id"] == QUOTES
    assert get("/v1/nothing", desk).json() == {"error": {"type": "http", "message": "not found"}}
    assert get("/v1/documents/a%0Ab", desk).json() == {"error": {"type": "http", "message": "not found"}}
    assert get("/readyz", desk).json() == {"status": "ready"}


def test_metrics_are_told_where_they_are_wanted(desk: Desk) -> None:
    assert "spanqa_" not in get("/metrics", desk).text

    told = get("/metrics", desk, Metrics(desk.library.index))
    assert told.headers["content-type"].startswith("text/plain; version=")
    assert "\nspanqa_documents 1.0\n" in told.text


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"127\.0\.0\.1:{port}: the port is in use") as caught:
            listen("127.0.0.1", port)

    assert (caught.value.host, caught.value.port) == ("127.0.0.1", port)


def test_a_port_in_use_ends_the_program_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "app.py"],
            env={**os.environ, "QA_SERVE__PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(rf"app\.py: cannot listen on 127\.0\.0\.1:{port}: .+\n", run.stderr)


def test_a_server_that_is_stopped_while_it_warms_up_ends_well(desk: Desk) -> None:
    environment = os.environ | {"QA_INDEX": str(desk.library.index.folder), "QA_SERVE__PORT": "0"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "app.py"], env=environment, stdout=pipe, stderr=pipe, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Chat: http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        _, faults = server.communicate(timeout=60)
    assert (server.returncode, faults) == (0, "")


def test_without_an_index_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run qa sync"):
        app.serve(str(tmp_path / "none"), Settings(), port=0)


def test_an_address_of_another_machine_is_refused_with_the_reason() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1:7860: Cannot assign requested address"):
        listen("192.0.2.1", 7860)


def test_a_host_that_does_not_exist_is_refused_with_the_reason() -> None:
    with pytest.raises(CannotListen, match=r"nowhere\.invalid"):
        listen("nowhere.invalid", 7860)


def test_other_machines_are_let_in_only_where_people_sign_in(tmp_path: Path) -> None:
    with pytest.raises(LoginNeeded, match=r"qa user add NAME"):
        app.serve(str(tmp_path / "none"), Settings(), host="0.0.0.0", port=0)


def test_models_of_the_command_line_are_chosen_from_beside_quotes(desk: Desk) -> None:
    small, large = "http://127.0.0.1:9/v1#small", "http://127.0.0.1:9/v1#large"
    settings, index = AnswerSettings(model=small), desk.library.index

    def names(models: list[str] | None = None) -> list[str]:
        return list(app.engines(index, settings, models))

    assert names() == ["small at 127.0.0.1", QUOTES]
    assert names([large, small]) == ["large at 127.0.0.1", "small at 127.0.0.1", QUOTES]
    assert app.engines(index, settings)[QUOTES].settings.model is None
