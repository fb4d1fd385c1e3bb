"""Names of a question that a sentence tells otherwise than the question does: the surname of somebody whom
its document names in full, "Torsenian" for Torsenia, and who wrote it, for all that he says of himself.

Rules over the texts of the question and of passages; knows nothing of how a sentence is scored.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index import Passage
from index.words import words
from qa.question import FUNCTION_WORDS, Question, name_runs, tokens

ADJECTIVES = ("n", "an", "ian", "es", "ish", "i")  # endings, as stems, that make one of a place's name
PLACE = "istan"  # an ending that makes a place's name of the people's
SHORTEST = 4  # letters of a stem that may have such an ending

_TITLES = frozenset(
    """mr mrs ms miss dr sir lord lady president vice senator sen representative rep congressman congresswoman
    governor gov mayor premier minister secretary ambassador chancellor chairman chairwoman director general
    gen colonel col captain capt admiral judge justice professor prof king queen pope sheikh""".split()
)
_TITLE_STEMS = frozenset(words(" ".join(_TITLES)))


class Naming:
    """What of a question's names the sentences of `passages` tell otherwise."""

    def __init__(self, question: Question, passages: Sequence[Passage]) -> None:
        runs = [_without_titles(tokens(run)) for run in name_runs(question.text)]
        self._akin = {name: _akin(name) for name in words(" ".join(question.names))}
        self._surnames: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        self._authors: dict[str, frozenset[str]] = {}
        texts: dict[str, str] = defaultdict(str)
        for passage in passages:
            texts[passage.document_id] += f"{passage.text}\n"
            if passage.document_id not in self._authors:
                self._authors[passage.document_id] = _author_asked_of(question, passage)
        for run in runs:
            *given, surname = run or [""]
            for document, text in texts.items():
                if (
                    given
                    and "of" not in given
                    and " ".join(run) in text
                    and not _borne_by_another(given, surname, text)
                ):
                    self._surnames[document].append((surname, frozenset(words(" ".join(run)))))

    def told_otherwise(self, passage: Passage, text: str, around: frozenset[str]) -> frozenset[str]:
        """Stems of the question's names that a sentence, and what stands around it, tells in another form."""
        told = set(self._authors[passage.document_id])
        for surname, run in self._surnames[passage.document_id]:
            if surname in text and any(not first for first in _before(surname, text)):
                told |= run
        told |= {name for name, akin in self._akin.items() if name not in around and akin & around}
        return frozenset(told)


def with_author(question: Question, passage: Passage) -> Passage:
    """The passage under its author's name, too, where the question names him: he writes "I"."""
    if not _author_asked_of(question, passage):
        return passage
    return replace(passage, title=f"{passage.metadata['author']}: {passage.title}")


def _author_asked_of(question: Question, passage: Passage) -> frozenset[str]:
    """The stems of the author's name, and his titles, that the question holds."""
    author = frozenset(words(passage.metadata.get("author", "")))
    if not author or author.isdisjoint(words(question.text)):
        return frozenset()
    runs = [frozenset(words(run)) for run in name_runs(question.text)]
    return frozenset[str]().union(*(run for run in runs if run <= author | _TITLE_STEMS and run & author))


def _without_titles(run: Sequence[str]) -> list[str]:
    """ "President Carter" is Carter."""
    return [word for word in run if word.casefold() not in _TITLES]


def _borne_by_another(given: Sequence[str], surname: str, text: str) -> bool:
    return any(first and first not in given for first in _before(surname, text))


def _before(surname: str, text: str) -> list[str]:
    """For each place where a surname stands as one, the given name before it; empty where none stands."""
    found = []
    for match in re.finditer(rf"(?:([\w.’'-]+) )?\b{re.escape(surname)}\b(?!['’]?\w* [A-Z]\w)", text):
        before = (match[1] or "").strip(".")
        is_name = before[:1].isupper() and before.casefold() not in FUNCTION_WORDS | _TITLES
        found.append(before if is_name else "")
    return found


def _akin(name: str) -> set[str]:
    """The stems of what comes from a place, and of the place that it comes from."""
    if len(name) < SHORTEST:
        return set()
    shorter = {name.removesuffix(ending) for ending in (*ADJECTIVES, PLACE) if name.endswith(ending)}
    return {name + ending for ending in ADJECTIVES} | {one for one in shorter if len(one) >= SHORTEST}
