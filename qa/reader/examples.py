"""Questions to learn from: each with passages that answer it and passages that look as if they did.

Every set is indexed and searched as the product does it, so that the reader learns on the passages it will
be shown. Knows nothing of the network.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index import Embedder, Index, Passage, View
from index.chunk import Chunk
from index.sentences import split_sentences
from qa.assistant import Assistant
from qa.evaluation.gold import Case, Evidence
from qa.evaluation.lines import lines_of
from qa.evaluation.suites import TODAY, Suite, as_it_stands, read_suite
from qa.settings import AnswerSettings
from qa.standalone import lean_on_last, stand_alone

HELD_OUT = 10
FOUND = 16  # passages that the search gives for a question
SMALLEST_SHARE = 0.5  # of the shorter of a sentence and a quote that must be shared, for it to answer
WRITTEN = Path(__file__).parents[2] / "corpus/reader"  # in the repository, not in the package
SQUAD_SEED = 20261122
OF_A_PARAGRAPH = 3  # questions of SQuAD; there are five on the average


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
    """group: what must not be split between training and test: a document, or a title of several. leans:
    whether the question was asked after other turns."""

    set: str
    id: str
    question: str
    group: str
    answerable: bool
    shown: tuple[Shown, ...]
    leans: bool = False


def held_out(example: Example) -> bool:
    """Whether the example is for measuring only: one in ten documents of the sets of answer sentences."""
    digest = hashlib.sha256(example.group.encode()).hexdigest()
    return example.set not in ("written", "alone", "chunking", "clapnq") and int(digest, 16) % HELD_OUT == 0


def read_sets(data: Path, benchmarks: Path, squad: Path | None = None) -> Iterator[tuple[str, Suite]]:
    """The sets by name, "alone" in many parts. data: the folder of answer_sentences.jsonl; benchmarks: of
    clapnq and chunking; squad: train-v1.1.json, whose articles become two sets, each of them small; "written"
    and "alone": ours."""
    if squad:
        articles = json.loads(squad.read_text(encoding="utf-8"))["data"]
        for half in (0, 1):
            yield f"squad-{half}", _squad(articles[half::2], random.Random(SQUAD_SEED + half))
    rows = list(map(json.loads, lines_of(data / "answer_sentences.jsonl")))
    for name in dict.fromkeys(row["set"] for row in rows):
        yield name, _answer_sentences([row for row in rows if row["set"] == name])
    yield "written", read_written(WRITTEN / "taught.jsonl")
    for suite in read_alone(WRITTEN):
        yield "alone", suite
    for name in ("chunking", "clapnq"):
        yield name, read_suite(name, benchmarks / name)


def examples_by_set(suites: Iterable[tuple[str, Suite]], embedder: Embedder) -> dict[str, list[Example]]:
    """Those of all suites of one name together, in their order."""
    sets: dict[str, list[Example]] = defaultdict(list)
    for name, suite in suites:
        sets[name] += make_examples(name, suite, embedder)
    return dict(sets)


def make_examples(name: str, suite: Suite, embedder: Embedder) -> list[Example]:
    """Of each question of the set, over an index of the set's documents: one for each of its readings."""
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for file, text in suite.documents.items():
            (documents / file).write_text(text, encoding="utf-8")
        with Index.open(Path(folder) / "index", embedder=embedder) as index:
            index.sync([documents])
            texts = {file: index.document(file).text for file in suite.documents}
            assistant = Assistant(index, AnswerSettings(reader="none"))
            return [one for case in suite.cases(texts) for one in _examples(name, case, assistant)]


def read_written(file: Path) -> Suite:
    """Documents and questions written for the reader: a line for those on one subject, with the sentences
    that answer each question, maybe after other turns, exactly as they stand there; none where no document
    of the line answers it."""
    return _written(_subjects(file))


def read_alone(folder: Path) -> Iterator[Suite]:
    """A suite for each subject, over its own documents: "What is the rent?" is asked of one lease, and what
    another says is neither right nor wrong. In the folder: papers.jsonl, as read_written reads it;
    short.jsonl, questions of a few words on the documents of taught.jsonl, a line for those on a subject."""
    for subject in _subjects(folder / "papers.jsonl"):
        yield _written([subject])
    documents = {subject["name"]: subject["documents"] for subject in _subjects(folder / "taught.jsonl")}
    for subject in _subjects(folder / "short.jsonl"):
        yield _written([{**subject, "documents": documents[subject["name"]]}])


def _subjects(file: Path) -> list[dict[str, Any]]:
    return list(map(json.loads, lines_of(file)))


def _written(subjects: Sequence[Mapping[str, Any]]) -> Suite:
    files = {
        f"{subject['name']}-{at}.txt": text
        for subject in subjects
        for at, text in enumerate(subject["documents"])
    }

    def evidence(name: str, quotes: Sequence[str], indexed: Mapping[str, str]) -> Iterator[Evidence]:
        for file in files:
            if file.rpartition("-")[0] == name:
                for quote in (as_it_stands(quote, indexed[file]) for quote in quotes):
                    if quote in indexed[file]:
                        yield Evidence(document=file, quote=quote)

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            Case(
                id=f"{subject['name']}-{at}",
                question=asked["question"],
                kind="what" if asked["answers"] else "unanswerable",
                origin="",
                date=TODAY,
                evidence=tuple(evidence(subject["name"], asked["answers"], indexed)),
                history=asked.get("history", ()),
            )
            for subject in subjects
            for at, asked in enumerate(subject["questions"])
        ]

    return Suite(files, cases)


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


def _squad(articles: Sequence[Mapping[str, Any]], chance: random.Random) -> Suite:
    """Rajpurkar et al., "SQuAD", EMNLP 2016: an article is a document; what answers is the sentence that
    holds the marked words, which are the case's fact."""
    titles = [article["title"].replace("_", " ") for article in articles]
    contexts = [[_one_line(one["context"]) for one in article["paragraphs"]] for article in articles]

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            _marked(asked, context, f"{at}.txt", indexed)
            for at, article in enumerate(articles)
            for context, paragraph in zip(contexts[at], article["paragraphs"], strict=True)
            for asked in chance.sample(paragraph["qas"], min(OF_A_PARAGRAPH, len(paragraph["qas"])))
        ]

    paragraphs = ("\n\n".join((title, *those)) for title, those in zip(titles, contexts, strict=True))
    return Suite({f"{at}.txt": text for at, text in enumerate(paragraphs)}, cases)


def _marked(asked: Mapping[str, Any], context: str, file: str, indexed: Mapping[str, str]) -> Case:
    answer = asked["answers"][0]["text"]
    start = asked["answers"][0]["answer_start"]
    quotes = [
        context[first:last]
        for first, last in split_sentences(context)
        if first < start + len(answer) and last > start
    ]
    return Case(
        id=asked["id"],
        question=asked["question"].strip(),
        kind="what",
        origin="",
        date=TODAY,
        facts=((answer,),),
        evidence=tuple(Evidence(document=file, quote=as_it_stands(one, indexed[file])) for one in quotes),
    )


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _examples(name: str, case: Case, assistant: Assistant) -> Iterator[Example]:
    index = assistant.index
    if not case.history:
        yield _example(name, case, case.question, index.search(case.question, k=FOUND), index)
        return
    asked = stand_alone(case.question, case.turns, index)
    asked = lean_on_last(asked, case.turns, index) or asked
    passages = assistant.retrieve(asked)
    for reading in asked.readings:
        yield _example(name, case, reading, passages, index)


def _example(
    name: str, case: Case, question: str, passages: Sequence[Passage], index: Index | View
) -> Example:
    """The passages found, and those of the evidence that were not. A passage that holds a fact of the case,
    but not its evidence, may answer or not: it is left out."""
    facts = [one.casefold() for fact in case.facts for one in fact]
    quotes: dict[str, list[str]] = defaultdict(list)
    for evidence in case.evidence:
        quotes[evidence.document].append(evidence.quote)
    spans: dict[str, list[tuple[int, int]]] = {}
    for file, found in quotes.items():
        document = index.document(file)
        spans[document.id] = [span for quote in found for span in _places(quote, document.text)]
    said = {quote for found in quotes.values() for quote in found}
    shown: list[Shown] = []
    for rank, passage in enumerate(passages):
        wanted = spans.get(passage.document_id, ())
        one = _shown(passage, passage.source, passage.title, wanted, said, rank)
        if one.answered or not any(fact in one.text.casefold() for fact in facts):
            shown.append(one)
    seen = {(one.source, one.start) for one in shown}
    for id, wanted in spans.items():
        document = index.document(id)
        for part in index.chunks(id):
            one = _shown(part, document.source, document.title, wanted, said, None)
            if one.answered and (one.source, one.start) not in seen:
                shown.append(one)
    titles = [index.document(file).title for file in quotes] or [one.title for one in shown]
    group = titles[0] if titles else case.question
    return Example(
        name, case.id, question, group, case.answerable and bool(spans), tuple(shown), bool(case.history)
    )


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
