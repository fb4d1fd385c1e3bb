"""The MCP server by the SDK's client: its tools and resources, and that what fails is an error."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError
from mcp_types import CallToolResult

from index import Embedder, Index
from qa import Assistant
from qa.adapters.mcp import server
from qa.render import answer_text, plain
from tests.conftest import ROOT
from tests.qa.adapters.doors import House, mcp_server

PARKS = "Which provinces planned industrial parks?"


def with_client(assistant: Assistant, do: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(server(assistant)) as client:
            return await do(client)

    return asyncio.run(run())


def call(assistant: Assistant, tool: str, **arguments: Any) -> CallToolResult:
    result = with_client(assistant, lambda client: client.call_tool(tool, arguments))
    assert isinstance(result, CallToolResult)
    return result


def text(result: CallToolResult) -> str:
    (block,) = result.content
    return str(getattr(block, "text", ""))


def test_every_tool_has_a_schema_of_what_it_takes_and_gives(assistant: Assistant) -> None:
    tools = with_client(assistant, lambda client: client.list_tools()).tools
    takes = {tool.name: set(tool.input_schema["properties"]) for tool in tools}
    assert takes == {
        "ask": {"question", "history", "where"},
        "search": {"question", "k", "where"},
        "read_span": {"document", "start", "end"},
        "list_documents": {"offset", "limit"},
    }
    assert {tool.name: set(tool.output_schema["properties"]) for tool in tools} == {
        "ask": {"answer"},
        "search": {"passages"},
        "read_span": {"document_id", "source", "title", "start", "end", "text"},
        "list_documents": {"documents", "total"},
    }
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)


def test_an_answer_is_words_for_a_model_and_structure_for_a_program(assistant: Assistant) -> None:
    expected = assistant.ask(PARKS)
    result = call(assistant, "ask", question=PARKS)
    assert text(result) == answer_text(expected)
    assert result.structured_content == {"answer": plain(expected) | {"passages": []}}


def test_a_declined_answer_is_no_error_and_brings_leads(assistant: Assistant) -> None:
    result = call(assistant, "ask", question="How do I bake bread?")
    assert not result.is_error
    answer = (result.structured_content or {})["answer"]
    assert (answer["abstained"], answer["citations"]) == (True, [])
    assert answer["refusal"] == assistant.ask("How do I bake bread?").refusal
    assert answer["passages"] == plain(assistant.ask("How do I bake bread?").passages)


def test_documents_are_listed_in_parts_and_read(assistant: Assistant) -> None:
    infos = assistant.index.documents()
    part = call(assistant, "list_documents", offset=1, limit=2)
    assert part.structured_content == {"documents": plain(infos[1:3]), "total": len(infos)}
    whole = call(assistant, "read_span", document=infos[0].id)
    assert text(whole) == assistant.index.document(infos[0].id).text


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("search", {"question": PARKS, "where": {"colour": "red"}}, "no document has a field colour"),
        ("read_span", {"document": "nowhere.md"}, "no document nowhere.md"),
        ("read_span", {"document": "44-policies-in-19-days.md", "start": 9, "end": 3}, "9-3 is not within"),
        ("search", {"question": PARKS, "k": 0}, "greater than or equal to 1"),
        ("search", {}, "Field required"),
        ("bake", {}, "Unknown tool"),
    ],
)
def test_what_cannot_be_done_is_an_error_in_words(
    tool: str, arguments: dict[str, Any], words: str, assistant: Assistant
) -> None:
    result = call(assistant, tool, **arguments)
    assert result.is_error
    assert words in text(result)
    assert result.structured_content is None


def test_an_index_that_fails_is_an_error_that_tells_no_path(tmp_path: Path, real_embedder: Embedder) -> None:
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        for tool in "ask", "search":
            result = call(Assistant(index), tool, question=PARKS)
            assert result.is_error
            assert "no document is indexed: run qa sync FOLDER" in text(result)
            assert str(tmp_path) not in text(result)


def test_documents_are_resources(assistant: Assistant) -> None:
    async def read(client: Client) -> None:
        infos = assistant.index.documents()
        listed = (await client.list_resources()).resources
        assert [str(one.uri) for one in listed] == [f"spanqa://documents/{info.id}" for info in infos]
        (content,) = (await client.read_resource(str(listed[0].uri))).contents
        assert getattr(content, "text", "") == assistant.index.document(infos[0].id).text
        with pytest.raises(MCPError, match=r"no document nowhere\.md"):
            await client.read_resource("spanqa://documents/nowhere.md")

    with_client(assistant, read)


def test_a_page_of_elsewhere_is_refused(house: House) -> None:
    with mcp_server(house.folder) as address:
        assert address.startswith("http://127.0.0.1:")
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = {"accept": "application/json, text/event-stream"}
        for header in {"origin": "https://evil.example"}, {"host": "evil.example"}:
            assert httpx.post(address, json=request, headers=accept | header).status_code in (403, 421)


def test_without_an_index_the_command_ends_with_a_line(tmp_path: Path) -> None:
    ran = qa("mcp", "--index", str(tmp_path / "none"))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("qa: no document is indexed in ")


def qa(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "qa", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, input="")
