"""Our retriever and our answers as LangChain has them: a BaseRetriever, and tools for an agent.

retriever = SpanRetriever(index=Index.open(".index"), k=5)
retriever.invoke("Which provinces planned industrial parks?")[0].metadata["start"]
create_agent(model, tools=[search_tool(retriever), ask_tool(Assistant(index))])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables.config import run_in_executor
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import ConfigDict, Field

from index import Index, Passage, View
from index.errors import BadQuestion
from qa.adapters.passages import id_of, metadata_of
from qa.assistant import Assistant
from qa.render import answer_text, passages_text


class SpanRetriever(BaseRetriever):
    """Passages of `index`, best first, at most `k`, from documents whose front matter matches `where`.

    invoke and ainvoke take `k` and `where` too, for one call: retriever.invoke(question, k=3).

    metadata of each Document: what qa/adapters/passages.py lists.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    index: Index | View
    k: int = Field(default=5, ge=1)
    where: dict[str, Any] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        where: dict[str, Any] | None = None,
    ) -> list[Document]:
        return [to_document(passage) for passage in self.passages(query, k, where)]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,
        where: dict[str, Any] | None = None,
    ) -> list[Document]:  # the base class's own passes neither k nor where on
        return [to_document(one) for one in await run_in_executor(None, self.passages, query, k, where)]

    def passages(
        self, query: str, k: int | None = None, where: dict[str, Any] | None = None
    ) -> list[Passage]:
        """As the index gives them. k, where: in place of the retriever's own."""
        wanted = self.k if k is None else k
        return self.index.search(query, wanted, self.where if where is None else where)


def search_tool(
    retriever: SpanRetriever,
    name: str = "search_documents",
    description: str = "The passages of the documents nearest to a question, each with its place.",
) -> BaseTool:
    """What an agent's model reads: the passages, numbered, each under "title (source:start-end)".

    The tool message's artifact holds the Documents.
    """

    def search(question: str) -> tuple[str, Any]:
        passages = retriever.passages(question)
        text = passages_text(passages, explain=False) or "Nothing found."
        return text, [to_document(passage) for passage in passages]

    return _tool(search, name, description)


def ask_tool(
    assistant: Assistant,
    name: str = "ask_documents",
    description: str = "The documents' own answer to a question in exact quotes, or that they do not say.",
) -> BaseTool:
    """What an agent's model reads: the answer with its marks, and what each mark cites.

    The tool message's artifact holds the Answer.
    """

    def ask(question: str) -> tuple[str, Any]:
        answer = assistant.ask(question)
        return answer_text(answer), answer

    return _tool(ask, name, description)


def _tool(look: Callable[[str], tuple[str, Any]], name: str, description: str) -> BaseTool:
    """look: from a question, what the model reads and the artifact."""

    def run(question: str) -> tuple[str, Any]:
        try:
            return look(question)
        except BadQuestion as error:  # the model's fault, which it can mend
            raise ToolException(str(error)) from error

    return StructuredTool.from_function(
        run,
        name=name,
        description=description,
        response_format="content_and_artifact",
        handle_tool_error=True,
    )


def to_document(passage: Passage) -> Document:
    """A passage as LangChain's Document; its id is "document id:start-end"."""
    return Document(id=id_of(passage), page_content=passage.text, metadata=metadata_of(passage))
