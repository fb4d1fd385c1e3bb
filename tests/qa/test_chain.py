"""The chain and the retriever give by LangChain what the assistant and the index give."""

from langchain_core.documents import Document

from index import Index
from qa import Assistant, Turn
from qa.adapters.langchain import SpanRetriever
from qa.chain import build_chain

PARKS = "Which provinces planned industrial parks?"


def test_the_chain_answers_as_the_assistant_does(assistant: Assistant) -> None:
    chain = build_chain(assistant)
    history = [Turn.user("What did Hunan's work report say?"), Turn.assistant("Much. [1]")]
    assert chain.invoke({"question": PARKS}) == assistant.ask(PARKS)
    assert chain.invoke({"question": "and Shanxi?", "history": history}) == assistant.ask(
        "and Shanxi?", history
    )
    where = {"publisher": "PANews"}
    assert chain.invoke({"question": PARKS, "where": where}) == assistant.ask(PARKS, where=where)


def test_the_chain_composes_and_batches(assistant: Assistant) -> None:
    texts = (build_chain(assistant) | (lambda answer: answer.text)).batch(
        [{"question": PARKS}, {"question": "How do I bake bread?"}]
    )
    assert texts == [assistant.ask(PARKS).text, "The documents do not answer this."]


def test_the_retriever_gives_passages_with_their_spans(shipped: Index) -> None:
    documents = SpanRetriever(index=shipped, k=3).invoke(PARKS)
    passages = shipped.search(PARKS, k=3)
    assert [document.page_content for document in documents] == [passage.text for passage in passages]
    for document in documents:
        stored = shipped.document(document.metadata["document_id"]).text
        assert stored[document.metadata["start"] : document.metadata["end"]] == document.page_content


async def ask_async(retriever: SpanRetriever) -> list[Document]:
    return await retriever.ainvoke(PARKS)


def test_the_retriever_filters_and_works_async(shipped: Index) -> None:
    import asyncio

    retriever = SpanRetriever(index=shipped, k=4, where={"publisher": "PANews"})
    documents = asyncio.run(ask_async(retriever))
    assert documents == retriever.invoke(PARKS)
    assert {document.metadata["front_matter"]["publisher"] for document in documents} == {"PANews"}
