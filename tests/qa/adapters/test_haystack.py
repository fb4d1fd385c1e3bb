"""Pipelines with our retriever: saved, loaded, run with other limits, and closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from haystack import Document, Pipeline
from haystack.components.retrievers import MultiQueryTextRetriever
from haystack.core.errors import DeserializationError, PipelineRuntimeError, SerializationError

from index import Embedder, Index, IndexSettings, View
from qa.adapters.haystack import SpanRetriever
from tests.conftest import ROOT

PARKS = "Which provinces planned industrial parks?"
OURS = ["qa.adapters.haystack"]


def over(index: Index | View, **given: Any) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", SpanRetriever(index, **given))
    return pipeline


def found(pipeline: Pipeline, **given: Any) -> list[Document]:
    documents = pipeline.run({"retriever": {"query": PARKS, **given}})["retriever"]["documents"]
    assert isinstance(documents, list)
    return documents


def test_a_saved_pipeline_finds_the_same_with_the_same_settings(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    settings = IndexSettings(chunk_tokens=70)  # others than an index is opened with by itself
    with Index.open(tmp_path / "index", settings, embedder=real_embedder) as index:
        index.sync([ROOT / "corpus/documents"])
        pipeline = over(index, top_k=3, filters={"publisher": "PANews"})
        expected, saved = found(pipeline), pipeline.dumps()
    loaded = Pipeline.loads(saved, allowed_modules=OURS)
    assert found(loaded) == expected
    assert len(expected) == 3
    assert loaded.dumps() == saved
    loaded.close()


def test_what_was_opened_for_a_pipeline_is_closed_with_it_and_nothing_else(shipped: Index) -> None:
    pipeline = over(shipped)
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=OURS)
    for one in loaded, pipeline:
        assert found(one)
        one.close()
    assert found(pipeline)
    with pytest.raises(PipelineRuntimeError, match="closed"):
        found(loaded)


def test_a_pipeline_is_loaded_only_by_who_allows_it_and_where_there_is_an_index(
    shipped: Index, tmp_path: Path
) -> None:
    saved = over(shipped).dumps()
    with pytest.raises(DeserializationError, match=r"qa\.adapters\.haystack"):
        Pipeline.loads(saved)
    gone = tmp_path / "gone"
    with pytest.raises(DeserializationError, match="no document is indexed"):
        Pipeline.loads(saved.replace(str(shipped.folder), str(gone)), allowed_modules=OURS)
    assert not gone.exists()


def test_a_part_of_an_index_is_not_saved_as_if_it_were_the_whole(shipped: Index) -> None:
    with pytest.raises(SerializationError, match="a part of an index cannot be saved"):
        over(shipped.within([])).dumps()


def test_a_run_may_have_limits_of_its_own(shipped: Index) -> None:
    pipeline = over(shipped, top_k=4, filters={"publisher": "PANews"})
    assert [one.score for one in found(pipeline, top_k=2, filters={})] == [
        one.score for one in shipped.search(PARKS, 2)
    ]
    assert [one.meta["front_matter"]["publisher"] for one in found(pipeline)] == ["PANews"] * 4


def test_it_serves_where_haystack_wants_a_retriever_of_texts(shipped: Index) -> None:
    questions = [PARKS, "How many provinces wrote of blockchain?"]
    several = MultiQueryTextRetriever(retriever=SpanRetriever(shipped, top_k=2))
    expected = {
        f"{one.document_id}:{one.start}-{one.end}"
        for question in questions
        for one in shipped.search(question, 2)
    }
    assert {one.id for one in several.run(questions)["documents"]} == expected
