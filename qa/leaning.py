"""Whether what a user says leans on the turns before it.

Rules over the text, and whether the documents know its words. When in doubt a question stands alone: to be
understood with a topic that it does not have is worse than to be searched for as it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.question import AUXILIARY, content_words, find_names
from qa.spelling import Vocabulary

FEW_WORDS = 2  # content words up to which a question without a name may lean on the one before
MANY_WORDS = 6  # content words from which on a question tells enough, whatever pronoun is in it
BRIEF = 6  # words of "When is the official launch?" and the like

_LINKS = re.compile(
    r"^(?:(?:and|or|but|so|also|then|what about|how about|only|just"
    r"|(?:(?:no|sorry|actually)[\s,.]+)*i (?:mean|meant))\b[\s,]*)+",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:for|in|of|from|with|by|to|on|at)\b\s*", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could"
    r"|will|would|should)\b(?! about\b)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:its?|that|this|those|these|they|them|their|he|him|his|she|her|there|so(?=[ ?.!]*$)|the same"
    r"|(?:who|what|where|anything|anyone) else|which ones)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(  # "what budget did it set": what is asked for is not what "it" is
    r"^(?:what|which|where|when|why|how)\b(?:\s+[\w'’-]+){0,4}?\s+(?:is|are|was|were|do|does|did|has|have|had|can"
    r"|could|will|would|should)\s+(?:it|they|he|she|this|that|these|those)\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^(?:but |and )?(?:why|how come)(?: so| (?:is|was) (?:that|this|it))?$", re.IGNORECASE)
_ELLIPSIS = re.compile(  # "from how many provinces?", of what was said to come
    r"^(?:(?:for|in|of|from|with|by|to|on|at|under)\s+)?(?:what|which|whom?|how (?:many|much|long|often))\b"
    rf"(?!.*\b(?:{AUXILIARY})\b)",
    re.IGNORECASE,
)
_LED_ELLIPSIS = re.compile(  # "at what time?", "why so late?": whatever it speaks of, it is no whole question
    r"^(?:(?:for|in|of|from|with|by|to|on|at|under)\s+(?:what|which|whom?|how)"
    r"|(?:since|until|till|from) when|why (?:so|not|that|then))\b"
    rf"(?!.*\b(?:{AUXILIARY})\b)",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"^(?:who|what|when|where|why|how)\s+\w+\s+(?:it|them|him|these|those|this)\b", re.IGNORECASE
)
_TRAILING = re.compile(r"\b(?:then|now|too|exactly|again)\b", re.IGNORECASE)  # "what is changed in it then?"
_NO_POINTER = re.compile(  # "is there a park", "is it 21 that …", "how long does it take", "this year"
    r"\b(?:is|are|was|were) there\b|\bthere (?:is|are|was|were|will)\b|\b(?:is|was) it\b(?=.*\bthat\b)"
    r"|\bit (?:takes?|costs?) \w|\bit rains?\b|\b(?:this|that) (?:day|week|month|year)\b"
    r"|\b(?:that|those) (?:who|of)\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"\bthe\b", re.IGNORECASE)


def without_link(text: str) -> str:
    """ "And what did Gansu launch?" is whole without its "and"; "And Gansu?" is not."""
    linked = _LINKS.match(text)
    return text[linked.end() :] if linked and _CLAUSE.match(text, linked.end()) else text


class Fragment(NamedTuple):
    """The new subject in a turn that is no sentence, and what leads it: "for", "Qingdao"."""

    preposition: str
    subject: str


def find_fragment(text: str) -> Fragment | None:
    """Of "and for Qingdao?". None for a turn that is a sentence, or names a subject of its own."""
    linked = _LINKS.match(text)
    rest = (text[linked.end() :] if linked else text).rstrip(" ?.!")
    led = _PREPOSITION.match(rest)
    subject = rest[led.end() :] if led else rest
    if _CLAUSE.search(rest) or not subject:
        return None
    bare = len(find_names(subject)) == len(subject.split()) or subject.isdigit()
    if linked or bare or (led and len(subject.split()) <= BRIEF):
        return Fragment(led[0].strip() if led else "", subject)
    return None


def leans_back(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a question points to what was said before it, or is too short to be understood without it."""
    if _points_back(_NO_POINTER.sub("", text)):
        return True
    if _LED_ELLIPSIS.match(text) and len(text.split()) <= BRIEF and not find_names(text):
        return True
    stems = content_words(text)
    if find_names(text) or len(stems) > FEW_WORDS or not all(vocabulary.knows(stem) for stem in stems):
        return False
    asks = (_CLAUSE.match(text) and _DEFINITE.search(text)) or _ELLIPSIS.match(text)
    return not stems or (asks is not None and len(text.split()) <= BRIEF)


def only_asks_why(text: str) -> bool:
    """Whether a question says nothing but "why?"."""
    return _WHY.match(text.strip(" ?.!")) is not None


def _points_back(text: str) -> bool:
    """Whether nothing stands before a pronoun that it could stand for, or a short question ends in it."""
    pointer = _POINTER.search(text)
    if pointer is None or len(content_words(text)) >= MANY_WORDS:
        return False
    before = content_words(text[: pointer.start()])
    ends = not _TRAILING.sub("", text[pointer.end() :]).strip(" ?.!")
    if _OBJECT.match(text):
        return True
    return not before or (ends and len(before) <= FEW_WORDS) or _SUBJECT.match(text) is not None
