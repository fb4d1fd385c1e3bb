"""Our retriever as LlamaIndex has it. Nothing is fetched or sent on its behalf.

retriever = SpanRetriever(Index.open(".index"), k=5)
retriever.retrieve("Which provinces planned industrial parks?")[0].node.start_char_idx
RetrieverQueryEngine.from_args(retriever, llm=...)
"""

from __future__ import annotations

import asyncio
from typing import Any

from index import Index, Passage, View
from qa.adapters.passages import id_of, metadata_of
from qa.errors import extra

with extra("llamaindex"):
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.schema import (
        NodeRelationship,
        NodeWithScore,
        QueryBundle,
        RelatedNodeInfo,
        TextNode,
    )

FOR_MODELS = ("source", "title", "start", "end")  # what a model is told of a passage beside its text
FOR_EMBEDDING = ("title",)  # rerankers read this, too; our own embedding puts the title before the text


class SpanRetriever(BaseRetriever):
    """Passages of `index`, best first, at most `k`, from documents whose front matter matches `where`.

    Each is a TextNode from start_char_idx to end_char_idx of the stored document that is its source node,
    with what qa/adapters/passages.py lists as metadata.
    """

    def __init__(
        self, index: Index | View, k: int = 5, where: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """kwargs: BaseRetriever's own."""
        super().__init__(**kwargs)
        self.index = index
        self.k = k
        self.where = where

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self.index.search(query_bundle.query_str, self.k, self.where)
        return [NodeWithScore(node=to_node(passage), score=passage.score) for passage in passages]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)  # the base class's own holds the loop up


def to_node(passage: Passage) -> TextNode:
    """A passage as LlamaIndex's TextNode; its id is "document id:start-end"."""
    metadata = metadata_of(passage)
    return TextNode(
        id_=id_of(passage),
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
        excluded_llm_metadata_keys=[name for name in metadata if name not in FOR_MODELS],
        excluded_embed_metadata_keys=[name for name in metadata if name not in FOR_EMBEDDING],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document_id)},
    )
