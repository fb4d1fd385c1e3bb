"""What holds of the retriever in each framework beside the contract of the doors."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Embedder, Index, View
from index.errors import BadQuestion, NoIndex, UnknownField
from qa.adapters import haystack, langchain, llamaindex
from tests.index.folders import RICE, TEA, Remembering, write

Ask = Callable[..., Coroutine[Any, Any, list[str]]]  # of an index and a question, at most k where: the texts

TEAS = "What is done with tea?"


async def by_langchain(index: Index | View, question: str, k: int = 5, where: Any = None) -> list[str]:
    found = await langchain.SpanRetriever(index=index, k=k, where=where).ainvoke(question)
    return [one.page_content for one in found]


async def by_llamaindex(index: Index | View, question: str, k: int = 5, where: Any = None) -> list[str]:
    found = await llamaindex.SpanRetriever(index, k=k, where=where).aretrieve(question)
    return [one.text for one in found]


async def by_haystack(index: Index | View, question: str, k: int = 5, where: Any = None) -> list[str]:
    found = await haystack.SpanRetriever(index, top_k=k, filters=where).run_async(question)
    return [str(one.content) for one in found["documents"]]


each = pytest.mark.parametrize("ask", [by_langchain, by_llamaindex, by_haystack])


class Gate(Remembering):
    """The real embedder, that embeds nothing more once it is shut until it is opened."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self.waited_at = threading.Event()
        self.opened = threading.Event()
        self.opened.set()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.waited_at.set()
        assert self.opened.wait(timeout=10), "nobody opened the gate: the loop stood still"
        return super().encode(texts)

    def shut(self) -> None:
        self.waited_at.clear()
        self.opened.clear()


@pytest.fixture
def gate(real_embedder: Embedder) -> Gate:
    return Gate(real_embedder)


@pytest.fixture
def drinks(tmp_path: Path, gate: Gate) -> Any:
    with Index.open(tmp_path / "index", embedder=gate) as index:
        index.sync([write(tmp_path / "drinks", {"tea.md": TEA, "rice.md": RICE})])
        yield index


@each
def test_k_and_where_narrow_what_is_found(ask: Ask, drinks: Index) -> None:
    expected = [passage.text for passage in drinks.search(TEAS)]
    assert len(expected) > 1
    assert asyncio.run(ask(drinks, TEAS)) == expected
    assert asyncio.run(ask(drinks, TEAS, k=1)) == expected[:1]
    (rice,) = asyncio.run(ask(drinks, TEAS, where={"publisher": "Grain House"}))
    assert rice.startswith("Rice is sown")


@each
def test_of_a_part_of_the_index_nothing_else_is_found(ask: Ask, drinks: Index) -> None:
    (rice,) = asyncio.run(ask(drinks.within(["drinks/rice.md"]), TEAS))
    assert rice.startswith("Rice is sown")


@each
def test_what_cannot_be_asked_is_an_error_and_never_nothing_found(
    ask: Ask, drinks: Index, tmp_path: Path
) -> None:
    with pytest.raises(BadQuestion, match="the question is empty"):
        asyncio.run(ask(drinks, " "))
    with pytest.raises(UnknownField, match="no document has a field colour"):
        asyncio.run(ask(drinks, TEAS, where={"colour": "red"}))
    with Index.open(tmp_path / "empty") as empty, pytest.raises(NoIndex):
        asyncio.run(ask(empty, TEAS))


@each
def test_the_loop_goes_on_while_passages_are_looked_for(ask: Ask, drinks: Index, gate: Gate) -> None:
    async def opened_meanwhile() -> list[str]:
        gate.shut()
        searching = asyncio.create_task(ask(drinks, TEAS))
        assert await asyncio.to_thread(gate.waited_at.wait, 10)
        gate.opened.set()
        return await searching

    assert asyncio.run(opened_meanwhile()) == [passage.text for passage in drinks.search(TEAS)]
