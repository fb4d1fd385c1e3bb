"""Our passages, answers and documents for agents, by the Model Context Protocol.

    server(Assistant(Index.open(".index"))).run("stdio")  # which is qa mcp

Knows the protocol's SDK. What cannot be done is an error, in words and marked as one; nothing found is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Annotated, Any

from pydantic import Field

from index import DocumentInfo, Index, Passage, View
from qa.answer import Answer, Turn
from qa.assistant import Assistant
from qa.errors import extra
from qa.render import answer_text, documents_text, passages_text, plain
from qa.spans import Part, part_of
from qa.web.told import OURS, told

with extra("mcp"):
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
    from mcp_types import CallToolResult, Resource, TextContent, ToolAnnotations

ADDRESS = "spanqa://documents/"
MOST = 30  # passages
INSTRUCTIONS = (
    "Answers questions over a folder of documents. Every sentence of an answer carries citations: document "
    "id, start and end are the exact characters of the document's text that say it. Cite these."
)
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)

Question = Annotated[str, Field(description="In plain words.")]
Where = Annotated[
    dict[str, str] | None, Field(description="Only documents whose front matter has these values.")
]
Document = Annotated[
    str, Field(description="The id of a document, or the end of its source: its file's name.")
]


@dataclass(frozen=True)
class Answered:
    answer: Answer


@dataclass(frozen=True)
class Passages:
    """Best first; none where no document is near."""

    passages: list[Passage]


@dataclass(frozen=True)
class Documents:
    """A part of the list, by source. total: of all."""

    documents: list[DocumentInfo]
    total: int


def server(assistant: Assistant) -> MCPServer[Any]:
    """Of all documents that the assistant answers from."""
    index = assistant.index
    serving = _Server(index)

    @serving.tool(title="Ask the documents", annotations=READS)
    def ask(
        question: Question,
        history: Annotated[
            list[Turn] | None, Field(description="The conversation before it, oldest turn first.")
        ] = None,
        where: Where = None,
    ) -> Annotated[CallToolResult, Answered]:
        """The answer to a question, each sentence with the exact spans that say it. Where the documents do
        not answer, `abstained` is true, `refusal` says why, and `passages` holds the nearest; else it is
        empty: `search` gives them."""
        with _told():
            answer = assistant.ask(question, history or (), where)
        shown = answer if answer.abstained else replace(answer, passages=())
        return _result(answer_text(answer), Answered(shown))

    @serving.tool(title="Search the documents", annotations=READS)
    def search(
        question: Question, k: Annotated[int, Field(ge=1, le=MOST)] = 5, where: Where = None
    ) -> Annotated[CallToolResult, Passages]:
        """The passages nearest to a question, best first, each with its place in its document."""
        with _told():
            found = index.search(question, k, where)
        return _result(passages_text(found, explain=False) or "Nothing found.", Passages(found))

    @serving.tool(title="Read a span", annotations=READS)
    def read_span(
        document: Document,
        start: Annotated[int, Field(ge=0, description="Characters, half-open.")] = 0,
        end: Annotated[int | None, Field(ge=0, description="Of the whole text where none is given.")] = None,
    ) -> Annotated[CallToolResult, Part]:
        """The text of a document from start to end, as citations and passages name them."""
        with _told():
            part = part_of(index.document(document), start, end)
        return _result(part.text, part)

    @serving.tool(title="List the documents", annotations=READS)
    def list_documents(
        offset: Annotated[int, Field(ge=0)] = 0, limit: Annotated[int, Field(ge=1, le=1000)] = 100
    ) -> Annotated[CallToolResult, Documents]:
        """What can be asked: id, source, title and front matter of each document."""
        with _told():
            every = index.documents()
        listed = every[offset : offset + limit]
        return _result(documents_text(listed), Documents(listed, len(every)))

    @serving.resource(f"{ADDRESS}{{id}}", name="document", title="A document's text", mime_type="text/plain")
    def document(id: str) -> str:
        """The whole text that all starts and ends refer to."""
        try:
            return index.document(id).text
        except OURS as fault:
            what = told(fault)
            raise (ResourceNotFoundError if what.status == 404 else ResourceError)(what.message) from fault

    return serving


class _Server(MCPServer[Any]):
    """Lists the documents as they are now; the SDK's own list is fixed when the server starts."""

    def __init__(self, index: Index | View) -> None:
        super().__init__(
            "spanqa",
            version=version("spanqa"),
            instructions=INSTRUCTIONS,
            log_level="CRITICAL",  # its own lines hold what was asked
            subscriptions=False,
        )
        self._index = index

    async def list_resources(self) -> list[Resource]:
        return [
            Resource(uri=f"{ADDRESS}{one.id}", name=one.source, title=one.title, mime_type="text/plain")
            for one in self._index.documents()
        ]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OURS as fault:
        raise ToolError(told(fault).message) from fault


def _result(text: str, value: object) -> CallToolResult:
    """text: what a model reads. value: the same in full, as the tool's schema describes it."""
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=plain(value))
