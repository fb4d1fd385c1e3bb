"""A question in a conversation, made to stand alone from the turns before it. Rules, no model.

Only a turn that leans on what was said is touched: "And Qingdao?", "the second one", "How much was that?",
"why?". Where something in the question before can give way to what is new, that question is asked again;
else what the user asks now stays as asked, and the turn before adds its topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.answer import Turn
from qa.courtesy import is_courtesy, without_courtesy
from qa.language import foreign_language
from qa.leaning import (
    FEW_WORDS,
    find_fragment,
    leans_back,
    only_asks_why,
    without_link,
)
from qa.listed import Place, find_place, list_items
from qa.question import Question, analyse, content_words, name_runs, tokens
from qa.spelling import Vocabulary, respell
from qa.subject import ask_why, replace_subject, told, topic, with_things

TELLING = 5  # content words from which on a question that points to nothing before it leans on nothing

_MARK = re.compile(r"\s*\[\d+\]")
# "Roughly how many", "Nowadays which", "Price of the": what opens so is no name, known or not.
_NO_NAME_BEFORE = re.compile(
    r"who|whom|whose|what|which|when|where|why|how|of|for|the|an?|me|us", re.IGNORECASE
)
_LATER = re.compile(r"[.?!]\s+(\w+)(?! [A-Z])")  # opens a sentence behind another, before no other name
_OTHER = re.compile(r"(?:the )?other\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An earlier question as understood, and the sentences that answered it; none where it was declined."""

    question: Question
    sentences: tuple[str, ...]

    @property
    def answer(self) -> str:
        return "\n".join(self.sentences)


def stand_alone(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> Question:
    """The question as understood after `history`, oldest turn first, and as the documents spell it.

    vocabulary: of the documents; a short question about something they do not know is a new subject, not a
    follow-up.
    """
    asked = _follow(question, _asked_in(history, vocabulary), vocabulary)
    return replace(asked, names=tuple(_as_names(asked, vocabulary)))


def _as_names(asked: Question, vocabulary: Vocabulary) -> Iterator[str]:
    """The question's names but for words that owe their capital to opening it, "Fuel price in 2021?", or
    another sentence, "Keep to 2021." """
    opening, second = (*tokens(asked.text), "", "")[:2]
    later = _LATER.findall(asked.text)
    for name in asked.names:
        known = all(map(vocabulary.knows, content_words(name)))
        begins = name == opening and second not in asked.names
        opens = name in later or (begins and (known or _NO_NAME_BEFORE.fullmatch(second)))
        if not opens or vocabulary.is_name(name):
            yield name


def lean_on_last(asked: Question, history: Sequence[Turn], vocabulary: Vocabulary) -> Question | None:
    """A question that stands alone by its words, as it reads if it leans on the newest turn all the same:
    "how many employees?" None where it tells what it speaks of, or there is nothing to lean on."""
    if asked.context or asked.names or asked.numbers or is_courtesy(asked.text):
        return None
    if foreign_language(asked.text, vocabulary.knows):
        return None
    earlier = _asked_in(history, vocabulary)
    if not earlier or not earlier[-1].sentences or len(asked.content) >= TELLING:
        return None
    return _after(asked.text, earlier[-1], vocabulary)


def _asked_in(history: Sequence[Turn], vocabulary: Vocabulary) -> list[_Asked]:
    """The questions, oldest first, each understood after those before it."""
    earlier: list[_Asked] = []
    for at, turn in enumerate(history):
        if turn.role == "user" and not is_courtesy(turn.text):
            replies = [later.text for later in history[at + 1 : at + 2] if later.role == "assistant"]
            earlier.append(_Asked(_follow(turn.text, earlier, vocabulary), _quoted("".join(replies))))
    return earlier


def _quoted(reply: str) -> tuple[str, ...]:
    """The sentences of an answer without their marks; a reply without a mark declines."""
    parts = re.split(r"\n\n+(?![-*•])", reply)
    return tuple(_MARK.sub("", part) for part in parts if _MARK.search(part))


def _follow(text: str, earlier: Sequence[_Asked], vocabulary: Vocabulary) -> Question:
    text = without_courtesy(text) or " ".join(text.split())
    if is_courtesy(text):
        return analyse(text)
    text = respell(text, vocabulary)
    text = without_link(without_courtesy(text) or text)  # also of "tell me wich …"
    if not earlier:
        return analyse(text)
    before = earlier[-1]
    text = with_things(text, before.question.text)
    place = find_place(text)
    if place and (question := _in_its_place(text, place, earlier, vocabulary)):
        return question
    if fragment := find_fragment(text):
        if _OTHER.match(fragment.subject) and (question := _other_source(earlier, vocabulary)):
            return question
        for asked in _as_far_as_they_lean(earlier):
            if replaced := replace_subject(asked.question.text, fragment.subject, fragment.preposition):
                return analyse(replaced, asked.question.context)
    elif not place and not leans_back(text, vocabulary):
        return analyse(text)
    return _after(text, before, vocabulary)


def _after(text: str, before: _Asked, vocabulary: Vocabulary) -> Question:
    """What `text` asks of the turn before."""
    about = None
    if only_asks_why(text) and (reason := ask_why(before.question.text)):
        text, about = reason
    # What was answered is no reason for itself: its words would find it again.
    answer = "" if analyse(text).kind == "why" else before.answer
    question = analyse(text, topic(before.question, answer, vocabulary, about))
    return replace(question, told=before.sentences, asked_before=before.question.standalone)


def _as_far_as_they_lean(earlier: Sequence[_Asked]) -> Iterator[_Asked]:
    """The newest question, and those before it up to the first that did not lean on another."""
    for asked in reversed(earlier):
        yield asked
        if not asked.question.context:
            return


def _in_its_place(
    text: str, place: Place, earlier: Sequence[_Asked], vocabulary: Vocabulary
) -> Question | None:
    """The question with the item that stands in that place of the newest list that has such a place."""
    lists = [
        (asked, items)
        for asked in reversed(earlier)
        for items in (list_items(asked.answer), name_runs(asked.question.text) if place.of == 2 else [])
        if place.among(items)
    ]
    before = earlier[-1].question
    if find_fragment(text):  # "and the last?" asks of it what was asked of another
        for _, items in lists:
            if said := next((one for one in items if one in before.text), None):
                return analyse(before.text.replace(said, place.among(items) or said), before.context)
    for asked, items in lists:
        item = place.among(items) or ""
        whole = text[: place.start] + item + text[place.end :]
        enough = len(content_words(whole)) - len(content_words(item)) >= FEW_WORDS
        return analyse(whole, "" if enough else topic(asked.question, "", vocabulary))
    return None


def _other_source(earlier: Sequence[_Asked], vocabulary: Vocabulary) -> Question | None:
    """The newest question that two sentences answered, asked of the one that was not spoken of since."""
    last = set(content_words(f"{earlier[-1].question.text} {earlier[-1].answer}"))
    for asked in reversed(earlier):
        if len(asked.sentences) == 2:
            other = min(asked.sentences, key=lambda sentence: len(last & set(content_words(sentence))))
            return analyse(asked.question.text, " ".join(told(other, vocabulary)))
    return None
