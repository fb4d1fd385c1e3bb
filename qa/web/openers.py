"""Questions worth asking, drawn from the documents: each was asked, and answered with what it was made of.

Knows sentences and the assistant; nothing of pages. Without a language model a question is made only where a
sentence turns into one by itself: a number before what is counted, a speaker before what was said, a name.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from corpus import Document
from index import DocumentInfo
from index.observe import Step
from qa.assistant import Assistant
from qa.evaluation.suggest import Suggestion, suggest

SURE = 0.75  # confidence from which on an answer shows what the assistant can do
LONGEST = 16  # words of a question
LOOKED_AT = 12  # documents
TRIED = 4  # questions of a document
SHORTEST_NAME = 4  # letters

_CALENDAR = {*calendar.month_name, *calendar.day_name}

_LISTED = re.compile(
    r"[A-Z][\w'’ -]+(?:, [A-Z][\w'’ -]+)+,? and [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)* "
    r"(?P<kind>[a-z]+s )?(?P<rest>[a-z]+ed .+)[.!]"
)
_COUNTED = re.compile(r"(?:The |These |In all,? )?[\d,.]+ (?P<rest>(?:[a-z-]+ ){0,2}[a-z]+s [a-z]+ed .+)[.!]")
_SPOKEN = re.compile(
    r"[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*(?:, [^,.]{3,60},)? (?P<rest>(?:said that|announced) .+)[.!]"
)
_TURNED = {"list": ("Who", _LISTED), "number": ("How many", _COUNTED), "who": ("Who", _SPOKEN)}
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*(?!['’\w])")


def worth_asking(
    assistant: Assistant, documents: Sequence[DocumentInfo], count: int, stopped: Callable[[], bool]
) -> list[str]:
    """At most so many questions, each of another document while there are more; fewer once it is stopped."""
    apart = max(1, len(documents) // LOOKED_AT)
    found: list[str] = []
    waiting = [_answered(assistant, info, stopped) for info in documents[::apart][:LOOKED_AT]]
    with Step("openers"):
        while waiting and len(found) < count:
            questions = waiting.pop(0)
            if question := next((one for one in questions if one not in found), None):
                found.append(question)
                waiting.append(questions)
    return found


def _answered(assistant: Assistant, info: DocumentInfo, stopped: Callable[[], bool]) -> Iterator[str]:
    """Those questions about the document that are answered by quoting what they were made of."""
    if stopped():
        return
    document = assistant.index.document(info.id)
    for question, facts in islice(_questions(document), TRIED):
        if stopped():
            return
        answer = assistant.ask(question)
        quoted = " ".join(one.quote for one in answer.citations if one.source == document.source)
        if answer.confidence >= SURE and all(fact in quoted for fact in facts):
            yield answer.standalone


def _questions(document: Document) -> Iterator[tuple[str, Sequence[str]]]:
    """Each with what its answer must hold, the more telling kinds first."""
    for suggestion in sorted(suggest(document), key=lambda one: [*_TURNED, one.kind].index(one.kind)):
        if suggestion.kind in _TURNED and (question := _turned(suggestion)):
            yield question, suggestion.facts
    names = Counter[str](_NAME.findall(document.text))
    for name, times in names.most_common():
        if len(name) >= SHORTEST_NAME and name not in _CALENDAR and times > 1:
            yield f"What is said about {name}?", (name,)


def _turned(suggestion: Suggestion) -> str | None:
    """The question that the sentence turns into, None where its facts do not stand before all else."""
    asking, pattern = _TURNED[suggestion.kind]
    found = pattern.fullmatch(suggestion.quote)
    if found is None:
        return None
    if kind := found.groupdict().get("kind"):
        asking = f"Which {kind.strip()}"
    question = f"{asking} {found['rest']}?"
    told = suggestion.quote[: found.start("rest")]
    whole = len(question.split()) <= LONGEST and all(fact in told for fact in suggestion.facts)
    return question if whole else None
