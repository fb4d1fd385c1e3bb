"""What LlamaIndex makes of our nodes: their document, and what a model and a reranker read of them."""

from __future__ import annotations

import pytest
from llama_index.core.schema import MetadataMode, TextNode

from index import Index, Passage
from qa.adapters.llamaindex import SpanRetriever

PARKS = "Which provinces planned industrial parks?"


@pytest.fixture
def passage(shipped: Index) -> Passage:
    return shipped.search(PARKS, 1)[0]


@pytest.fixture
def node(shipped: Index) -> TextNode:
    (found,) = SpanRetriever(shipped, k=1).retrieve(PARKS)
    assert isinstance(found.node, TextNode)
    return found.node


def test_a_node_belongs_to_its_stored_document(node: TextNode, passage: Passage, shipped: Index) -> None:
    assert node.ref_doc_id == passage.document_id
    text = shipped.document(node.ref_doc_id).text
    assert text[node.start_char_idx : node.end_char_idx] == node.text == passage.text


def test_a_model_reads_the_place_of_a_passage_and_a_reranker_its_title(
    node: TextNode, passage: Passage
) -> None:
    told = f"source: {passage.source}\ntitle: {passage.title}\nstart: {passage.start}\nend: {passage.end}"
    assert node.get_content(MetadataMode.LLM) == f"{told}\n\n{passage.text}"
    assert node.get_content(MetadataMode.EMBED) == f"title: {passage.title}\n\n{passage.text}"
