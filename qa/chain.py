"""The retrieval chain as a LangChain Runnable: the same steps that Assistant takes, open to composition.

    chain = build_chain(Assistant(index))
    chain.invoke({"question": "Which provinces planned industrial parks?"}).text
    for piece in build_stream(Assistant(index)).stream({"question": "Which provinces planned parks?"}):
        print(piece.get("text", ""), end="", flush=True)

Input: "question", and optionally "history" (a sequence of Turn) and "where".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_core.runnables.config import run_in_executor
from langchain_core.runnables.utils import AddableDict

from index import Passage
from qa.answer import BETWEEN, Answer, Said, Turn
from qa.assistant import Assistant
from qa.question import Question


class Inquiry(TypedDict):
    question: str
    history: NotRequired[Sequence[Turn]]
    where: NotRequired[Mapping[str, Any]]


def build_chain(assistant: Assistant) -> Runnable[Inquiry, Answer]:
    """understand | retrieve | answer. Output: an Answer."""
    whole: RunnableLambda[dict[str, Any], Answer] = RunnableLambda(lambda piece: piece["answer"])
    return build_stream(assistant) | whole


def build_stream(assistant: Assistant) -> Runnable[Inquiry, dict[str, Any]]:
    """understand | retrieve | answer, sentence by sentence.

    Output: pieces that add up to {"text", "answer"}. "text": the next words, which are never taken back;
    joined they are the answer's text. "answer": the Answer, alone in the last piece.
    """

    def understand(given: dict[str, Any]) -> Question:
        return assistant.understand(given["question"], given.get("history", ()), given.get("where"))

    def retrieve(given: dict[str, Any]) -> Sequence[Passage]:
        return assistant.retrieve(given["asked"], given.get("where"))

    def answer(given: dict[str, Any]) -> Iterator[AddableDict]:
        said = 0
        asked, passages, where = given["asked"], given["passages"], given.get("where")
        for event in assistant.answer(given["question"], asked, passages, where):
            if isinstance(event, Said):
                yield AddableDict(text=f"{BETWEEN if said else ''}{event.sentence.text}")
                said += 1
            else:
                if not said:  # declined, in words of ours
                    yield AddableDict(text=event.answer.text)
                yield AddableDict(answer=event.answer)

    async def answer_async(given: dict[str, Any]) -> AsyncIterator[AddableDict]:
        pieces = answer(given)
        while (piece := await run_in_executor(None, next, pieces, None)) is not None:
            yield piece

    begin: Runnable[Inquiry, dict[str, Any]] = RunnableLambda(_as_given)
    return (
        begin
        | RunnablePassthrough.assign(asked=RunnableLambda(understand))
        | RunnablePassthrough.assign(passages=RunnableLambda(retrieve))
        | RunnableLambda(answer, answer_async)
    )


def _as_given(inquiry: Inquiry) -> dict[str, Any]:
    return {**inquiry}
