"""A question in a conversation, made to stand alone from the turns before it. Rules, no model.

Only a question that leans on what was said is touched: "And Qingdao?", "the second one", "How much was
that?", "why?". What the user asks now stays as asked; the turns before add their topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.answer import Turn
from qa.question import FUNCTION_WORDS, Question, analyse, content_words, find_names, tokens

FEW_WORDS = 2  # content words up to which a question without a name may lean on the one before
NAMES_FROM_ANSWER = 3

_LINKS = "and|or|but|so|also|then|what about|how about"
_CONNECTIVE = re.compile(rf"^(?:{_LINKS})\b[\s,]*", re.IGNORECASE)
_FILLER = re.compile(rf"^(?:{_LINKS}|for|in|of|from|with)\b[\s,]*", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|he|him|his|she|her|there"
    r"|the (?:same|former|latter))\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will"
    r"|would|should)\b(?! about\b)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\bthe (first|second|third|fourth|fifth|last) (?:one|of them|place|province|city|company)\b",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_ITEM = r"[\w'’-]+(?: [A-Z][\w'’-]+)*"  # "Inner Mongolia"
_MARK = re.compile(r"\s*\[\d+\]")
_QUESTION_FRAME = re.compile(
    r"^(?:(?:what|which|who|whom|whose|when|where|why|how(?: many| much| long| often)?)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b\s*)?",
    re.IGNORECASE,
)


def stand_alone(question: str, history: Sequence[Turn], known: Callable[[str], bool]) -> Question:
    """The question as understood after `history`, oldest turn first.

    known: whether a stem stands anywhere in the documents; a short question about something they do not
    know is a new subject, not a follow-up.
    """
    understood = None
    answer = ""
    for turn in history:
        if turn.role == "user":
            understood = _follow(turn.text, understood, answer, known)
            answer = ""
        else:
            answer = _MARK.sub("", turn.text)
    return _follow(question, understood, answer, known)


def _follow(text: str, before: Question | None, answer: str, known: Callable[[str], bool]) -> Question:
    text = " ".join(text.split())
    if before is None:
        return analyse(text)
    linked = _CONNECTIVE.match(text)
    if linked and _CLAUSE.match(text, linked.end()):
        text, linked = text[linked.end() :], None  # "And what did Gansu launch?" is whole without its "and"
    pointed = _ORDINAL.search(text)
    if pointed is not None:
        items = list_items(answer)
        place = _PLACES[pointed[1].casefold()]
        if -len(items) <= place < len(items):
            return analyse(text[: pointed.start()] + items[place] + text[pointed.end() :], topic(before, ""))
    if linked:
        replaced = replace_subject(before.text, _FILLER.sub("", text[linked.end() :]).rstrip(" ?"))
        if replaced is not None:
            return analyse(replaced, before.context)
    leans = linked or pointed or leans_back(text, known)
    return analyse(text, topic(before, answer)) if leans else analyse(text)


def leans_back(text: str, known: Callable[[str], bool]) -> bool:
    """Whether a question points to what was said before it, or is too short to be understood without it.

    A pronoun points back where nothing stands before it in the question that it could stand for, or where
    the question ends in it. known: as in `stand_alone`.
    """
    pointer = _POINTER.search(text)
    if pointer and (not content_words(text[: pointer.start()]) or not text[pointer.end() :].strip(" ?.!")):
        return True
    stems = content_words(text)
    return not find_names(text) and len(stems) <= FEW_WORDS and all(known(stem) for stem in stems)


def topic(before: Question, answer: str) -> str:
    """What the turn before was about: its question without the question's frame, and names of its answer."""
    about = _QUESTION_FRAME.sub("", before.text).rstrip(" ?")
    said = [name for name in find_names(answer) if name not in before.standalone][:NAMES_FROM_ANSWER]
    return ", ".join(part for part in (about, before.context, " ".join(said)) if part)


def replace_subject(before: str, subject: str) -> str | None:
    """The question before with its subject replaced: its last name by a name, or the phrase that ends alike.

    None where nothing in it can be replaced.
    """
    names = find_names(before)
    if find_names(subject) or (subject and subject[0].isupper()):
        if names:
            return re.sub(rf"\b{re.escape(names[-1])}\b", subject, before)
        return None
    last = tokens(subject)[-1:] or [""]
    if not last[0] or last[0].casefold() in FUNCTION_WORDS:
        return None
    phrase = re.search(rf"\b(?:an?|the)\s+(?:\w+\s+)?{re.escape(last[0])}\b", before, re.IGNORECASE)
    return before[: phrase.start()] + subject + before[phrase.end() :] if phrase else None


def list_items(answer: str) -> list[str]:
    """The items that an answer lists: its bullets, or the longest "A, B, C and D" in it."""
    bullets = re.findall(r"^\s*(?:[-*•]|\d+[.)])\s+(.+)$", answer, re.MULTILINE)
    if bullets:
        return [bullet.strip() for bullet in bullets]
    runs = re.findall(rf"(?:{_ITEM}, )+(?:and )?{_ITEM}(?:,? and {_ITEM})?", answer)
    items = [re.split(r",? and |, ", run) for run in runs]
    return [item.strip() for item in max(items, key=len, default=[]) if item.strip()]
