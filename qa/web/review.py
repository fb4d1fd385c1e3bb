"""What becomes of the cases that feedback proposes: a reviewer accepts one into the gold set, or rejects it.

Knows the store, what each person sees, and the file of the gold set; nothing of pages. The gold set is
everybody's, so that only words of documents that everybody sees come into it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from corpus import Document
from index import DocumentInfo, Index, View
from index.errors import AmbiguousDocument, StorageFailed, UnknownDocument
from qa.evaluation.anchor import as_written
from qa.evaluation.gold import Case, Evidence, append_case, read_gold
from qa.evaluation.lint import Asked, asked, faults_in
from qa.web.errors import CaseRefused, NoQuote, UnknownCandidate
from qa.web.library import Library
from qa.web.quotes import nearest, quoted
from qa.web.store import Candidate, Store

GOLD = "gold.jsonl"

NO_EVIDENCE = "no evidence: paste a quote of a document and press “Add the quote”, or choose “unanswerable”"
NO_FACTS = "no facts: write what a right answer must hold, a fact on each line, as the evidence has it"
PRIVATE = "is not seen by everybody: share it in the Documents tab, or quote another document"


class Review:
    """gold: the file to which accepted cases are added; made with the first."""

    def __init__(self, library: Library, store: Store, gold: Path) -> None:
        self._library = library
        self._store = store
        self._gold = gold
        self._accepting = threading.Lock()

    def waiting(self, user: str) -> list[Candidate]:
        """Those still open, oldest first: the person's own, and others' whose sources they see."""
        seen = {info.source for info in self._library.infos(user)}
        return [one for one in self._store.candidates() if one.user == user or one.sources <= seen]

    def documents(self, user: str) -> list[DocumentInfo]:
        """Those that the person may quote."""
        return self._library.infos(user)

    def find(self, user: str, quote: str, source: str) -> Evidence:
        """The quote as a document has it. source: of that document, "" for any. Raises NoQuote."""
        seen = self._library.visible(user)
        if not quote.strip():
            raise NoQuote(quote, source, None)
        if not source:
            found = quoted(seen, quote)
        else:
            text = as_written(quote, seen.document(source).text)
            found = Evidence(document=source, quote=text) if text else None
        if found is None:
            raise NoQuote(quote, source, nearest(seen, quote))
        return found

    def accept(self, user: str, id: str, case: Case) -> Case:
        """Add the case, as edited, to the gold set; gives it as it was added, under an id of its own.

        Raises CaseRefused, UnknownCandidate where it is decided already, GoldError, StorageFailed.
        """
        with self._accepting:
            if id not in {one.id for one in self.waiting(user)}:
                raise UnknownCandidate(id)
            gold = read_gold(self._gold) if self._gold.is_file() else []
            if faults := self._faults(user, case, {asked(one): one.id for one in gold}):
                raise CaseRefused(faults)
            case = case.model_copy(update={"id": _free(case.id, {one.id for one in gold})})
            try:
                self._gold.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                append_case(case, self._gold)
            except OSError as error:
                raise StorageFailed(self._gold, error.strerror or str(error)) from error
            self._store.decide(id, "accepted", case)
        return case

    def reject(self, user: str, id: str) -> None:
        """Raises UnknownCandidate where it is decided already."""
        if id not in {one.id for one in self.waiting(user)}:
            raise UnknownCandidate(id)
        self._store.decide(id, "rejected")

    def _faults(self, user: str, case: Case, others: Mapping[Asked, str]) -> list[str]:
        """What `qa gold lint` would say of the case beside those there are, and what is missing."""
        faults = [] if case.question.strip() else ["no question: write what was asked"]
        if case.answerable and not case.evidence:
            return [*faults, NO_EVIDENCE]
        if case.answerable and not case.facts:
            return [*faults, NO_FACTS]
        private, texts = self._texts(user, case.evidence)
        faults += [f"{source} {PRIVATE}" for source in private]
        return faults or [fault.what for fault in faults_in(case, texts, others)]

    def _texts(self, user: str, evidence: Sequence[Evidence]) -> tuple[list[str], dict[str, str]]:
        """The documents that only this person and some others see, and the texts of the others, by source."""
        private, texts = [], {}
        for name in dict.fromkeys(one.document for one in evidence):
            if document := _named(self._library.common(user), name):
                texts[document.source] = document.text
            elif document := _named(self._library.visible(user), name):
                private.append(document.source)  # one that is nowhere is told by the words of lint
        return private, texts


def _named(seen: Index | View, name: str) -> Document | None:
    """The one document of this source, or end of one."""
    try:
        return seen.document(name)
    except (UnknownDocument, AmbiguousDocument):
        return None


def _free(id: str, taken: Collection[str]) -> str:
    """The id, with a number behind it where there is one like it: of a turn that was judged twice."""
    ids = [id, *(f"{id}-{count}" for count in range(2, len(taken) + 2))]
    return next(one for one in ids if one not in taken)
