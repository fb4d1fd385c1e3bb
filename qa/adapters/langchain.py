"""Our retriever as a LangChain BaseRetriever.

retriever = SpanRetriever(index=Index.open(".index"), k=5)
retriever.invoke("Which provinces planned industrial parks?")[0].metadata["start"]
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index import Index, Passage


class SpanRetriever(BaseRetriever):
    """Passages of `index`, best first, at most `k`, from documents whose front matter matches `where`.

    metadata of each Document: document_id, source, title, start, end (characters, half-open; the text is
    exactly that slice of the stored document), score, similarity, headings, found_by, also_in, page, and the
    document's front matter under "front_matter".
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    index: Index
    k: int = Field(default=5, ge=1)
    where: dict[str, Any] | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return [to_document(passage) for passage in self.index.search(query, k=k or self.k, where=self.where)]


def to_document(passage: Passage) -> Document:
    """A passage as LangChain's Document; its id is "document id:start-end"."""
    return Document(
        id=f"{passage.document_id}:{passage.start}-{passage.end}",
        page_content=passage.text,
        metadata={
            "document_id": passage.document_id,
            "source": passage.source,
            "title": passage.title,
            "start": passage.start,
            "end": passage.end,
            "score": passage.score,
            "similarity": passage.similarity,
            "headings": list(passage.headings),
            "found_by": list(passage.found_by),
            "also_in": list(passage.also_in),
            "page": passage.page,
            "front_matter": dict(passage.metadata),
        },
    )
