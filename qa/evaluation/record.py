"""What is kept of one question that was asked, and what is measured on it.

Knows how a gold case and an answer become numbers, not what these come to over many questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict

from index import Index, Passage, View
from index.errors import AmbiguousDocument, UnknownDocument
from index.tokens import count_tokens
from qa.answer import Answer, Sentence
from qa.evaluation import metrics
from qa.evaluation.gold import Case
from qa.evaluation.judge import faults_of
from qa.evaluation.metrics import Span
from qa.support import check

BUDGETS = (250, 500, 1000)  # tokens of cl100k
RELEVANT = 0.5  # of the characters of a quote, or of a passage in a longer one, from which on it is held
DIGITS = 6  # behind the point, of a number that is written down

_MARKS = re.compile(r"\s*((?:\[\d+\])+)$")


class Record(BaseModel):
    """Unchangeable; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Record):
    """`text` stands at start to end, characters, half-open, of the document with this source."""

    source: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)


class Asked(Record):
    """One question, its answer and its measures.

    conversation: the same for questions that follow up on the same first turn. documents: that the evidence
    names. expected: where the evidence stands; lost: the quotes that stand nowhere in the index. cited,
    passages: as in the answer, in order. values: by measure, None where there was nothing to measure.
    """

    id: str
    kind: str
    conversation: str
    question: str
    standalone: str
    answerable: bool
    answer: str
    abstained: bool
    confidence: float
    faults: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    documents: tuple[str, ...]
    expected: tuple[Place, ...]
    lost: tuple[str, ...]
    cited: tuple[Place, ...]
    passages: tuple[Place, ...]
    values: dict[str, float | None]

    @property
    def right(self) -> bool:
        return not self.faults


class Recorder:
    """Makes records of the answers given over `index`, which must not change meanwhile.

    k: of the passages, the first on which retrieval is measured.
    """

    def __init__(self, index: Index | View, k: int) -> None:
        self._k = k
        self._document = cache(index.document)
        self._chunks = cache(index.chunks)

    def record(self, case: Case, answer: Answer) -> Asked:
        expected, lost = self._evidence(case)
        cited = [Place(source=c.source, start=c.start, end=c.end, text=c.quote) for c in answer.citations]
        passages = [Place(source=p.source, start=p.start, end=p.end, text=p.text) for p in answer.passages]
        faults = tuple(faults_of(case, answer))
        said = "" if answer.abstained else " ".join(map(_unmarked, answer.sentences))
        values: dict[str, float | None] = {
            "right": float(not faults),
            "evidence_stands": _share(quote not in lost for quote in (one.quote for one in case.evidence)),
            "passages_exact": _share(map(self._stands, passages)),
            "both_arms": _both_arms(answer.passages),
            **self._retrieval([one.span for one in passages], [one.text for one in passages], expected),
            **_answering(case, said, answer),
            "citation_recall": metrics.span_recall(_spans(cited), _spans(expected)),
            "citation_precision": metrics.span_precision(_spans(cited), _spans(expected))
            if expected
            else None,
            "citations_exact": _share(map(self._stands, cited)),
            "sentences_supported": _share(map(supported, answer.sentences)),
            "declining_precision": float(not case.answerable) if answer.abstained else None,
            "declining_recall": None if case.answerable else float(answer.abstained),
            **_disagreeing(case, answer),
        }
        return Asked(
            id=case.id,
            kind=case.kind,
            conversation=case.conversation,
            question=case.question,
            standalone=answer.standalone,
            answerable=case.answerable,
            answer=answer.text,
            abstained=answer.abstained,
            confidence=round(answer.confidence, DIGITS),
            faults=faults,
            facts=case.facts,
            documents=tuple(dict.fromkeys(one.document for one in case.evidence)),
            expected=tuple(expected),
            lost=tuple(lost),
            cited=tuple(cited),
            passages=tuple(passages),
            values={name: None if one is None else round(one, DIGITS) for name, one in values.items()},
        )

    def _evidence(self, case: Case) -> tuple[list[Place], list[str]]:
        """Where the quotes stand, and those that stand nowhere."""
        expected, lost = [], []
        for one in case.evidence:
            try:
                document = self._document(one.document)
            except (UnknownDocument, AmbiguousDocument):
                lost.append(one.quote)
                continue
            start = document.text.find(one.quote)
            if start < 0:
                lost.append(one.quote)
            else:
                end = start + len(one.quote)
                expected.append(Place(source=document.source, start=start, end=end, text=one.quote))
        return expected, lost

    def _stands(self, place: Place) -> bool:
        return metrics.stands(self._document(place.source).text, place.start, place.end, place.text)

    def _retrieval(
        self, found: Sequence[Span], texts: Sequence[str], expected: Sequence[Place]
    ) -> dict[str, float | None]:
        """Nothing is measured where no evidence is known."""
        wanted = _spans(expected)
        documents = {place.source: self._document(place.source).id for place in expected}
        tokens = [count_tokens(text) for text in texts]
        values: dict[str, float | None] = {}
        cuts = {"": self._k, **{f"_{budget}": metrics.fitting(tokens, budget) for budget in BUDGETS}}
        for ending, cut in cuts.items():
            first = found[:cut]
            values[f"retrieval_recall{ending}"] = metrics.span_recall(first, wanted)
            values[f"retrieval_precision{ending}"] = metrics.span_precision(first, wanted) if wanted else None
            values[f"retrieval_iou{ending}"] = metrics.span_iou(first, wanted) if wanted else None
        values["found_first"] = float(found[0].source in documents) if wanted and found else None
        gains = [_held(span, wanted) for span in found]
        there = [
            _held(Span(source, chunk.start, chunk.end), wanted)
            for source, id in documents.items()
            for chunk in self._chunks(id)
        ]
        values["retrieval_ndcg"] = metrics.ndcg(gains, there, self._k) if wanted else None
        values["retrieval_mrr"] = metrics.reciprocal_rank([gain > 0 for gain in gains]) if wanted else None
        return values


def _both_arms(passages: Sequence[Passage]) -> float | None:
    """1 where meaning and words both found passages: no other measure shows a silent arm much."""
    arms = {arm for passage in passages for arm in passage.found_by}
    return float(len(arms) > 1) if passages else None


def _answering(case: Case, said: str, answer: Answer) -> dict[str, float | None]:
    """Against the references, or the quotes of the evidence, each alone and all together.

    What is declined says nothing.
    """
    quotes = [one.quote for one in case.evidence]
    together = [*quotes, " ".join(quotes)] if quotes else []
    references = case.references or together
    return {
        "facts_found": metrics.facts_found(said, case.facts),
        "exact_match": metrics.exact_match(said, together),
        "token_f1": metrics.token_f1(said, references),
        "rouge_l": metrics.rouge_l(said, references),
        "length": None if answer.abstained else float(count_tokens(said)),
        "characters": None if answer.abstained else float(len(said)),
        "words": None if answer.abstained else float(len(said.split())),
    }


def _disagreeing(case: Case, answer: Answer) -> dict[str, float | None]:
    """Whether the values that sources give differently are shown, and no others."""
    given = {value.text for disagreement in answer.disagreements for value in disagreement.values}
    wanted = set(case.values)
    return {
        "disagreement_precision": float(given <= wanted) if given else None,
        "disagreement_recall": float(wanted <= given) if wanted else None,
    }


def supported(sentence: Sentence) -> bool:
    """Whether the marks of a sentence name its citations, and the first of these says just what it says; of a
    sentence in a model's words, whether they carry it, each alone or all together.
    """
    marks = _MARKS.search(sentence.text)
    named = marks[1] if marks else ""
    if not sentence.citations or named != "".join(f"[{one.number}]" for one in sentence.citations):
        return False
    quotes = [one.quote for one in sentence.citations]
    if sentence.support == "quoted":
        return _unmarked(sentence) == quotes[0]
    titles = [one.title for one in sentence.citations]
    return any(check(_unmarked(sentence), held, titles).supported for held in ([quotes[0]], quotes))


def _unmarked(sentence: Sentence) -> str:
    return _MARKS.sub("", sentence.text)


def _spans(places: Iterable[Place]) -> list[Span]:
    return [place.span for place in places]


def _held(passage: Span, quotes: Sequence[Span]) -> int:
    """How many of the quotes a passage holds, or lies in."""
    return sum(
        metrics.overlap(passage, quote)
        >= RELEVANT * min(quote.end - quote.start, passage.end - passage.start)
        for quote in quotes
    )


def _share(of: Iterable[bool]) -> float | None:
    counted = list(of)
    return sum(counted) / len(counted) if counted else None
