"""What LangChain has of us: its suite for retrievers, an agent with our tools, an answer as it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import RetrieversIntegrationTests

from index import Index
from qa import Answer, Assistant
from qa.adapters.langchain import SpanRetriever, ask_tool, search_tool
from qa.chain import build_chain, build_stream
from qa.scripted import ScriptedModel

PARKS = "Which provinces planned industrial parks?"
BREAD = "How do I bake bread?"


class TestStandardSuite(RetrieversIntegrationTests):
    """LangChain's suite for every retriever."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture(autouse=True)
    def over(self, shipped: Index) -> None:
        self.shipped = shipped

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[SpanRetriever]:
        return SpanRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.shipped}

    @property
    def retriever_query_example(self) -> str:
        return PARKS


def test_one_call_may_have_a_k_and_a_filter_of_its_own(shipped: Index) -> None:
    retriever = SpanRetriever(index=shipped, k=5, where={"publisher": "PANews"})
    documents = retriever.invoke(PARKS, k=2, where={})
    assert [one.metadata["score"] for one in documents] == [one.score for one in shipped.search(PARKS, 2)]
    asynchronous = asyncio.run(retriever.ainvoke(PARKS, k=3))
    assert [one.metadata["front_matter"]["publisher"] for one in asynchronous] == ["PANews"] * 3


def test_a_retriever_over_a_part_of_the_index_gives_nothing_else(shipped: Index) -> None:
    source = shipped.search(PARKS, 1)[0].source
    hidden = [one.source for one in shipped.documents() if one.source != source]
    documents = SpanRetriever(index=shipped.within(hidden)).invoke(PARKS)
    assert documents
    assert source not in {one.metadata["source"] for one in documents}


class Agent(ScriptedModel):
    """Calls the tool `calls` with `question`, then says of what it got back what its script makes of it."""

    calls: str
    question: str

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:
        assert self.calls in {tool.name for tool in tools}
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if isinstance(messages[-1], ToolMessage):
            return super()._generate(messages[-1:], stop, run_manager, **kwargs)
        call = {"name": self.calls, "args": {"question": self.question}, "id": "1", "type": "tool_call"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="", tool_calls=[call]))])


def told(tool: BaseTool, question: str) -> tuple[ToolMessage, str]:
    """What the tool gave an agent, and what the agent, which repeats it, said in the end."""
    agent = create_agent(Agent(script=lambda got: [got], calls=tool.name, question=question), tools=[tool])
    messages = agent.invoke({"messages": [{"role": "user", "content": question}]})["messages"]
    (given,) = (message for message in messages if isinstance(message, ToolMessage))
    return given, messages[-1].text


def test_an_agent_reads_passages_with_their_places(shipped: Index) -> None:
    given, said = told(search_tool(SpanRetriever(index=shipped, k=2)), PARKS)
    first, second = shipped.search(PARKS, 2)
    assert [one.id for one in given.artifact] == [
        f"{one.document_id}:{one.start}-{one.end}" for one in (first, second)
    ]
    assert said == given.content
    assert f"({first.source}:{first.start}-{first.end})" in said
    assert first.text.splitlines()[0] in said
    nothing, _ = told(search_tool(SpanRetriever(index=shipped, where={"publisher": "Nobody"})), PARKS)
    assert (nothing.content, nothing.artifact, nothing.status) == ("Nothing found.", [], "success")


def test_an_agent_reads_an_answer_with_its_citations(assistant: Assistant) -> None:
    given, said = told(ask_tool(assistant), PARKS)
    assert given.artifact == assistant.ask(PARKS)
    assert said.startswith(given.artifact.text)
    for one in given.artifact.citations:
        assert f"({one.source}:{one.start}-{one.end})" in said
    declined, _ = told(ask_tool(assistant), BREAD)
    assert declined.artifact.abstained


@pytest.mark.parametrize("name", ["ask", "search"])
def test_an_agent_is_told_what_is_wrong_with_its_question(name: str, assistant: Assistant) -> None:
    index = assistant.index
    tool = ask_tool(assistant) if name == "ask" else search_tool(SpanRetriever(index=index))
    given, _ = told(tool, " ")
    assert (given.content, given.status) == ("the question is empty: write one", "error")


@pytest.mark.parametrize("question", [PARKS, BREAD, "What did each province plan for industrial parks?"])
def test_an_answer_is_streamed_by_the_sentence(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    *said, last = build_stream(assistant).stream({"question": question})
    assert "".join(piece["text"] for piece in said) == answer.text
    assert len(said) == max(1, len(answer.sentences))
    assert last == {"answer": answer}
    assert build_stream(assistant).invoke({"question": question}) == {"text": answer.text, "answer": answer}


def test_an_asynchronous_stream_gives_the_same_pieces(assistant: Assistant) -> None:
    async def pieces() -> list[dict[str, Any]]:
        return [piece async for piece in build_stream(assistant).astream({"question": PARKS})]

    async def answer() -> Answer:
        return await build_chain(assistant).ainvoke({"question": PARKS})

    assert asyncio.run(pieces()) == list(build_stream(assistant).stream({"question": PARKS}))
    assert asyncio.run(answer()) == assistant.ask(PARKS)
