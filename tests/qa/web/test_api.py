"""The API as programs use it: on a real server, with people of their own, and as the description says."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastapi
import httpx
import openai
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from langchain_openai import ChatOpenAI
from openai.types.chat import ChatCompletionUserMessageParam
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from index import Embedder, Index, Passage
from qa import Assistant, Done, Said, SpanMismatch
from qa.question import Question
from qa.render import plain
from qa.web.api import add_programs
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import MB, Pace, limited
from qa.web.login import guard
from qa.web.sessions import Sessions
from qa.web.store import Store
from qa.web.tokens import Tokens
from qa.web.users import Users
from tests.qa.web.serving import served

EXAMPLES = 1000 if os.environ.get("QA_LONG") == "1" else 60
PARKS = "Which provinces planned industrial parks?"
FERRY = b"The ferry to Zanzibar leaves at nine.\n"
ZANZIBAR = "When does the ferry to Zanzibar leave?"


@dataclass
class Served:
    """Two servers over the same documents: one that is open, and one where anna and ben have tokens."""

    desk: Desk
    address: str
    open: httpx.Client
    door: str
    tokens: dict[str, str]

    def by(self, name: str) -> httpx.Client:
        """name: of a token."""
        bearer = {"authorization": f"Bearer {self.tokens[name]}"}
        return httpx.Client(base_url=self.door, headers=bearer, timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("served")
    (place / "letters").mkdir()
    (place / "letters" / "parks.md").write_text(
        "---\npublisher: PANews\n---\n# Parks\nChongqing and Hainan planned industrial parks.\n\n"
        "Shandong also planned industrial parks in 2019.\n"
    )
    with Index.open(place / "index", embedder=real_embedder) as index:
        index.sync([place / "letters"])
        data = place / "data"
        store, users = Store(data / "chat.sqlite"), Users(data / "users")
        desk = Desk(Library(index, data), store, Pace(10_000), {QUOTES: Assistant(index)})
        for name in ("anna", "ben"):
            users.add(name, "seven wet harbours")
        sessions, tokens = Sessions(data / "chat.sqlite", users), Tokens(data / "chat.sqlite", users)
        kept = {"anna": tokens.add("anna", "anna", "write"), "ben": tokens.add("ben", "ben", "write")}
        kept["reader"] = tokens.add("reader", "anna", "read")
        app = fastapi.FastAPI(openapi_url=None)
        add_programs(app, desk)
        behind = limited(guard(app, sessions, tokens=tokens), MB)
        with served(guard(app)) as address, served(behind) as door, httpx.Client(base_url=address) as client:
            client.timeout = httpx.Timeout(60)
            yield Served(desk, address, client, door, kept)
        tokens.close()
        sessions.close()
        store.close()


def asked(question: str = PARKS, **more: object) -> dict[str, object]:
    return {"model": QUOTES, "messages": [{"role": "user", "content": question}], **more}


def error(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert list(body) == ["error"]
    assert set(body["error"]) == {"type", "message"}
    return answer.status_code, body["error"]["type"]


# Answers


def test_the_openai_client_gets_the_answer_with_the_exact_spans(server: Served) -> None:
    expected = server.desk.engines[QUOTES].ask(PARKS)
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="none") as client:
        assert [model.id for model in client.models.list()] == [QUOTES]
        got = client.chat.completions.create(
            model=QUOTES, messages=[{"role": "user", "content": PARKS}], temperature=0
        )
    message = got.choices[0].message
    assert (message.content, message.refusal, got.choices[0].finish_reason) == (expected.text, None, "stop")
    assert (message.model_extra or {})["citations"] == plain(expected.citations)
    assert message.annotations
    for note, cited in zip(message.annotations, expected.citations, strict=True):
        place = note.url_citation
        sentence = expected.text[place.start_index : place.end_index]
        assert f"[{cited.number}]" in sentence
        assert cited.quote.rstrip(".") in sentence
        extra = place.model_extra or {}
        read = server.open.get(
            f"/v1/documents/{extra['document_id']}?start={extra['start']}&end={extra['end']}"
        )
        assert read.json()["text"] == cited.quote
        assert place.url == (
            f"{server.address}/documents/{cited.document_id}?start={cited.start}&end={cited.end}#quote"
        )
    assert got.usage
    assert got.usage.total_tokens == got.usage.prompt_tokens + got.usage.completion_tokens > 10


def test_a_stream_says_a_sentence_at_a_time_and_ends_as_the_whole(server: Served) -> None:
    question = "Which provinces planned industrial parks, and which in 2019?"
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="none") as client:
        sent: ChatCompletionUserMessageParam = {"role": "user", "content": question}
        whole = client.chat.completions.create(model=QUOTES, messages=[sent])
        chunks = list(
            client.chat.completions.create(
                model=QUOTES, messages=[sent], stream=True, stream_options={"include_usage": True}
            )
        )
    message = whole.choices[0].message
    assert message.content
    assert message.annotations
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    said = [delta.content for delta in deltas if delta.content]
    assert len(said) == len(message.content.split("\n\n"))
    assert "".join(said) == message.content
    notes = [note for delta in deltas for note in (delta.model_extra or {}).get("annotations", [])]
    assert notes == [note.model_dump() for note in message.annotations]
    last, extra = deltas[-1].model_extra or {}, message.model_extra or {}
    assert last == {name: extra[name] for name in ("citations", "disagreements", "confidence")}
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_langchain_answers_declines_and_streams(server: Served) -> None:
    model = ChatOpenAI(
        model=QUOTES, base_url=f"{server.address}/v1", api_key=SecretStr("none"), max_retries=0
    )
    assistant = server.desk.engines[QUOTES]
    assert model.invoke(PARKS).content == assistant.ask(PARKS).text
    assert "".join(str(chunk.content) for chunk in model.stream(PARKS)) == assistant.ask(PARKS).text
    declined = model.invoke("How do I bake bread?")
    assert declined.content == assistant.ask("How do I bake bread?").text
    assert declined.additional_kwargs["refusal"] == assistant.ask("How do I bake bread?").refusal


def test_the_messages_before_the_last_are_the_conversation(server: Served) -> None:
    sent = [
        {"role": "system", "content": "Answer like a pirate."},
        {"role": "user", "content": [{"type": "text", "text": PARKS}]},
        {"role": "assistant", "content": "Chongqing and Hainan. [1]", "annotations": [], "refusal": None},
        {"role": "user", "content": "and Shandong?"},
    ]
    got = server.open.post("/v1/chat/completions", json={"model": QUOTES, "messages": sent}).json()
    assert "Shandong also planned industrial parks" in got["choices"][0]["message"]["content"]


def test_an_answer_and_a_search_keep_to_documents_with_a_value(server: Served) -> None:
    for where, found in ({"publisher": "PANews"}, True), ({"publisher": "Another"}, False):
        passages = server.open.post("/v1/search", json={"question": PARKS, "where": where}).json()["passages"]
        assert bool(passages) is found
        message = server.open.post("/v1/chat/completions", json=asked(where=where)).json()["choices"][0][
            "message"
        ]
        assert (message["refusal"] is None) is found


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("chat/completions", asked(" "), (400, "bad_question")),
        ("chat/completions", asked("x" * 100_000), (400, "bad_question")),
        ("chat/completions", asked(stream=True, where={"colour": "red"}), (400, "unknown_field")),
        ("chat/completions", asked() | {"model": "gpt-9"}, (404, "unknown_model")),
        ("chat/completions", asked(tools=[]), (422, "invalid_request")),
        ("chat/completions", asked(n=2), (422, "invalid_request")),
        ("chat/completions", {"model": QUOTES, "messages": []}, (422, "invalid_request")),
        ("search", {"question": PARKS, "k": 0}, (422, "invalid_request")),
        ("search", {"question": PARKS, "limit": 3}, (422, "invalid_request")),
        ("nothing", {}, (404, "http")),
        ("models", {}, (405, "http")),
    ],
)
def test_an_error_has_a_type_and_a_status(
    path: str, body: object, expected: tuple[int, str], server: Served
) -> None:
    assert error(server.open.post(f"/v1/{path}", json=body)) == expected


def test_what_was_sent_is_not_told_back_with_its_faults(server: Served) -> None:
    answer = server.open.post("/v1/search", json={"question": {"secret": "hunter2"}})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    assert "body.question" in answer.text


class Breaking(Assistant):
    """Fails once it has said something; `fault` is how."""

    fault: Exception

    def answer(
        self,
        question: str,
        asked: Question,
        passages: Sequence[Passage],
        where: Mapping[str, Any] | None = None,
    ) -> Iterator[Said | Done]:
        yield next(super().answer(question, asked, passages, where))
        raise self.fault


@pytest.fixture
def breaking(server: Served) -> Iterator[Breaking]:
    engines = dict(server.desk.engines)
    breaking = Breaking(server.desk.library.index)
    server.desk.engines = {**engines, "breaking": breaking}
    yield breaking
    server.desk.engines = engines


def test_a_stream_that_breaks_off_ends_in_an_error(breaking: Breaking, server: Served) -> None:
    breaking.fault = SpanMismatch("/home/anna/parks.md", 3, 9)
    heard: list[str] = []

    def listen(client: openai.OpenAI) -> None:
        sent: ChatCompletionUserMessageParam = {"role": "user", "content": PARKS}
        stream = client.chat.completions.create(model="breaking", messages=[sent], stream=True)
        heard.extend(chunk.choices[0].delta.content or "" for chunk in stream)

    with (
        openai.OpenAI(base_url=f"{server.address}/v1", api_key="none", max_retries=0) as client,
        pytest.raises(openai.APIError, match="it failed here: the server's own messages say why"),
    ):
        listen(client)
    assert "Chongqing" in "".join(heard)


@pytest.mark.parametrize("fault", [SpanMismatch("/home/anna/parks.md", 3, 9), RuntimeError("/home/anna")])
def test_what_breaks_here_is_told_in_no_detail(
    fault: Exception, breaking: Breaking, server: Served, caplog: pytest.LogCaptureFixture
) -> None:
    breaking.fault = fault
    answer = server.open.post("/v1/chat/completions", json=asked() | {"model": "breaking"})
    assert error(answer) == (500, "server_error")
    assert "/home/anna" not in answer.text + caplog.text


# Documents and their owners


def test_a_person_adds_reads_lists_and_deletes_what_nobody_else_sees(server: Served) -> None:
    with server.by("anna") as anna, server.by("ben") as ben:
        added = anna.post("/v1/documents", files={"file": ("ferry.md", FERRY)})
        assert (added.status_code, added.json()["files"][0]["outcome"]) == (201, "added")
        id = added.json()["files"][0]["id"]
        whole = anna.get(f"/v1/documents/{id}").json()
        assert (whole["text"], whole["start"], whole["end"]) == (FERRY.decode().strip(), 0, len(FERRY) - 1)
        listed = anna.get("/v1/documents").json()
        assert [row["info"]["id"] for row in listed["documents"] if row["own"]] == [id]
        assert "nine" in anna.post("/v1/chat/completions", json=asked(ZANZIBAR)).text

        assert ben.get("/v1/documents").json()["total"] == listed["total"] - 1
        assert error(ben.get(f"/v1/documents/{id}")) == (404, "unknown_document")
        assert error(ben.delete(f"/v1/documents/{id}")) == (404, "unknown_document")
        told = ben.post("/v1/chat/completions", json=asked(ZANZIBAR)).json()["choices"][0]["message"]
        assert told["refusal"] == "unknown_name"
        assert "Zanzibar" not in json.dumps(ben.post("/v1/search", json={"question": ZANZIBAR}).json())

        assert anna.delete(f"/v1/documents/{id}").status_code == 204
        assert error(anna.get(f"/v1/documents/{id}")) == (404, "unknown_document")


def test_documents_of_synced_folders_are_nobodys_to_delete(server: Served) -> None:
    with server.by("anna") as anna:
        assert error(anna.delete("/v1/documents/parks.md")) == (403, "not_yours")


def test_a_file_that_is_no_document_is_refused_and_not_kept(server: Served) -> None:
    for name, content in ("a.exe", b"MZ"), ("a.pdf", b"no pdf"), ("../../a.docx", b"no zip"):
        assert error(server.open.post("/v1/documents", files={"file": (name, content)})) == (
            422,
            "unreadable",
        )
    assert server.open.get("/v1/documents").json()["total"] == 1


def test_a_span_that_is_not_there_is_an_error(server: Served) -> None:
    for place in "start=5&end=5", "start=9&end=3", "end=100000":
        assert error(server.open.get(f"/v1/documents/parks.md?{place}")) == (400, "bad_span")
    assert error(server.open.get("/v1/documents/parks.md?start=-1")) == (422, "invalid_request")


def test_a_file_beyond_the_limit_is_refused(server: Served) -> None:
    with server.by("anna") as anna:
        files = {"file": ("long.txt", b"x" * (MB + 1))}
        assert error(anna.post("/v1/documents", files=files)) == (413, "too_large")


# Tokens


def test_without_a_token_that_is_known_nothing_is_answered(server: Served) -> None:
    for header in {}, {"authorization": "Bearer spanqa_wrong"}, {"authorization": "Basic YTpi"}:
        answer = httpx.get(f"{server.door}/v1/models", headers=header)
        assert error(answer) == (401, "unknown_token")
        assert answer.headers["www-authenticate"] == "Bearer"
    elsewhere = {"authorization": f"Bearer {server.tokens['anna']}"}
    assert httpx.get(f"{server.door}/documents/parks.md", headers=elsewhere).status_code == 401


def test_a_token_to_read_changes_nothing(server: Served) -> None:
    with server.by("reader") as reader:
        assert reader.post("/v1/chat/completions", json=asked()).status_code == 200
        assert error(reader.post("/v1/documents", files={"file": ("a.md", FERRY)})) == (403, "scope")
        assert error(reader.delete("/v1/documents/parks.md")) == (403, "scope")


def test_a_page_of_elsewhere_is_refused_whoever_asks(server: Served) -> None:
    origin = {"origin": "https://evil.example"}
    assert error(server.open.post("/v1/search", json={"question": PARKS}, headers=origin)) == (403, "refused")
    with server.by("anna") as anna:
        assert error(anna.get("/v1/documents", headers=origin)) == (403, "refused")
    assert error(server.open.get("/v1/models", headers={"host": "evil.example"})) == (400, "refused")


def test_questions_count_for_the_pace_of_their_person(server: Served) -> None:
    pace, server.desk.pace = server.desk.pace, Pace(2, lambda: 0.0)
    try:
        with server.by("anna") as anna, server.by("reader") as reader, server.by("ben") as ben:
            assert anna.post("/v1/chat/completions", json=asked()).status_code == 200
            assert reader.post("/v1/search", json={"question": PARKS}).status_code == 200
            late = anna.post("/v1/chat/completions", json=asked(stream=True))
            assert error(late) == (429, "too_many_questions")
            assert late.headers["retry-after"] == "30"
            assert ben.post("/v1/search", json={"question": PARKS}).status_code == 200
    finally:
        server.desk.pace = pace


# The server itself


def test_it_tells_everybody_that_it_is_alive_and_ready(server: Served) -> None:
    assert httpx.get(f"{server.door}/healthz").json() == {"status": "alive"}
    assert httpx.get(f"{server.door}/readyz").json() == {"status": "ready"}


def test_without_an_index_it_is_alive_and_not_ready(
    tmp_path: Path, real_embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        store = Store(tmp_path / "data" / "chat.sqlite")
        app = fastapi.FastAPI(openapi_url=None)
        desk = Desk(Library(index, tmp_path / "data"), store, Pace(60), {QUOTES: Assistant(index)})
        add_programs(app, desk)
        with served(guard(app)) as address, caplog.at_level(logging.INFO):
            assert httpx.get(f"{address}/healthz").status_code == 200
            for answer in (
                httpx.get(f"{address}/readyz"),
                httpx.post(f"{address}/v1/search", json={"question": PARKS}),
                httpx.post(f"{address}/v1/chat/completions", json=asked()),
            ):
                assert error(answer) == (503, "no_index")
                assert str(tmp_path) not in answer.text
        assert str(tmp_path) not in caplog.text
        store.close()
    shutil.rmtree(tmp_path / "index")


def test_the_description_names_every_address_and_its_errors(server: Served) -> None:
    described = server.open.get("/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/models", "/chat/completions", "/search", "/documents", "/documents/{id}"
    }  # fmt: skip
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["responses"]["default"]["content"]["application/json"]["schema"] == {
                "$ref": "#/components/schemas/ErrorBody"
            }
    assert not re.search(r"https?://", json.dumps(described))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_sent_is_answered_as_described(mode: GenerationMode, server: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{server.address}/v1/openapi.json")

    @settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=schema.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case[Any]) -> None:
        # A question of white space and a file that is no document fit a schema, and are refused.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    holds()
