"""Sentences for the checker, planted with faults or faithfully rephrased, and the spans for them.

Made from the documents at hand by rewriting.py and falsifying.py, seeded: the same half is the same
sentences. A document is a passage of CLAPNQ or of the reader's data, a shipped or raw article, or 40
sentences of a chunking corpus; its name decides its half. Half of the faults are planted in a sentence that
was rephrased before.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpus import load
from index.sentences import split_sentences
from tests.bench.falsifying import FAULTS, find_names
from tests.bench.results import ROOT
from tests.bench.rewriting import FAITHFUL, Rule, Source, lower_first, may_follow

Half = Literal["tuning", "unseen"]
SEED = 2026
BLOCK = 40  # sentences of a corpus that count as a document
SHORTEST, LONGEST = 40, 350  # characters of a sentence that is rewritten
FAULTS_A_KIND = 250  # in a half
FAITHFUL_A_KIND = 150
SPANS = 3  # sentences of the document that the checker is given, at most


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence, what was done to it and what it is held against."""

    kind: str
    sentence: str
    spans: Sequence[str]
    context: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    sentences: Sequence[str]


def plant(shared: Path, half: Half) -> tuple[list[Planted], list[Planted]]:
    """With faults, and faithful."""
    chance = random.Random(f"{SEED} {half}")
    documents = [one for one in _documents(shared) if _half(one) == half]
    chance.shuffle(documents)
    names = sorted({name for one in documents for text in one.sentences for name in find_names(text)})
    sources = list(_sources(documents, names, chance))
    faults = [
        one for kind, rule in FAULTS.items() for one in _apply(kind, rule, sources, FAULTS_A_KIND, chance)
    ]
    faithful = [
        one for kind, rule in FAITHFUL.items() for one in _apply(kind, rule, sources, FAITHFUL_A_KIND, chance)
    ]
    return faults, faithful + list(_joined(documents))


def misplaced(faithful: Sequence[Planted]) -> list[Planted]:
    """Each faithful sentence with the spans and context of the next one: said of something else."""
    others = [*faithful[1:], faithful[0]]
    return [
        Planted("spans of another", one.sentence, other.spans, other.context)
        for one, other in zip(faithful, others, strict=True)
        if set(one.spans).isdisjoint(other.spans)
    ]


def humans(shared: Path, half: Half) -> list[Planted]:
    """What CLAPNQ's annotators wrote, by the sentence, beside the sentences that they chose."""
    found = []
    for line in (shared / "benchmarks/clapnq/tune_answerable.jsonl").read_text().splitlines():
        record = json.loads(line)
        (passage,) = record["passages"]
        if _half(Told(passage["title"], passage["sentences"])) != half:
            continue
        for answer in record["output"]:
            text = answer["answer"]
            found += [
                Planted("human", text[start:end], answer["selected_sentences"], [passage["title"]])
                for start, end in split_sentences(text)
            ]
    return found


def _half(document: Told) -> Half:
    digest = hashlib.sha256((document.title + document.sentences[0]).encode()).digest()
    return "tuning" if digest[0] % 2 else "unseen"


def _documents(shared: Path) -> Iterator[Told]:
    for path in [
        *sorted((ROOT / "corpus/documents").glob("*.md")),
        *sorted((shared / "seeds").glob("*.txt")),
    ]:
        document = load(path, path.name)
        yield Told(document.title, _split(document.text))
    for path in sorted((shared / "benchmarks/chunking").glob("*.md")):
        sentences = _split(path.read_text())
        for at in range(0, len(sentences), BLOCK):
            yield Told("", sentences[at : at + BLOCK])
    for path in sorted((shared / "benchmarks/clapnq").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            (passage,) = json.loads(line)["passages"]
            yield Told(passage["title"], passage["sentences"])
    seen = set()
    for line in (shared / "reader/answer_sentences.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["sentences"][0] not in seen:
            seen.add(record["sentences"][0])
            yield Told(record["title"], record["sentences"])


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _fits(sentence: str) -> bool:
    return SHORTEST <= len(sentence) <= LONGEST and sentence[0].isalpha() and sentence[-1] in ".!"


def _sources(documents: Sequence[Told], names: Sequence[str], chance: random.Random) -> Iterator[Source]:
    """Each sentence that fits, with up to two of its document, not necessarily its neighbours."""
    for document in documents:
        whole = [one for one in document.sentences if _fits(one)]
        for at, sentence in enumerate(whole):
            others = [one for one in whole[:at] + whole[at + 1 :] if one != sentence]
            beside = chance.sample(others, min(len(others), chance.randint(0, SPANS - 1)))
            yield Source(document.title, (sentence, *beside), chance.sample(names, min(3, len(names))))


def _apply(
    kind: str, rule: Rule, sources: Sequence[Source], wanted: int, chance: random.Random
) -> Iterator[Planted]:
    made = 0
    for source in chance.sample(sources, len(sources)):
        if made == wanted:
            return
        base = source
        if rule in FAULTS.values() and chance.random() < 0.5:
            first = chance.choice(list(FAITHFUL.values()))(source, chance)
            base = replace(source, spans=(first, *source.spans[1:])) if first else source
        sentence = rule(base, chance)
        if sentence and sentence != source.sentence and len(sentence) > SHORTEST // 2:
            made += 1
            yield Planted(kind, sentence, source.spans, (source.title,))


def _joined(documents: Sequence[Told]) -> Iterator[Planted]:
    """Two sentences of one span, joined by "and"."""
    made = Counter[str]()
    for document in documents:
        for one, other in zip(document.sentences, document.sentences[1:], strict=False):
            if (
                made["joined"] < FAITHFUL_A_KIND
                and _fits(one)
                and _fits(other)
                and may_follow(other)
                and len(one + other) < LONGEST
            ):
                made["joined"] += 1
                both = f"{one.rstrip('. ')} and {lower_first(other)}"
                yield Planted("joined", both, (f"{one} {other}",), (document.title,))
                break
