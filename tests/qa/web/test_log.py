"""The log of a server in JSON: what stands in it, and what does not."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from index import Index
from index.observe import Step
from qa.settings import LogSettings
from qa.web.listening import Server, listen
from qa.web.log import log_request, logged
from qa.web.requests import numbered, request_id
from tests.conftest import ROOT
from tests.qa.web.serving import served

PARKS = "Which provinces planned industrial parks?"
Read = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Read]:
    stream = io.StringIO()
    with logged(LogSettings(json=True), stream):
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_step_is_a_line_and_what_is_part_of_it_none(lines: Read) -> None:
    with Step("question", engine="quotes only") as step:
        step.texts["question"] = PARKS
        with Step("retrieve"):
            pass
        step.note(outcome="declined", refusal="")

    (line,) = lines()
    assert abs(datetime.fromisoformat(line.pop("time")) - datetime.now(UTC)).total_seconds() < 60
    assert 0 < line.pop("seconds") < 1
    assert line == {"level": "info", "event": "question", "outcome": "declined", "engine": "quotes only"}


def test_a_question_is_written_only_where_that_is_wanted() -> None:
    stream = io.StringIO()
    with logged(LogSettings(json=True, text=True), stream), Step("question") as step:
        step.texts["question"] = PARKS

    assert json.loads(stream.getvalue())["question"] == PARKS


def test_an_error_is_told_by_its_kind_and_place_without_its_words(lines: Read) -> None:
    log = logging.getLogger("qa.web.api")
    with pytest.raises(ValueError, match="secret"), Step("sync"):
        raise ValueError("secret")
    try:
        raise ValueError("secret")
    except ValueError:
        log.exception("not ready")

    sync, other = lines()
    assert (sync["level"], sync["outcome"], sync["fault"]) == ("error", "failed", "ValueError")
    assert (other["logger"], other["message"], other["fault"]) == ("qa.web.api", "not ready", "ValueError")
    assert re.fullmatch(r"tests\.qa\.web\.test_log:\d+|test_log:\d+", other["at"])
    assert "secret" not in json.dumps(lines())


def test_a_home_folder_is_not_named(lines: Read) -> None:
    logging.getLogger("qa.web.login").error("signing in does not work: %s", Path.home() / "data/chat.sqlite")

    assert lines()[0]["message"] == "signing in does not work: ~/data/chat.sqlite"


def test_the_words_of_libraries_are_left_out(lines: Read) -> None:
    logging.getLogger("langchain").warning("odd prompt: %s", PARKS)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(PARKS, stacklevel=1)

    assert [(line["event"], line["logger"]) for line in lines()] == [
        ("message", "langchain"),
        ("message", "py.warnings"),
    ]
    assert "provinces" not in json.dumps(lines())


def test_a_line_stays_a_line(lines: Read) -> None:
    logging.getLogger("qa").error("two\nlines \u2028 and \x1b[31m")

    assert lines()[0]["message"] == "two\nlines \u2028 and \x1b[31m"


def test_without_the_setting_nothing_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    with logged(LogSettings()), Step("question"):
        assert logging.getLogger().handlers == before

    assert capsys.readouterr().err == ""


async def echo(scope: Scope, _: Receive, send: Send) -> None:
    """Tells the id that the application knows; /broken breaks."""
    if scope["path"] == "/broken":
        raise ValueError("secret")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": request_id().encode()})


def test_each_request_has_an_id_that_is_told_back_and_logged(lines: Read) -> None:
    with served(numbered(echo, log_request)) as address:
        given = httpx.get(f"{address}/v1/documents?search=blockchain", headers={"X-Request-ID": "abc-1.2"})
        made = [httpx.get(address) for _ in range(2)]
        odd = httpx.get(address, headers={"X-Request-ID": "a" * 65})

    assert given.headers["x-request-id"] == given.text == "abc-1.2"
    ids = [answer.headers["x-request-id"] for answer in (*made, odd)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in ids)
    line = lines()[0]
    told = {name: line[name] for name in ("level", "event", "request", "method", "path", "status")}
    assert told == {
        "level": "info",
        "event": "request",
        "request": "abc-1.2",
        "method": "GET",
        "path": "/v1/documents",
        "status": 200,
    }
    assert [line["request"] for line in lines()[1:]] == ids


def test_a_request_that_breaks_is_told_with_its_id_and_where(lines: Read) -> None:
    listening = listen("127.0.0.1", 0)
    server = Server(numbered(echo, log_request), "Echo", lambda: False, logs=True)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    headers = {"X-Request-ID": "mine"}
    answer = httpx.get(f"http://127.0.0.1:{listening.getsockname()[1]}/broken", headers=headers)
    server.should_exit = True
    thread.join()

    assert answer.status_code == 500
    told, fault = (line for line in lines() if line["level"] != "warning")
    assert (told["event"], told["status"], told["request"]) == ("request", 0, "mine")
    assert (fault["logger"], fault["request"], fault["fault"]) == ("uvicorn.error", "mine", "ValueError")
    assert "message" not in fault


def test_a_server_logs_its_questions_in_json_and_its_errors_carry_the_id(
    shipped: Index, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "qa", "serve", "--log-json", "--port=0", f"--index={shipped.folder}"]
    environment = os.environ | {"QA_SERVE__DATA": str(tmp_path / "data")}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().removeprefix("Chat: ").strip()
        asked = {"model": "quotes only", "messages": [{"role": "user", "content": PARKS}]}
        with httpx.Client(base_url=address, headers={"X-Request-ID": "mine"}, timeout=60) as client:
            answer = client.post("/v1/chat/completions", json=asked)
            wrong = client.post("/v1/chat/completions", json=asked | {"model": "nobody"})
        assert server.stderr is not None
        said = ""
        while '"event": "openers"' not in said:  # told once the server has warmed up
            said += server.stderr.readline()
        server.send_signal(signal.SIGINT)
        said += server.communicate(timeout=60)[1]

    assert (server.returncode, answer.status_code) == (0, 200), said
    assert wrong.json()["error"]["request_id"] == wrong.headers["x-request-id"] == "mine"
    told = [json.loads(line) for line in said.splitlines()]
    mine = [(line["event"], line.get("status"), line.get("outcome")) for line in told if line.get("request")]
    assert mine == [("question", None, "answered"), ("request", 200, None), ("request", 404, None)]
    assert "provinces" not in said
    assert str(Path.home()) not in said
