"""What a question asks for: its kind, the names and numbers it holds, and the words that carry its content.

Rules over the text alone; knows nothing of documents. English question forms, any script for the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.numerals import MONTHS, WEEKDAYS, find_numbers
from index.words import words
from qa.language import question_language

Kind = Literal[
    "count", "amount", "duration", "date", "who", "where", "why", "yes_no", "list", "compare", "what"
]

NUMERIC: frozenset[Kind] = frozenset({"count", "amount", "duration"})  # only a number answers these

# Words that a question is built with. They say nothing of its content and never have to be found.
FUNCTION_WORDS = frozenset(
    """a about according after all also am an and any are aren as at be been before being both but by can
    could did didn do does doesn don done each either ever for from get gets give given go goes had has
    have he her here him his how i if in into is isn it its just know let list made make many may me
    might more most much must my name no nor not of off on one only or other our out over own please put
    s said same say says see shall she should show so some such t tell than that the their them then
    there these they this those through to too under until up us use used using very want was wasn we
    well went were what when where whether which while who whom whose why will with within would yes yet
    you your someone somebody anyone anybody everyone everybody nobody something anything everything
    nothing""".split()
)
# Words that open a question with a capital letter and are no names.
OPENERS = FUNCTION_WORDS | frozenset(
    """compare describe explain summarise summarize find mention count quote define state outline party
    parties places sources regarding concerning besides aren't isn't doesn't don't didn't wasn't weren't
    hasn't haven't can't""".split()
)

AUXILIARY = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
_DATED = re.compile(  # a month with a day or a year: "Oct. 25th", "3 Jan"
    rf"\b(?:{'|'.join(month[:3] for month in MONTHS)})[a-z]*\.? \d"
    rf"|\d(?:st|nd|rd|th)?(?: of)? (?:{'|'.join(month[:3] for month in MONTHS)})[a-z]*\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[^\W_]+(?:[.'’&/+-][^\W_]+|,\d{3}(?!\d))*\+?")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
LONGEST_TURN = 1_000  # characters: more than the reader and the embedder read of it
FEW = 12  # a number in words up to here is mostly part of a phrase: "the two sessions"
CHOICE = re.compile(r"\b\d+ or \d+\b")  # values that the question offers: the answer need hold but one
# A question whether sources agree on something is answered by what they say of it.
_AGREEMENT = re.compile(
    r"\bdo(?: the| all| your)? (?:sources|articles|documents) (?:agree|disagree|differ)(?: on| about)?"
    r"(?: the number of)?\b",
    re.IGNORECASE,
)
# "Which command starts the chat": before these a word in -s is a verb, not several things.
_VERB = r"(?! (?:an?|the|its?|this|that|these|those|his|her|their|your|our|my|me|us|him|them|when|if)\b)"
# The first that matches decides. Those that open a question come before those that may stand inside it.
_FORMS: tuple[tuple[Kind, str], ...] = (
    ("who", r"^(and )?(who|whom|whose)\b"),
    ("compare", r"^compare\b"),
    ("date", r"^when\b"),
    ("why", r"^why\b"),
    ("what", r"^what happen(s|ed)\b"),
    ("where", r"^where\b"),
    ("list", r"^what (are|were) (the |some |all )?([\w-]+ ){0,4}?[\w-]{3,}(?<!ss)s\b"),
    ("list", rf"^(list|name|(which|what) (?!does|has|is|was)(\w+ )?(?!does\b)\w{{3,}}(?<!ss)s\b{_VERB})\b"),
    ("duration", r"\bhow (long|quickly|fast|soon)\b|\bhow many (minutes|hours|days|weeks|months|years)\b"),
    ("count", r"\bhow (many|often)\b|\bnumber of\b|\b\d+ or \d+\b"),
    ("compare", r"\b(compar\w+|differ\w*|versus|vs|(higher|lower|larger|more|less|better) .* or)\b"),
    (
        "amount",
        r"\bhow (much|big|large|high|expensive|broad|old)\b"
        r"|\b(price|cost|budget|subsid(y|ies)|share|percentage|interest rate|worth)\b",
    ),
    ("date", rf"^(?!(what|which|how|if|{AUXILIARY}|must|may|shall)\b).*\bwhen\b"),  # not "what do I do when"
    ("date", r"\b(what|which) (day|date|year|month|time)\b"),
    ("why", r"\bwhat .*\b(reason|cause)s?\b"),
    ("who", r"\b(who|whom)\b"),
    ("list", rf"\b(which|what) (?!does|has|is|was)(\w+ )?(?!does\b)\w{{3,}}(?<!ss)s\b{_VERB}"),
    ("yes_no", rf"^({AUXILIARY}|whether)\b"),
)
_KINDS = tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in _FORMS)


@dataclass(frozen=True, slots=True)
class Planned:
    """A model that was asked to understand a question. outcome: "taken", or why the rules' form stands."""

    tokens: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Question:
    """names, numbers: as the question writes them. content: stems in order, each once, none of them a
    function word. context: what an earlier turn adds; it helps to find and is not required to be found.
    parts: each answered as a question of its own; together: even where the whole would find an answer.
    told: the sentences that answered the turn that it leans on; asked_before: what they answered. planned:
    None where no model was asked.
    """

    text: str
    kind: Kind
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    content: tuple[str, ...]
    context: str = ""
    parts: tuple[Question, ...] = ()
    together: bool = False
    told: tuple[str, ...] = ()
    asked_before: str = ""
    planned: Planned | None = None

    @property
    def versions(self) -> tuple[str, ...]:
        """Numbers with a point that stand behind a name: the 3.1 of "Python 3.1"."""
        named = {token for name in self.names for token in tokens(name)}
        found = tokens(self.text)
        return tuple(two for one, two in pairwise(found) if one in named and _VERSION.fullmatch(two))

    @property
    def understood(self) -> str:
        """The question as it is shown: on its own, with the parts that a model made of it."""
        return " ".join((self.standalone, *(part.text for part in self.parts if self.planned)))

    @property
    def standalone(self) -> str:
        """The question as a person would have to ask it without the turns before."""
        return f"{self.text.rstrip(' ?')} (about {self.context})?" if self.context else self.text

    @property
    def turn_before(self) -> str:
        """The turn that it leans on, cut where it is very long; empty where it leans on none."""
        return " ".join((self.asked_before, *self.told))[:LONGEST_TURN]

    @property
    def readings(self) -> tuple[str, ...]:
        """As the reader reads it: alone, and what leans on a turn also with that turn behind it."""
        if not self.turn_before:
            return (self.standalone,)
        return self.standalone, f"{self.text.rstrip(' ?')}? (after: {self.turn_before})"


def analyse(text: str, context: str = "") -> Question:
    """`text`: what the user asks now; `context`: the topic of the turns before, empty where there is none."""
    return Question(
        text=text,
        kind=next((kind for kind, pattern in _KINDS if pattern.search(text)), "what"),
        names=find_names(text),
        numbers=tuple(dict.fromkeys(_numbers(text))),
        content=content_words(f"{CHOICE.sub('', _AGREEMENT.sub('', text))} {context}"),
        context=context,
    )


def _numbers(text: str) -> Iterator[str]:
    for number in find_numbers(text):
        if not number.in_words or int(number.value) > FEW:
            yield text[number.start : number.end]


def content_words(text: str) -> tuple[str, ...]:
    """Stems of the words that are no function words, each once, in order of appearance."""
    kept = " ".join(token for token in tokens(text) if token.casefold() not in FUNCTION_WORDS)
    return tuple(dict.fromkeys(words(kept)))


def tokens(text: str) -> list[str]:
    """Words and numbers as written, without the possessive 's."""
    return [re.sub(r"['’]s$", "", token) for token in TOKEN.findall(text)]


def find_names(text: str) -> tuple[str, ...]:
    """Names by their capitals: each capitalised word that is no function word and opens no sentence as one.

    A text that is capitalised throughout, or nowhere, has none; nor has a question in another language, where
    any noun may have a capital. Months and days are no names, and neither are
    abbreviations of up to three letters: documents often write them out.
    """
    found = tokens(text)
    dated = {word for date in _DATED.findall(text) for word in tokens(date)}
    letters = [token for token in found if token[0].isalpha()]
    capitals = [token for token in letters if any(letter.isupper() for letter in token)]
    throughout = len(letters) > 3 and len(capitals) > 0.8 * len(letters)
    if throughout or question_language(text):
        return ()
    openers = {found[0]} if found else set()
    openers |= {match[1] for match in re.finditer(r"[.?!]\s+(\w+)", text)}
    return tuple(
        dict.fromkeys(
            token
            for token in capitals
            if token.casefold() not in FUNCTION_WORDS.union(MONTHS, WEEKDAYS)
            and token not in dated
            and not (token.isupper() and len(token) <= 3)
            and not (token in openers and token.casefold() in OPENERS)
        )
    )


def name_runs(text: str) -> list[str]:
    """Names as they stand together, each once: "Ministry of Education", "Luo Tao"."""
    names = find_names(text)
    if not names:
        return []
    one = rf"(?:{'|'.join(map(re.escape, names))})(?!\w)"
    return list(dict.fromkeys(re.findall(rf"\b{one}(?: (?:of )?{one})*", text)))
