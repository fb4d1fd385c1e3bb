"""A sentence that does not stand alone, widened to the exact span that does.

"It plans 40,000 stations." is quoted with the sentence before it, what is said in quotation marks with the
one behind it where it is asked who said it; a line that announces a list is quoted with its items, and an
item that is no sentence with its whole list where a list is asked for.
"""

from __future__ import annotations

import re

from corpus.document import Document
from index.sentences import split_sentences
from qa.question import NUMERIC, Kind

ANNOUNCES = (":", "：")
STOPS = (".", "!", "?", "。", "！", "？")
LONGEST_LIST = 40  # items: a longer list is not an answer but a table to look at

_LEANS_BACK = re.compile(
    r"(?:(?:In|On|At|By|Since|From|During|After|Before|Until) [^,.;:]{1,40}, "
    r"(?:it|its|they|their|he|his|she|her)"
    r"|(?:While|When|Once|If|As|After|Before|Until|Since|Because|Although|Though|Where) (?:it|they|he|she)"
    r"|It|Its|This|That|These|Those|They|Their|He|His|She|Her|Such|Both|There|Another|One of them|Of these"
    r"|Also|Back then|The (?:former|latter|two|same|above)|In addition|Moreover|Furthermore|However|But|And"
    r"|For example)\b(?! (?:is|was) (?:reported|said|estimated|not difficult))"
)
_SOMEBODY = re.compile(  # who opens a paragraph, and was named in the one before
    r"(?:(?:In|On|At|By|Since|From|During|After|Before|Until) [^,.;:]{1,40}, (?:they|their|he|his|she|her)"
    r"|They|Their|He|His|She|Her)\b"
)
_OWN = re.compile(r"The [^A-Z,;]*\b(?:its|their|his|her)\b")  # "The key product is its own Superchain"
_SAID = re.compile(r"[\"“”'‘«「].*[\"“”'’»」]", re.DOTALL)
# "- x", "1. x", "1.Strengthen", "2.3 x", "(a) x", "ii) x"
_ITEM = re.compile(
    r"\s*(?:(?P<bullet>[-*•·–])\s+|\(?(?P<number>\d{1,3})[.)](?:\s+|(?!\d))"
    r"|(?P<clause>\d{1,3}(?:\.\d{1,3})+)[.)]?\s+|\(?(?P<letter>[a-z]|[ivx]{2,5})\)\s+)(?=\S)"
)
# What ranks lower than the first item ends a list; 2.3 ranks 2, and 2.3.1 3.
_NUMBER, _LETTER, _ROMAN, _BULLET = 1, 5, 6, 9


def widen(document: Document, start: int, end: int, kind: Kind) -> tuple[int, int]:
    """The span to quote for the sentence at start:end, half-open characters into `document.text`.

    kind: of the question. Where a number is asked for, a line that announces a list is enough.
    """
    text = document.text
    line_start = text.rfind("\n", 0, start) + 1
    marker = _ITEM.match(text, line_start)
    if text[start:end].endswith(ANNOUNCES):
        return start, end if kind in NUMERIC else _end_of_list(document, end, marker)
    if marker:
        is_sentence = text[start:end].endswith(STOPS)
        return (start, end) if is_sentence or kind != "list" else _list_around(document, line_start)
    if needs_the_one_before(text[start:end]):
        return _one_before(document, line_start, start), end
    if kind == "who" and _SAID.fullmatch(text[start:end]):
        line_end = text.find("\n", end)
        behind = split_sentences(text, end, len(text) if line_end < 0 else line_end)
        return start, behind[0][1] if behind else end
    return start, end


def _one_before(document: Document, line_start: int, start: int) -> int:
    """Where the sentence before begins: of the paragraph, or of the one above, news having one a sentence."""
    text = document.text
    before = split_sentences(text, line_start, start)
    if not before and _SOMEBODY.match(text, start):
        above_end = len(text[:line_start].rstrip())
        above = text.rfind("\n", 0, above_end) + 1
        headings = {heading.start for heading in document.headings}
        if text[:above_end].endswith(STOPS) and above not in headings and not _ITEM.match(text, above):
            before = split_sentences(text, above, above_end)
    return before[-1][0] if before else start


def needs_the_one_before(sentence: str) -> bool:
    """Whether a sentence begins with a word that stands for something said before it."""
    return (_LEANS_BACK.match(sentence) or _OWN.match(sentence)) is not None


def _list_around(document: Document, line_start: int) -> tuple[int, int]:
    """From the line that announces the list, if there is one, to its last item."""
    text, first = document.text, line_start
    headings = {heading.start for heading in document.headings}
    item = _ITEM.match(text, line_start)
    while first > 0 and item:
        previous_end = len(text[:first].rstrip())
        previous_start = text.rfind("\n", 0, previous_end) + 1
        previous = _ITEM.match(text, previous_start, previous_end)
        if previous and _rank(previous) >= _rank(item) and previous_start not in headings:
            first = previous_start
            continue
        if text[previous_start:previous_end].endswith(ANNOUNCES):
            first = split_sentences(text, previous_start, previous_end)[-1][0]
        break
    return first, _end_of_list(document, max(line_start - 1, 0))


def _end_of_list(document: Document, end: int, under: re.Match[str] | None = None) -> int:
    """The end of the items that follow `end`, up to the next heading; `end` itself where none follows. under:
    the marker of the line that announces them, if it is an item itself."""
    text = document.text
    stop = min((heading.start for heading in document.headings if heading.start >= end), default=len(text))
    least = 0
    for _ in range(LONGEST_LIST):
        item = _ITEM.match(text, end)
        if item is None or item.end() > stop or _rank(item) < least:
            break
        if not least and under and not _opens_below(item, under):
            break
        least = least or _rank(item)
        line_end = text.find("\n", item.end())
        end = len(text) if line_end < 0 else line_end
    return end


def _rank(item: re.Match[str]) -> int:
    if item["letter"]:
        return _ROMAN if set(item["letter"]) <= set("ivx") else _LETTER
    return _BULLET if item["bullet"] else _NUMBER + (item["clause"] or "").count(".")


def _opens_below(item: re.Match[str], under: re.Match[str]) -> bool:
    """Whether an item is the first of a list within another item: "(a)" below "2.3", "1." below "1."."""
    first = (item["letter"] or item["number"]) in ("a", "i", "1") or item["bullet"] is not None
    return _rank(item) > _rank(under) or (_rank(item) == _rank(under) and first)
