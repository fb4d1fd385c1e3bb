"""A part of a document that is asked for by its number: "What does clause 4.2 say?", "Show me Article 7(b)".

Such a question holds no word of what the part says. Its number finds it, at the beginning of a line, and it
is quoted with what belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Document
from index import Index, Passage, View
from index.sentences import split_sentences, trim
from index.words import words
from qa.byline import COVERED, OPENING
from qa.cite import Span
from qa.question import Question, content_words

LONGEST = 1_500  # characters of a part that are quoted
INNERMOST = 9  # level of headings: any of them ends what is under none
DOCUMENTS = 3  # that are quoted, where several have such a part and the question names none

_PART = (
    r"(?i:clause|section|sect?|article|art|paragraph|para|rule|regulation|condition|provision|schedule|annex"
    r"|appendix|chapter|part|point|item)\b\.?"
)
SO, NOTHING, LIKE_IT = 3, 2, 1  # how a document may call the part, from the likest
_SHORT = {"sec": "section", "sect": "section", "§": "section", "art": "article", "para": "paragraph"}
_APART = frozenset("schedule annex appendix chapter part".split())  # not said for a clause or an article
_ASKED = re.compile(
    rf"(?P<part>\b{_PART}|§)\s*(?P<number>\d+(?:\.\d+)*[a-z]?|[IVXLC]+|[A-Z])\b(?!\.\w)"
    r"(?P<inside>(?: ?\(\w{1,4}\))*)"
)
_NOT_MORE = frozenset(  # than what the part says is asked with these
    content_words(
        "say require state provide mean cover regulate contain read deal stipulate specify concern demand "
        "quote show display cite content text wording full exactly"
    )
)
_BELONGS = r"\(?(?:[a-z]|[ivx]{2,5})[.)]\s|\(\d{1,2}\)\s|[-*•·–]\s"


def find_numbered(asked: Question, passages: Sequence[Passage], index: Index | View) -> list[Span]:
    """The part that is asked for, in each document that has one and calls it so, else nothing, else something
    like it; none where no such thing is asked, and of a document that has two that may be meant."""
    references = list(_ASKED.finditer(asked.text))
    if asked.kind not in ("what", "list", "yes_no") or len(references) != 1:
        return []
    rest = asked.text.replace(references[0][0], " ")
    named = set(content_words(rest)) - _NOT_MORE
    found: dict[str, tuple[int, Span]] = {}
    for passage in passages:
        document = index.document(passage.document_id)
        line = _line(document, references[0]) if _is_named(document, named) else None
        if line and passage.document_id not in found:
            place = _inside(document.text, *_extent(document, line), references[0])
            if place and passage.start < place[1] and place[0] < passage.end:
                found[passage.document_id] = (_likeness(references[0], line), Span(passage, *place))
    likest = max((likeness for likeness, _ in found.values()), default=0)
    return [span for likeness, span in found.values() if likeness == likest][:DOCUMENTS]


def _is_named(document: Document, named: set[str]) -> bool:
    of_it = words(" ".join((document.source, document.title, document.text[:OPENING])))
    return len(named.intersection(of_it)) >= COVERED * len(named)


def _line(document: Document, reference: re.Match[str]) -> re.Match[str] | None:
    """How the part begins: the one heading of this number, or the one paragraph."""
    number = reference["number"]
    line = re.compile(
        rf"^(?P<part>{_PART}\s*|§\s*)?{re.escape(number)}(?P<mark>[.):]?)(?=\s|$|[—–-])", re.MULTILINE
    )
    headings = {heading.start for heading in document.headings}
    lines = [
        one
        for one in line.finditer(document.text)  # "4 ships came" is no part, and "A" begins many a sentence
        if one["part"]
        or not number.isalnum()
        or (number[0].isdigit() and (one["mark"] or one.start() in headings))
    ]
    lines = [one for one in lines if _likeness(reference, one)]
    headed = [one for one in lines if one.start() in headings]
    for likely in (
        [one for one in headed if _likeness(reference, one) == SO],
        [one for one in headed if one["part"]],
        headed,
        lines,
    ):
        if likely:
            return likely[0] if len(likely) == 1 else None
    return None


def _likeness(reference: re.Match[str], line: re.Match[str]) -> int:
    """Whether the document calls the part so, or something like it, or nothing; 0 where something else."""
    if not line["part"]:
        return NOTHING
    asked, called = (one["part"].strip(" .\t\n").casefold() for one in (reference, line))
    if _SHORT.get(asked, asked) == _SHORT.get(called, called):
        return SO
    return LIKE_IT if asked not in _APART and called not in _APART else 0


def _extent(document: Document, line: re.Match[str]) -> tuple[int, int]:
    """Up to the next heading of its rank; of a paragraph, with the items and clauses right behind it."""
    start, text = line.start(), document.text
    levels = {heading.start: heading.level for heading in document.headings}
    level = levels.get(start, INNERMOST)
    end = min((at for at in levels if at > start and levels[at] <= level), default=len(text))
    if start in levels:
        return start, end
    number = re.escape(line[0].removeprefix(line["part"] or "").rstrip(".):"))
    return start, _with_what_belongs(text, start, end, rf"{number}\.\d|{_BELONGS}")


def _inside(text: str, start: int, end: int, reference: re.Match[str]) -> tuple[int, int] | None:
    """The item (b) of the part, and the (ii) of that; the part itself, where no item is asked for."""
    for mark in re.findall(r"\w+", reference["inside"]):
        item = re.compile(rf"^\(?{re.escape(mark)}[.)]\s", re.MULTILINE).search(text, start, end)
        if item is None:
            return None
        start, end = item.start(), _with_what_belongs(text, item.start(), end, r"\([ivx]+\)\s")
    return trim(text, start, _cut(text, start, end) if end - start > LONGEST else end)


def _cut(text: str, start: int, end: int) -> int:
    """The last end of a line, or else of a sentence, within LONGEST; of a longer sentence its own."""
    line = text.rfind("\n", start, start + LONGEST)
    if line > start:
        return line
    ends = [start + stop for _, stop in split_sentences(text[start:end])]
    return max((stop for stop in ends if stop <= start + LONGEST), default=ends[0])


def _with_what_belongs(text: str, start: int, end: int, belongs: str) -> int:
    """The end of the line at `start`, and of the lines right behind it, up to `end`, that begin so."""
    found = re.compile(rf"[^\n]*(?:\n\s*(?:{belongs})[^\n]*)*").match(text, start, end)
    return found.end() if found else end
