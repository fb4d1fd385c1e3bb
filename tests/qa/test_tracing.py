"""Traces as a collector gets them, over real OTLP on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from index import Index
from index.errors import BadQuestion
from index.vectors import _settings
from qa import Assistant
from qa.settings import LogSettings
from qa.tracing import ENDPOINT, traced
from tests.conftest import ROOT
from tests.qa.openai_server import saying, serving

PARKS = "Which provinces planned industrial parks?"


class Collector(ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taken)
        self.bodies: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Taken(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert (self.path, self.headers.get("content-encoding")) == ("/v1/traces", None)
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv(ENDPOINT, server.address)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def attributes(span: Span) -> dict[str, Any]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


def test_a_question_is_one_trace_of_its_steps(collector: Collector, shipped: Index) -> None:
    with serving(saying("Cheese is green and made of moon. [1]")) as server, traced(LogSettings()):
        answer = Assistant(shipped, model=server.address).ask(PARKS)

    spans = {span.name: span for span in collector.spans}
    root = spans.pop("question")
    assert list(spans) == ["understand", "retrieve", "rank", "choose", "model", "cite"]
    assert {span.trace_id for span in spans.values()} == {root.trace_id}
    assert {span.parent_span_id for span in spans.values()} == {root.span_id}
    told = attributes(root)
    assert (told["spanqa.outcome"], told["spanqa.sentences"]) == ("answered", len(answer.sentences))
    assert attributes(spans["model"])["spanqa.model"] == "tested at 127.0.0.1"
    assert root.end_time_unix_nano > root.start_time_unix_nano


def test_two_questions_that_are_answered_by_turns_stay_apart(
    collector: Collector, assistant: Assistant
) -> None:
    with traced(LogSettings()):
        one, other = assistant.stream(PARKS), assistant.stream("How many provinces wrote of blockchain?")
        next(one), next(other)
        list(one), list(other)

    roots = [span for span in collector.spans if span.name == "question"]
    assert len({root.trace_id for root in roots}) == 2
    for root in roots:
        inside = [span for span in collector.spans if span.trace_id == root.trace_id and span is not root]
        assert sorted({span.name for span in inside if span.parent_span_id == root.span_id}) == [
            "choose",
            "cite",
            "rank",
            "retrieve",
            "understand",
        ]


def test_no_word_of_a_question_or_document_is_told_unless_it_is_wanted(
    collector: Collector, assistant: Assistant
) -> None:
    with traced(LogSettings()):
        answer = assistant.ask(PARKS)
    sent = b"".join(collector.bodies)
    words = {word.strip(".,?").encode() for word in f"{PARKS} {answer.text}".split() if len(word) > 4}
    assert b"understand" in sent
    assert [word for word in words if word in sent] == []

    with traced(LogSettings(text=True)):
        assistant.ask(PARKS)
    assert attributes(collector.spans[-1])["spanqa.question"] == PARKS


def test_an_error_is_told_by_its_kind_alone(collector: Collector, assistant: Assistant) -> None:
    with traced(LogSettings()), pytest.raises(BadQuestion):
        assistant.ask("secret " * 2_000)

    inner, outer = collector.spans
    for span in (inner, outer):
        assert span.status.code == Status.STATUS_CODE_ERROR
        assert (span.status.message, list(span.events)) == ("", [])
        assert attributes(span)["error.type"] == "BadQuestion"


def test_the_command_line_traces_a_sync_and_nothing_of_chromas_own(
    collector: Collector, tmp_path: Path
) -> None:
    (tmp_path / "tea.txt").write_text("Green tea is steamed soon after picking.\n")
    environment = os.environ | {"CHROMA_OTEL_GRANULARITY": "all", "OTEL_SERVICE_NAME": "reports"}
    command = [sys.executable, "-m", "qa", "sync", str(tmp_path / "tea.txt"), "--index", str(tmp_path / "i")]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "1 added\n", "")
    assert [span.name for span in collector.spans] == ["sync"]
    assert attributes(collector.spans[0])["spanqa.added"] == 1
    (request,) = collector.requests
    (resource,) = request.resource_spans
    names = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert names["service.name"] == "reports"
    assert [scope.scope.name for scope in resource.scope_spans] == ["spanqa"]
    assert str(tmp_path).encode() not in b"".join(collector.bodies)


def test_chromas_own_telemetry_stays_off_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHROMA_OTEL_GRANULARITY", "all")
    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "true")

    settings = _settings()
    assert (settings.chroma_otel_granularity, settings.anonymized_telemetry) == ("none", False)


def test_without_the_variable_opentelemetry_is_not_imported(shipped: Index) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom qa import Assistant\nfrom qa.options import opened\n"
        "with opened(Path(sys.argv[1]), None) as (index, settings):\n"
        "    print(Assistant(index).ask(sys.argv[2]).abstained)\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    environment = {name: value for name, value in os.environ.items() if name != ENDPOINT}
    command = [sys.executable, "-c", script, str(shipped.folder), PARKS]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "False\n[]\n"


def test_without_the_package_the_extra_is_named_and_the_question_answered(
    monkeypatch: pytest.MonkeyPatch, assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with traced(LogSettings()):
        answer = assistant.ask(PARKS)

    assert not answer.abstained
    said = capsys.readouterr().err
    assert said.startswith("qa: nothing is traced: this needs the package opentelemetry")
    assert said.endswith(": pip install 'spanqa[tracing]'\n")


def test_a_collector_that_is_gone_keeps_no_answer_back(
    monkeypatch: pytest.MonkeyPatch, assistant: Assistant
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with traced(LogSettings()):
        assert not assistant.ask(PARKS).abstained
