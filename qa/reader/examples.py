"""Questions to learn from: each with passages that answer it and passages that look as if they did.

Every set is indexed and searched as the product does it, so that the reader learns on the passages it will
be shown. Knows nothing of the network.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Embedder, Index, Passage
from index.chunk import Chunk
from qa.evaluation.gold import Case, Evidence
from qa.evaluation.suites import TODAY, Suite, as_it_stands, read_suite

HELD_OUT = 10
FOUND = 16  # passages that the search gives for a question
SMALLEST_SHARE = 0.5  # of the shorter of a sentence and a quote that must be shared, for it to answer


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the reader sees it, with 1 for each sentence that answers, else 0.

    rank: among the passages found, from 0; None for one that was not found and is there for its answer.
    """

    source: str
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    sentences: tuple[tuple[int, int], ...]
    answers: tuple[int, ...]
    rank: int | None

    @property
    def answered(self) -> bool:
        return any(self.answers)


@dataclass(frozen=True, slots=True)
class Example:
    """group: what must not be split between training and test: a document, or a title of several."""

    set: str
    id: str
    question: str
    group: str
    answerable: bool
    shown: tuple[Shown, ...]


def held_out(example: Example) -> bool:
    """Whether the example is for measuring only: one in ten documents of the sets of answer sentences."""
    digest = hashlib.sha256(example.group.encode()).hexdigest()
    return example.set not in ("chunking", "clapnq") and int(digest, 16) % HELD_OUT == 0


def read_sets(data: Path, benchmarks: Path) -> Iterator[tuple[str, Suite]]:
    """The sets by name. data: the folder of answer_sentences.jsonl; benchmarks: of clapnq and chunking."""
    rows = [json.loads(line) for line in (data / "answer_sentences.jsonl").read_text().splitlines()]
    for name in dict.fromkeys(row["set"] for row in rows):
        yield name, _answer_sentences([row for row in rows if row["set"] == name])
    for name in ("chunking", "clapnq"):
        yield name, read_suite(name, benchmarks / name)


def make_examples(name: str, suite: Suite, embedder: Embedder) -> list[Example]:
    """Of each question of the set, over an index of the set's documents."""
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for file, text in suite.documents.items():
            (documents / file).write_text(text, encoding="utf-8")
        with Index.open(Path(folder) / "index", embedder=embedder) as index:
            index.sync([documents])
            texts = {file: index.document(file).text for file in suite.documents}
            return [_example(name, case, index) for case in suite.cases(texts)]


def _answer_sentences(rows: Sequence[Mapping[str, object]]) -> Suite:
    """Questions on passages of which the answering sentences are known; one passage may have several."""
    files: dict[tuple[str, str], str] = {}
    evidence: list[tuple[str, str, list[str]]] = []
    for row in rows:
        sentences = row["sentences"]
        answers = row["answers"]
        assert isinstance(sentences, list)
        assert isinstance(answers, list)
        passage = str(row["title"]), " ".join(sentences)
        file = files.setdefault(passage, f"{len(files)}.txt")
        evidence.append((str(row["question"]), file, [sentences[at] for at in answers]))

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            Case(
                id=str(at),
                question=question,
                kind="what",
                origin="",
                date=TODAY,
                evidence=tuple(
                    Evidence(document=file, quote=as_it_stands(quote, indexed[file])) for quote in quotes
                ),
            )
            for at, (question, file, quotes) in enumerate(evidence)
        ]

    return Suite({file: f"{title}\n\n{text}" for (title, text), file in files.items()}, cases)


def _example(name: str, case: Case, index: Index) -> Example:
    """The passages found, and those of the evidence that were not."""
    quotes: dict[str, list[str]] = defaultdict(list)
    for evidence in case.evidence:
        quotes[evidence.document].append(evidence.quote)
    spans: dict[str, list[tuple[int, int]]] = {}
    for file, found in quotes.items():
        document = index.document(file)
        spans[document.id] = [span for quote in found for span in _places(quote, document.text)]
    said = {quote for found in quotes.values() for quote in found}
    shown: list[Shown] = []
    for rank, passage in enumerate(index.search(case.question, k=FOUND)):
        shown.append(
            _shown(passage, passage.source, passage.title, spans.get(passage.document_id, ()), said, rank)
        )
    seen = {(one.source, one.start) for one in shown}
    for id, wanted in spans.items():
        document = index.document(id)
        for part in index.chunks(id):
            one = _shown(part, document.source, document.title, wanted, said, None)
            if one.answered and (one.source, one.start) not in seen:
                shown.append(one)
    titles = [index.document(file).title for file in quotes] or [one.title for one in shown]
    group = titles[0] if titles else case.question
    return Example(name, case.id, case.question, group, case.answerable and bool(spans), tuple(shown))


def _places(quote: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + len(quote))


def _shown(
    part: Passage | Chunk,
    source: str,
    title: str,
    spans: Sequence[tuple[int, int]],
    said: set[str],
    rank: int | None,
) -> Shown:
    answers = tuple(
        int(
            part.text[start - part.start : end - part.start] in said
            or any(_shares(start, end, *span) for span in spans)
        )
        for start, end in part.sentences
    )
    return Shown(source, title, part.headings, part.text, part.start, part.sentences, answers, rank)


def _shares(start: int, end: int, first: int, last: int) -> bool:
    shared = min(end, last) - max(start, first)
    return shared >= SMALLEST_SHARE * min(end - start, last - first)
