"""Our retriever as a component of Haystack's pipelines.

pipeline = Pipeline()
pipeline.add_component("retriever", SpanRetriever(Index.open(".index"), top_k=5))
pipeline.run({"retriever": {"query": "Which provinces planned industrial parks?"}})["retriever"]["documents"]

Haystack reports runs of pipelines to its makers unless HAYSTACK_TELEMETRY_ENABLED was "false" when it was
first imported, which may have been before us. So this import turns that off for the whole process. The file
~/.haystack/config.yaml, which Haystack writes as it is imported, only the variable prevents.
"""

from __future__ import annotations

import asyncio
from typing import Any

from index import Index, IndexSettings, Passage, View
from qa.adapters.passages import id_of, metadata_of
from qa.errors import extra

with extra("haystack"):
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.core.errors import SerializationError
    from haystack.telemetry import _telemetry

_telemetry.telemetry = None


@component
class SpanRetriever:
    """Passages of `index`, best first, at most `top_k`, from documents whose front matter matches `filters`:
    a value of a field, or several, as Index.search takes them ({"publisher": "PANews"}).

    meta of each Document: what qa/adapters/passages.py lists.

    A pipeline with it is saved with the index's folder and settings. Pipeline.loads opens that folder again,
    given allowed_modules=["qa.adapters.haystack"], and Pipeline.close closes it.
    """

    def __init__(self, index: Index | View, top_k: int = 5, filters: dict[str, Any] | None = None) -> None:
        self.index = index
        self.top_k = top_k
        self.filters = filters
        self._opened: Index | None = None

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """filters, top_k: in place of the retriever's own."""
        wanted = self.top_k if top_k is None else top_k
        passages = self.index.search(query, wanted, self.filters if filters is None else filters)
        return {"documents": [to_document(passage) for passage in passages]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        return await asyncio.to_thread(self.run, query, filters, top_k)

    def to_dict(self) -> dict[str, Any]:
        if isinstance(self.index, View):
            raise SerializationError("a part of an index cannot be saved: give the retriever the whole Index")
        place = {"folder": str(self.index.folder), "settings": self.index.settings.model_dump()}
        return default_to_dict(self, index=place, top_k=self.top_k, filters=self.filters)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SpanRetriever:
        """Raises what Index.open raises; where there is no index, none is made."""
        given = data["init_parameters"]
        place = given["index"]
        index = Index.open(place["folder"], IndexSettings(**place["settings"]), create=False)
        retriever = default_from_dict(cls, {**data, "init_parameters": {**given, "index": index}})
        retriever._opened = index
        return retriever

    def close(self) -> None:
        """Of the index if it was opened here: one that was handed over may be in use elsewhere."""
        if self._opened is not None:
            self._opened.close()


def to_document(passage: Passage) -> Document:
    """A passage as Haystack's Document; its id is "document id:start-end"."""
    return Document(id=id_of(passage), content=passage.text, meta=metadata_of(passage), score=passage.score)
