"""The chat without a browser: events to screens, the page that is served, and the address."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import gradio as gr
import httpx
import pytest

import app
from index import Index
from index.errors import NoIndex
from qa import AnswerSettings, Assistant, Settings, Turn

PARKS = "Which cities planned industrial parks?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "parks.md").write_text(
        "---\ntitle: Parks\npublisher: The Gazette\ndate: 2020-02-01\n---\n"
        "Five cities sent their plans. Chongqing and Hainan planned industrial parks. The others waited.\n"
    )
    (folder / "roads.md").write_text("# Roads\nSuzhou asked for wider roads in 2019.\n")
    with Index.open(tmp_path_factory.mktemp("index")) as index:
        index.sync([folder])
        yield Assistant(index)


def exchange(question: str, said: str | None) -> app.Exchange:
    return app.Exchange(question, f"<p>{said}</p>", said)


def test_the_question_is_on_the_screen_before_its_answer(assistant: Assistant) -> None:
    box, chat, sources, conversation = next(app.converse(assistant, PARKS, ()))

    assert box == ""
    assert [(message["role"], message["content"]) for message in chat] == [
        ("user", f'<div class="question">{PARKS}</div>')
    ]
    assert sources == app.NO_SOURCES
    assert conversation == ()


def test_an_answer_ends_with_its_sources_beside_it_and_is_remembered(assistant: Assistant) -> None:
    *_, (_, chat, sources, conversation) = app.converse(assistant, PARKS, ())

    assert [message["role"] for message in chat] == ["user", "assistant"]
    assert "Chongqing and Hainan planned industrial parks." in chat[1]["content"]
    assert 'href="#source-1"' in chat[1]["content"]
    assert "<mark>Chongqing and Hainan planned industrial parks.</mark>" in sources
    assert "The Gazette · 2020-02-01 · " in sources
    assert [each.question for each in conversation] == [PARKS]
    assert "Chongqing and Hainan planned industrial parks. [" in (conversation[0].said or "")


def test_what_has_been_said_stays_until_the_answer_is_whole(assistant: Assistant) -> None:
    replies = [chat[1]["content"] for _, chat, _, _ in app.converse(assistant, PARKS, ()) if len(chat) > 1]

    assert len(replies) >= 2
    for earlier, later in pairwise(replies):
        assert later.startswith(earlier.removesuffix("</div>"))


def test_only_the_last_answers_marks_are_links(assistant: Assistant) -> None:
    *_, (_, _, _, conversation) = app.converse(assistant, PARKS, ())
    *_, (_, chat, _, _) = app.converse(assistant, PARKS, conversation)

    assert [message["content"].count("href=") > 0 for message in chat] == [False, False, False, True]


def test_a_declined_question_shows_leads_and_no_source(assistant: Assistant) -> None:
    *_, (_, chat, evidence, conversation) = app.converse(assistant, "How do I bake bread?", ())

    assert 'class="declined"' in chat[1]["content"]
    assert "<mark>" not in evidence
    assert len(conversation) == 1


def test_a_fault_is_shown_in_its_own_words_and_the_question_given_back(assistant: Assistant) -> None:
    question = "parks " * 20_000
    *_, (box, chat, sources, conversation) = app.converse(assistant, question, ())

    assert box == question
    assert 'class="fault"' in chat[1]["content"]
    assert "characters" in chat[1]["content"]
    assert sources == app.NO_SOURCES
    assert app.history(conversation) == []


def test_the_conversation_becomes_turns_without_its_faults() -> None:
    conversation = (
        exchange("Who planned?", "Hainan did. [1]"),
        exchange("x" * 9, None),
        exchange("When?", "Soon."),
    )

    assert app.history(conversation) == [
        Turn.user("Who planned?"),
        Turn.assistant("Hainan did. [1]"),
        Turn.user("When?"),
        Turn.assistant("Soon."),
    ]


def test_the_examples_are_answered_from_the_documents_that_they_stand_for(tmp_path: Path) -> None:
    with Index.open(tmp_path) as index:
        index.sync(["corpus/documents"])
        assert app.examples(index.documents()) == list(app.EXAMPLES)
        for question, name in app.EXAMPLES.items():
            answer = Assistant(index).ask(question)
            assert f"documents/{name}" in {citation.source for citation in answer.citations}, question


def test_no_example_is_offered_over_other_documents(assistant: Assistant) -> None:
    assert app.examples(assistant.index.documents()) == []


def get(path: str, assistant: Assistant) -> httpx.Response:
    """What the application answers. Built inside a running loop: outside, Gradio opens some that it leaks."""

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app.application(app.build({app.QUOTES: assistant})))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(once())


def test_the_page_names_no_address_but_its_own(assistant: Assistant) -> None:
    response = get("/", assistant)

    assert response.status_code == 200
    assert '<html\n\tlang="en"' in response.text
    loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"']([^\"']+)", response.text)
    assert "./assets/" in " ".join(loaded)
    assert [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)] == []


def test_the_theme_loads_no_font(assistant: Assistant) -> None:
    theme = get("/theme.css", assistant)

    assert theme.status_code == 200
    assert "--font: system-ui, sans-serif;" in theme.text
    assert "@font-face" not in theme.text
    assert "@import" not in theme.text


def test_the_browser_is_told_to_load_nothing_from_outside(assistant: Assistant) -> None:
    policy = get("/", assistant).headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(app.PortInUse, match=rf"127\.0\.0\.1:{port}: the port is in use") as caught:
            app.listen("127.0.0.1", port)

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


def test_without_an_index_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run qa sync"):
        app.serve(str(tmp_path / "none"), Settings(), port=0)


def test_an_address_of_another_machine_is_refused_with_the_reason() -> None:
    with pytest.raises(app.CannotListen, match=r"192\.0\.2\.1:7860: Cannot assign requested address"):
        app.listen("192.0.2.1", 7860)


def test_a_host_that_does_not_exist_is_refused_with_the_reason() -> None:
    with pytest.raises(app.CannotListen, match=r"nowhere\.invalid"):
        app.listen("nowhere.invalid", 7860)


def test_models_of_the_command_line_are_chosen_from_beside_quotes(assistant: Assistant) -> None:
    small, large = "http://127.0.0.1:9/v1#small", "http://127.0.0.1:9/v1#large"
    settings = AnswerSettings(model=small)

    def names(models: list[str] | None = None) -> list[str]:
        return list(app.assistants(assistant.index, settings, models))

    assert names() == ["small at 127.0.0.1", app.QUOTES]
    assert names([large, small]) == ["large at 127.0.0.1", "small at 127.0.0.1", app.QUOTES]
    assert app.assistants(assistant.index, settings)[app.QUOTES].settings.model is None


def test_the_choice_is_shown_where_there_is_one(assistant: Assistant) -> None:
    async def choice(names: list[str]) -> tuple[str, bool]:  # Gradio builds on the loop that runs
        blocks = app.build(dict.fromkeys(names, assistant)).blocks.values()
        (radio,) = [block for block in blocks if isinstance(block, gr.Radio)]
        return str(radio.value), bool(radio.visible)

    assert asyncio.run(choice(["small", app.QUOTES])) == ("small", True)
    assert asyncio.run(choice([app.QUOTES])) == (app.QUOTES, False)


def test_a_model_that_fails_costs_one_line_on_the_screen(assistant: Assistant) -> None:
    nobody = Assistant(
        assistant.index, AnswerSettings(retries=0, timeout=20), model="http://127.0.0.1:9/v1#small"
    )
    *_, (_, chat, _, conversation) = app.converse(nobody, PARKS, ())
    assert "Chongqing and Hainan planned industrial parks." in chat[1]["content"]
    assert "missing or cut short: it failed" in chat[1]["content"]
    assert conversation[0].said is not None
    assert "cut short" not in conversation[0].said  # the line is no part of the conversation
