"""The retrieval chain as a LangChain Runnable: the same steps that Assistant takes, open to composition.

    chain = build_chain(Assistant(index))
    chain.invoke({"question": "Which provinces planned industrial parks?"}).text

Input: "question", and optionally "history" (a sequence of Turn) and "where". Output: an Answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from index import Passage
from qa.answer import Answer, Done, Turn
from qa.assistant import Assistant
from qa.question import Question


class Inquiry(TypedDict):
    question: str
    history: NotRequired[Sequence[Turn]]
    where: NotRequired[Mapping[str, Any]]


def build_chain(assistant: Assistant) -> Runnable[Inquiry, Answer]:
    """understand | retrieve | answer."""

    def understand(given: dict[str, Any]) -> Question:
        return assistant.understand(given["question"], given.get("history", ()))

    def retrieve(given: dict[str, Any]) -> Sequence[Passage]:
        return assistant.retrieve(given["asked"], given.get("where"))

    def answer(given: dict[str, Any]) -> Answer:
        *_, last = assistant.answer(given["question"], given["asked"], given["passages"])
        assert isinstance(last, Done)
        return last.answer

    begin: Runnable[Inquiry, dict[str, Any]] = RunnableLambda(_as_given)
    return (
        begin
        | RunnablePassthrough.assign(asked=RunnableLambda(understand))
        | RunnablePassthrough.assign(passages=RunnableLambda(retrieve))
        | RunnableLambda(answer)
    )


def _as_given(inquiry: Inquiry) -> dict[str, Any]:
    return {**inquiry}
