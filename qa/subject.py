"""What a turn was about, and the same question asked of another subject. Rules over the texts of turns."""

from __future__ import annotations

import re

from index.numerals import find_numbers
from qa.kinds import without_days
from qa.question import AUXILIARY, FUNCTION_WORDS, Question, content_words, find_names, name_runs, tokens
from qa.spelling import Vocabulary

SAYS_LITTLE = 2  # content words up to which a question does not name its topic itself
NAMES_FROM_ANSWER = 2
NUMBERS_FROM_ANSWER = 2
BRIEF_ANSWER = 10  # words up to which an answer is its own topic

_FRAME = re.compile(
    r"^(?:(?:by|in|at|for|from|with|to|on|under|of)\s+)?"
    r"(?:(?:what|which|who|whom|whose|when|where|why"
    rf"|how(?: many| much| long| often| \w+(?=\s+(?:{AUXILIARY})\b))?)\b\s*)?"
    rf"(?:(?:{AUXILIARY})\b\s*|['’]s\s+)?",
    re.IGNORECASE,
)
_STATED = re.compile(  # "By how many times | did | the number rise"
    r"^(?:(?:by|in|at|for|from|with|to|on|under|of)\s+)?"
    r"(?:what|which|where|when|how(?: many| much| long| often)?)\b"
    rf"(?P<thing>(?:\s+(?!(?:{AUXILIARY})\b)[\w'’-]+){{0,4}})\s+(?P<rest>(?:{AUXILIARY})\s.+)$",
    re.IGNORECASE,
)
_INNER_AUXILIARY = re.compile(r"\b(?:do|does|did)\s+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_POSSESSIVE = re.compile(r"\b(?:its|his|her|their)\b", re.IGNORECASE)
_LAST_PHRASE = re.compile(r"\b(?P<preposition>for|in|of|from|with|by|to|on|at)\s+(?P<thing>[^?]+?)\s*\?*$")
_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)
POINTERS = re.compile(
    r"\b(?:of )?(?:it|its|he|him|his|she|her|they|them|their|this|that|these|those)\b", re.IGNORECASE
)
_CODE = re.compile(r"\b[A-Z]{1,4}-?\d+\b")  # "E12": no name, but what "and H08?" stands in for
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w.,-]*\w)")
_NUMBERED = re.compile(r"(?P<stem>[^\W\d_]+-?)\d[\d.]*")  # "Debconf4"
_PRONOUN = re.compile(r"\b(?:it|he|she|they)\b", re.IGNORECASE)

_COUNTS_NOTHING = re.compile(  # behind it stands no thing, but what things did: "how many put …"
    r"^how many (?=(?:put|have|had|mention|got|won|lost|said|say|wrote|write|gave|give|took|take|made|began"
    r"|paid|came|joined)(?![\w-]))",
    re.IGNORECASE,
)
_THINGS = re.compile(
    r"\b(?:which|what|how many|number of)\s+((?:[\w'’-]+\s+){0,2}?[\w-]{2,}(?<!s)s)\b", re.IGNORECASE
)


def with_things(text: str, before: str) -> str:
    """ "how many provinces put …" of "how many put …" behind "Which provinces …?"."""
    counts, things = _COUNTS_NOTHING.match(text), _THINGS.search(before)
    return f"{counts[0]}{things[1]} {text[counts.end() :]}" if counts and things else text


def topic(before: Question, answer: str, vocabulary: Vocabulary, about: str | None = None) -> str:
    """What the turn before was about: its question without the question's frame; what that leant on, where it
    says little itself; names and numbers of its answer.

    about: in place of that question, where it is asked again.
    """
    if about is None:
        about = without_frame(before.text)
    if before.context:  # which says what they stand for
        about = " ".join(POINTERS.sub("", about).split())
    leant_on = before.context if len(content_words(about)) <= SAYS_LITTLE else ""
    said = (one for one in told_names(answer, vocabulary) if one not in before.standalone)
    return ", ".join(part for part in (about, leant_on, " ".join(said)) if part)


def ask_why(before: str) -> tuple[str, str] | None:
    """What asks for the reason of what `before` asks about, and what it leaves out: "Why did it rise?" and
    "times" of "By how many times did it rise?". None where the question has no such form.
    """
    stated = _STATED.match(before.strip(" ?"))
    return (f"Why {stated['rest']}?", stated["thing"].strip()) if stated else None


def without_frame(question: str) -> str:
    """What a question is about: "provinces PANews count" of "How many provinces does PANews count?"."""
    return _INNER_AUXILIARY.sub("", _FRAME.sub("", question)).rstrip(" ?")


def told(answer: str, vocabulary: Vocabulary) -> list[str]:
    """The first names and numbers of an answer, as it writes them; a brief one as a whole."""
    dayless = without_days(answer)
    numbers = (dayless[one.start : one.end] for one in find_numbers(dayless) if not one.in_words)
    first = list(dict.fromkeys(numbers))[:NUMBERS_FROM_ANSWER] if not _is_brief(answer) else []
    return [*told_names(answer, vocabulary), *first]


def told_names(answer: str, vocabulary: Vocabulary) -> list[str]:
    """The first names of an answer; a brief one as a whole."""
    if _is_brief(answer):
        return [answer.rstrip(" .")] if answer else []
    opening = set(re.findall(r"(?:^|[.!?:]\s+)(\w+)(?! [A-Z])", answer))  # "Thanks to …", but not "Yang Yong"
    names = [one for one in name_runs(answer) if one not in opening or vocabulary.is_name(one)]
    return names[:NAMES_FROM_ANSWER]


def _is_brief(answer: str) -> bool:
    return len(answer.split()) <= BRIEF_ANSWER


def replace_subject(before: str, subject: str, preposition: str = "") -> str | None:
    """The question before with its subject replaced: its year by a year, its last number by a number, its
    last name or its pronoun by a name, the phrase that ends alike, or what stands last after the same
    preposition.

    None where nothing in it can be replaced.
    """
    if _YEAR.fullmatch(subject):
        years = list(_YEAR.finditer(before))
        return _swap(before, years[-1], subject) if years else f"{before.rstrip(' ?')} in {subject}?"
    if number := _last_number_like(before, subject):
        return _swap(before, number, subject)
    if find_names(subject) or subject[:1].isupper():
        return _replace_name(before, subject)
    last = tokens(subject)[-1:] or [""]
    if not last[0] or last[0].casefold() in FUNCTION_WORDS:
        return None
    if phrase := re.search(rf"\b(?:an?|the)\s+(?:\w+\s+)?{re.escape(last[0])}\b", before, re.IGNORECASE):
        return _swap(before, phrase, subject)
    ending = _LAST_PHRASE.search(before)
    if ending and ending["preposition"] == preposition.casefold():
        return f"{before[: ending.start('thing')]}{subject}?"
    return None


def _last_number_like(before: str, subject: str) -> re.Match[str] | None:
    """Of "which version is 2.1" the 2.1 for "3.0", of "where was Debconf4" that word for "debconf5"."""
    found: list[re.Match[str]] = []
    if _FIGURE.fullmatch(subject):
        found = [one for one in _FIGURE.finditer(before) if not _YEAR.fullmatch(one[0])]
    elif numbered := _NUMBERED.fullmatch(subject):
        stem = re.escape(numbered["stem"])
        found = list(re.finditer(rf"\b{stem}\d[\d.]*\b", before, re.IGNORECASE))
    return found[-1] if found else None


def _replace_name(before: str, name: str) -> str | None:
    plain = re.sub(r"['’]s$", "", name)
    if _CODE.fullmatch(plain) and (codes := list(_CODE.finditer(before))):
        return _swap(before, codes[-1], plain)
    if runs := name_runs(before):
        # "Debian 1.3" takes the place of all of "Debian 1.2".
        figure = f"(?: {_FIGURE.pattern})?" if _FIGURE.search(plain) else ""
        *_, last = re.finditer(rf"\b{re.escape(runs[-1])}\b{figure}", before)
        return _swap(before, last, plain)
    if possessive := _POSSESSIVE.search(before):
        return _swap(before, possessive, f"{plain}'s")
    pronoun = _PRONOUN.search(before)
    return _swap(before, pronoun, plain) if pronoun else None


def _swap(text: str, match: re.Match[str], new: str) -> str:
    before = text[: match.start()]
    if before.casefold().endswith("the "):
        new = _ARTICLE.sub("", new)
    return before + new + text[match.end() :]
