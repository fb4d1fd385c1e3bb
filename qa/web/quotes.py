"""Finding in the documents what a person wrote or pasted.

Knows what a person sees of the index; nothing of pages or of who asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus import Document
from index import Index, View
from index.sentences import split_sentences
from qa.evaluation.anchor import as_written, find_again
from qa.evaluation.gold import Evidence

NEAR = 20  # passages, whose documents are looked through first
MOST = 1000  # characters of what was written that are searched for


def quoted(seen: Index | View, words: str) -> Evidence | None:
    """Where the words stand, white space aside: in the documents nearest to them, or in any."""
    sought: set[str] = set()
    for document in _everywhere(seen, words):
        if document.id not in sought and (quote := as_written(words, document.text)):
            return Evidence(document=document.source, quote=quote)
        sought.add(document.id)
    return None


def nearest(seen: Index | View, words: str) -> Evidence | None:
    """The sentences most like the words, in the documents nearest to them."""
    anchor = find_again(words, {document.source: document.text for document in _near(seen, words)})
    return Evidence(document=anchor.source, quote=anchor.quote) if anchor else None


def holding(seen: Index | View, words: str, facts: Sequence[str]) -> Evidence | None:
    """The sentence that holds all the facts, in the passages nearest to the words."""
    wanted = [fact.casefold() for fact in facts]
    for passage in seen.search(words[:MOST], k=NEAR):
        for start, end in split_sentences(passage.text, 0, len(passage.text)):
            sentence = passage.text[start:end]
            if all(fact in sentence.casefold() for fact in wanted):
                return Evidence(document=passage.source, quote=sentence)
    return None


def _everywhere(seen: Index | View, words: str) -> Iterator[Document]:
    yield from _near(seen, words)
    for info in seen.documents():
        yield seen.document(info.id)


def _near(seen: Index | View, words: str) -> Iterator[Document]:
    found = seen.search(words[:MOST], k=NEAR)
    for id in dict.fromkeys(passage.document_id for passage in found):
        yield seen.document(id)
