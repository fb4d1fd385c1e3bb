"""Who wrote or published a document, and when, answered by the sentence of it that says so.

A question about a document, not about what it tells: "Who wrote the article on work reports?". What a loader
found beside the text (a PDF's properties, front matter) cannot be quoted and answers nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Index, Passage, View
from index.words import words
from qa.question import Question, content_words

OPENING = 600  # characters of a document in which it may tell of itself
COVERED = 0.75  # share of the question's words that a document must hold in its title, details and opening

_DOCUMENT = (
    r"(?:article|piece|report|text|document|paper|story|post|page|memo|handbook|guide|study|essay|letter|mail"
    r"|e-?mail|book|note)s?"
)
_ASKS = {  # by the detail of a document that answers
    "author": re.compile(
        rf"\b(?:who (?:wrote|authored)|authors? of|writers? of|by whom) .*?\b{_DOCUMENT}\b"
        rf"|\bwho\b.* (?:author|writer)s? of .*?\b{_DOCUMENT}\b",
        re.IGNORECASE,
    ),
    "publisher": re.compile(rf"\bwho (?:published|produced|issued) .*?\b{_DOCUMENT}\b", re.IGNORECASE),
    "date": re.compile(
        rf"\bwhen (?:was|were) .*?\b{_DOCUMENT}\b.*\b(?:written|published|posted|issued|dated)\b",
        re.IGNORECASE,
    ),
}
_SAYS_SO = {
    "author": re.compile(r"\b(?:wrote|written|authors?|by)\b", re.IGNORECASE),
    "publisher": re.compile(
        r"\b(?:published|publishers?|produced|production|issued|source)\b", re.IGNORECASE
    ),
    "date": re.compile(r"\b(?:written|published|posted|issued|dated?|updated)\b", re.IGNORECASE),
}
LABEL = 20  # characters that a line may hold beside the value: "Text | Luo Tao", in any language
_ABOUT_IT = re.compile(
    rf"\b(?:{_DOCUMENT}|wrote|authored|authors?|writers?|written|published|produced|issued|posted|dated"
    r"|original|titled?|entitled|called|named)\b",
    re.IGNORECASE,
)


def asks_when_written(asked: Question) -> bool:
    """Whether a question asks for the date of a document."""
    return _ASKS["date"].search(asked.text) is not None


def find_byline(
    asked: Question, passages: Sequence[Passage], index: Index | View
) -> tuple[Passage, int, int] | None:
    """The sentence that names the author, publisher or date asked for, as its passage and its span, half-open
    characters into the document; None where no such thing is asked, or not of one document of `passages`."""
    detail = next((key for key, form in _ASKS.items() if form.search(asked.text)), None)
    wanted = set(content_words(_ABOUT_IT.sub("", asked.text)))
    if detail is None or not wanted:
        return None
    share: dict[str, float] = {}
    for name in {passage.document_id for passage in passages}:
        document = index.document(name)
        of_it = " ".join((document.title, *document.metadata.values(), document.text[:OPENING]))
        share[name] = len(wanted.intersection(words(of_it))) / len(wanted)
    best, *others = sorted(share, key=lambda name: -share[name])
    if share[best] < COVERED or (others and share[others[0]] == share[best]):
        return None
    details = index.document(best).metadata  # with all of which hardly another document is found
    value = details.get(detail, "")
    for passage in index.search(value, where=details) if value else ():
        for start, end in passage.sentences:
            text = passage.text[start - passage.start : end - passage.start]
            says_so = len(text) <= len(value) + LABEL or _SAYS_SO[detail].search(text)
            if passage.document_id == best and start < OPENING and value in text and says_so:
                return passage, start, end
    return None
