"""The sentences of a model, from the pieces in which its words arrive, each with the passages it marks.

Knows how models write marks and lists. Knows nothing of documents: no claim is believed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.sentences import split_sentences

_MARKS = re.compile(
    r"\s*[\[【](?:passages? )?(\d{1,3}(?:, ?\d{1,3})*)(?:†[^\]】\n]{0,20})?[\]】]", re.IGNORECASE
)
_MARK_AFTER_STOP = re.compile(
    r"([.!?…。！？]+[\"”’»)]*)((?:\s*[\[【](?:passages? )?[\d, ]{1,20}(?:†[^\]】\n]{0,20})?[\]】])+)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")

# What follows is a sentence of its own: its first word is whole, and no mark of the sentence before.
_BEGUN = re.compile(r"[^\[【\s]\S*\s|[^\x00-\x7f【]")


@dataclass(frozen=True, slots=True)
class Claim:
    """`marks`: the numbers of passages that the sentence names, each once, valid or not."""

    text: str
    marks: tuple[int, ...]


def claims(pieces: Iterable[str]) -> Iterator[Claim]:
    """Each sentence once it is complete: with the first word of the next, a line's end, or the end."""
    rest = ""
    for piece in pieces:
        rest = _MARK_AFTER_STOP.sub(r"\2\1", rest + piece)
        found = split_sentences(rest)
        whole = len(found) - (not rest.endswith("\n"))
        if 0 < whole < len(found) and not _BEGUN.match(rest, found[whole][0]):
            whole -= 1
        if whole > 0:
            for start, end in found[:whole]:
                yield from _claim(rest[start:end])
            rest = rest[found[whole][0] :] if whole < len(found) else ""
    for start, end in split_sentences(rest):
        yield from _claim(rest[start:end])


def _claim(sentence: str) -> Iterator[Claim]:
    numbers = (int(number) for marks in _MARKS.findall(sentence) for number in marks.split(","))
    text = " ".join(_EMPHASIS.sub(r"\2", _MARKS.sub("", sentence)).split())
    if any(letter.isalnum() for letter in text):
        yield Claim(text, tuple(dict.fromkeys(numbers)))
