"""The OpenAI protocol of chat completions: what programs send, and an answer in its terms.

    POST /v1/chat/completions {"model": "quotes only", "messages": [{"role": "user", "content": "…"}]}

Beside what the protocol has, a message carries `citations`, our own, with the exact characters of each
document; `annotations` point from the sentence that is shown to them. Pure functions; knows no server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.tokens import count_tokens
from qa.answer import BETWEEN, Answer, Citation, Disagreement, Done, Event, Refusal, Said, Sentence, Turn
from qa.render import plain

MOST_TURNS = 200


class TextPart(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A turn. Fields of an answer that is sent back as history (`annotations` and others) are not read."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        parts = self.content or ""
        return parts if isinstance(parts, str) else "\n".join(part.text for part in parts)


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    include_usage: bool = False
    include_obfuscation: bool = False


class CompletionRequest(BaseModel):
    """The last message is the question; those before it are the conversation. What steers the wording of a
    model (`temperature`, limits of tokens, system messages) is taken and has no effect: an answer is what the
    documents say. Fields that ask for anything else are refused."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(description="An id of GET /v1/models.")]
    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_TURNS)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    where: Annotated[
        dict[str, str] | None, Field(description="Only documents whose front matter has these values.")
    ] = None
    n: Literal[1] | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    user: str | None = None

    @property
    def question(self) -> str:
        """Empty, which is refused as such, where the last message is nobody's question."""
        last = self.messages[-1]
        return last.text if last.role == "user" else ""

    @property
    def history(self) -> list[Turn]:
        return [
            Turn(message.role, message.text)
            for message in self.messages[:-1]
            if message.role in ("user", "assistant")
        ]


@dataclass(frozen=True)
class UrlCitation:
    """start_index, end_index: characters of the message, the sentence that the span carries. start, end:
    characters of the document's text, the span. All half-open."""

    url: str
    title: str
    start_index: int
    end_index: int
    document_id: str
    source: str
    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Annotation:
    type: Literal["url_citation"]
    url_citation: UrlCitation


@dataclass(frozen=True)
class AnswerMessage:
    """`content` says so where an answer is declined, and `refusal` why: nothing_found, not_answered, …"""

    role: Literal["assistant"]
    content: str
    refusal: Refusal | None
    annotations: tuple[Annotation, ...]
    citations: tuple[Citation, ...]
    disagreements: tuple[Disagreement, ...]
    confidence: float


@dataclass(frozen=True)
class Choice:
    index: int
    message: AnswerMessage
    finish_reason: Literal["stop"]


@dataclass(frozen=True)
class Usage:
    """Tokens of cl100k: of the messages that were sent, and of the answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True)
class Completion:
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage


@dataclass(frozen=True)
class Envelope:
    """What all parts of one answer share. created: seconds since 1970. base: of this server's addresses."""

    id: str
    created: int
    model: str
    base: str


def completion(answer: Answer, asked: CompletionRequest, envelope: Envelope) -> Completion:
    message = AnswerMessage(
        role="assistant",
        content=answer.text,
        refusal=answer.refusal,
        annotations=tuple(_annotations(answer.sentences, envelope.base)),
        citations=answer.citations,
        disagreements=answer.disagreements,
        confidence=answer.confidence,
    )
    return Completion(
        id=envelope.id,
        object="chat.completion",
        created=envelope.created,
        model=envelope.model,
        choices=(Choice(0, message, "stop"),),
        usage=_usage(asked, answer.text),
    )


def chunks(events: Iterable[Event], asked: CompletionRequest, envelope: Envelope) -> Iterator[dict[str, Any]]:
    """The same in pieces, a sentence each, with its annotations; the last carries what is of the whole."""
    said: list[Sentence] = []
    yield _chunk(envelope, {"role": "assistant", "content": ""})
    for event in events:
        if isinstance(event, Said):
            content = f"{BETWEEN if said else ''}{event.sentence.text}"
            notes = list(_annotations([*said, event.sentence], envelope.base))
            notes = notes[len(notes) - len(event.sentence.citations) :]
            said.append(event.sentence)
            yield _chunk(envelope, {"content": content, "annotations": plain(notes)})
        elif isinstance(event, Done):
            answer = event.answer
            if answer.refusal is not None:
                yield _chunk(envelope, {"content": answer.text, "refusal": answer.refusal})
            whole = {
                "citations": plain(answer.citations),
                "disagreements": plain(answer.disagreements),
                "confidence": answer.confidence,
            }
            yield _chunk(envelope, whole, "stop")
            if asked.stream_options and asked.stream_options.include_usage:
                usage = plain(_usage(asked, answer.text))
                yield {**_chunk(envelope, {}), "choices": [], "usage": usage}


def server_sent(pieces: Iterable[dict[str, Any]]) -> Iterator[str]:
    """As events of a stream, and the mark of its end."""
    for piece in pieces:
        yield f"data: {json.dumps(piece, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _annotations(sentences: Sequence[Sentence], base: str) -> Iterator[Annotation]:
    """One for each citation of each sentence, in order."""
    start = 0
    for sentence in sentences:
        end = start + len(sentence.text)
        for one in sentence.citations:
            place = UrlCitation(
                url=f"{base}/documents/{one.document_id}?start={one.start}&end={one.end}#quote",
                title=one.title,
                start_index=start,
                end_index=end,
                document_id=one.document_id,
                source=one.source,
                start=one.start,
                end=one.end,
                number=one.number,
            )
            yield Annotation("url_citation", place)
        start = end + len(BETWEEN)


def _chunk(envelope: Envelope, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "object": "chat.completion.chunk",
        "created": envelope.created,
        "model": envelope.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def _usage(asked: CompletionRequest, said: str) -> Usage:
    sent = sum(count_tokens(message.text) for message in asked.messages)
    spoken = count_tokens(said)
    return Usage(sent, spoken, sent + spoken)
