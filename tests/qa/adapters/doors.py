"""The doors by which programs ask, each by its real client, in one form that can be compared.

Another door is a function from a House and questions to what was heard of each, entered in DOORS; a framework
that takes only passages, one from an index and a question to what was found, entered in FRAMEWORKS.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
from haystack import Pipeline
from llama_index.core.schema import TextNode
from mcp import Client, StdioServerParameters

from index import Index, View
from qa import Assistant, Turn
from qa.adapters import haystack, langchain, llamaindex
from qa.evaluation.gold import Case
from qa.render import plain
from qa.web.desk import QUOTES
from tests.conftest import ROOT

K = 4  # passages


@dataclass(frozen=True)
class House:
    """One index: as an assistant over it, in its folder, and served at an address."""

    assistant: Assistant
    folder: Path
    address: str


@dataclass(frozen=True)
class Heard:
    """spans: what stands where each citation points to, as the door reads it."""

    passages: list[dict[str, Any]]
    text: str
    refusal: str | None
    citations: list[dict[str, Any]]
    disagreements: list[dict[str, Any]]
    confidence: float
    spans: list[str]


Door = Callable[[House, Sequence[Case]], list[Heard]]


def by_python(house: House, cases: Sequence[Case]) -> list[Heard]:
    index = house.assistant.index

    def heard(case: Case) -> Heard:
        answer = house.assistant.ask(case.question, [Turn(turn.role, turn.text) for turn in case.history])
        passages = index.search(case.question, K)
        spans = [index.document(one.document_id).text[one.start : one.end] for one in answer.citations]
        return Heard(
            plain(passages),
            answer.text,
            answer.refusal,
            plain(answer.citations),
            plain(answer.disagreements),
            answer.confidence,
            spans,
        )

    return [heard(case) for case in cases]


def by_http(house: House, cases: Sequence[Case]) -> list[Heard]:
    with httpx.Client(base_url=f"{house.address}/v1", timeout=60) as client:

        def heard(case: Case) -> Heard:
            asked = {"model": QUOTES, "messages": messages(case)}
            answer = client.post("/chat/completions", json=asked).raise_for_status().json()
            found = client.post("/search", json={"question": case.question, "k": K}).raise_for_status()
            message = answer["choices"][0]["message"]
            return Heard(
                found.json()["passages"],
                message["content"],
                message["refusal"],
                message["citations"],
                message["disagreements"],
                message["confidence"],
                [span(client, one) for one in message["citations"]],
            )

        return [heard(case) for case in cases]


def span(client: httpx.Client, one: dict[str, Any]) -> str:
    place = {"start": one["start"], "end": one["end"]}
    read = client.get(f"/documents/{one['document_id']}", params=place).raise_for_status()
    return str(read.json()["text"])


def by_openai(house: House, cases: Sequence[Case]) -> list[Heard]:
    """Streamed. What the protocol does not have, passages and spans, by the same client's plain requests."""
    with openai.OpenAI(base_url=f"{house.address}/v1", api_key="none", max_retries=0) as client:

        def heard(case: Case) -> Heard:
            text, refusal = "", None
            whole: dict[str, Any] = {}
            stream = client.chat.completions.create(model=QUOTES, messages=messages(case), stream=True)
            for chunk in stream:
                delta = chunk.choices[0].delta
                text += delta.content or ""
                refusal = delta.refusal or refusal
                whole |= delta.model_extra or {}
            asked = {"question": case.question, "k": K}
            found = client.post("/search", cast_to=httpx.Response, body=asked).json()
            spans = []
            for one in whole["citations"]:
                place = f"/documents/{one['document_id']}?start={one['start']}&end={one['end']}"
                spans.append(client.get(place, cast_to=httpx.Response).json()["text"])
            return Heard(
                found["passages"],
                text,
                refusal,
                whole["citations"],
                whole["disagreements"],
                whole["confidence"],
                spans,
            )

        return [heard(case) for case in cases]


def messages(case: Case) -> list[Any]:
    turns = [{"role": turn.role, "content": turn.text} for turn in case.history]
    return [*turns, {"role": "user", "content": case.question}]


def by_mcp_stdio(house: House, cases: Sequence[Case]) -> list[Heard]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = ["-m", "qa", "mcp", "--index", str(house.folder)]
    place = StdioServerParameters(command=sys.executable, args=command, env=environment)
    return asyncio.run(_by_mcp(place, cases))


def by_mcp_http(house: House, cases: Sequence[Case]) -> list[Heard]:
    with mcp_server(house.folder) as address:
        return asyncio.run(_by_mcp(address, cases))


@contextmanager
def mcp_server(folder: Path) -> Iterator[str]:
    """`qa mcp --http` in a process of its own."""
    command = [sys.executable, "-m", "qa", "mcp", "--http", "--port", "0", "--index", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().removeprefix("MCP: ")
        finally:
            process.terminate()


async def _by_mcp(place: StdioServerParameters | str, cases: Sequence[Case]) -> list[Heard]:
    async with Client(place) as client:

        async def call(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result.content
            assert isinstance(result.structured_content, dict)
            return result.structured_content

        async def heard(case: Case) -> Heard:
            history = [turn.model_dump() for turn in case.history]
            answer = (await call("ask", question=case.question, history=history))["answer"]
            found = await call("search", question=case.question, k=K)
            spans = []
            for one in answer["citations"]:
                part = await call(
                    "read_span", document=one["document_id"], start=one["start"], end=one["end"]
                )
                spans.append(part["text"])
            same = ("text", "refusal", "citations", "disagreements", "confidence")
            return Heard(passages=found["passages"], spans=spans, **{name: answer[name] for name in same})

        return [await heard(case) for case in cases]


DOORS: dict[str, Door] = {
    "http": by_http,
    "openai": by_openai,
    "mcp over stdio": by_mcp_stdio,
    "mcp over http": by_mcp_http,
}


@dataclass(frozen=True)
class Found:
    """A passage as a framework holds it: where it has places of its own for them, it gives these."""

    id: str
    text: str
    score: float | None
    start: int | None
    end: int | None
    metadata: dict[str, Any]


def by_langchain(index: Index | View, question: str) -> list[Found]:
    found = langchain.SpanRetriever(index=index, k=K).invoke(question)
    return [
        Found(
            str(one.id),
            one.page_content,
            one.metadata["score"],
            one.metadata["start"],
            one.metadata["end"],
            one.metadata,
        )
        for one in found
    ]


def by_llamaindex(index: Index | View, question: str) -> list[Found]:
    found = llamaindex.SpanRetriever(index, k=K).retrieve(question)
    nodes = [(one.node, one.score) for one in found]
    return [
        Found(node.node_id, node.text, score, node.start_char_idx, node.end_char_idx, node.metadata)
        for node, score in nodes
        if isinstance(node, TextNode)
    ]


def by_haystack(index: Index | View, question: str) -> list[Found]:
    pipeline = Pipeline()
    pipeline.add_component("retriever", haystack.SpanRetriever(index, top_k=K))
    found = pipeline.run({"retriever": {"query": question}})["retriever"]["documents"]
    return [
        Found(one.id, one.content, one.score, one.meta["start"], one.meta["end"], one.meta) for one in found
    ]


FRAMEWORKS: dict[str, Callable[[Index | View, str], list[Found]]] = {
    "langchain": by_langchain,
    "llamaindex": by_llamaindex,
    "haystack": by_haystack,
}
