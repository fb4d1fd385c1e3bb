"""Public question sets as suites: their files become documents to index and cases to ask.

    clapnq        tune_answerable.jsonl, tune_unanswerable.jsonl: Rosenthal et al., "CLAPNQ", TACL 2025
    chunking      questions.csv and its corpora: Smith and Troynikov, "Evaluating chunking strategies", 2024
    beir-folder   corpus.jsonl, queries.jsonl, qrels/test.tsv: Thakur et al., "BEIR", NeurIPS 2021

In the first two an answer is right when it holds one of the passages that annotators chose. A BEIR folder
judges whole documents: there any answer is right, and retrieval, measured by passage, is what to look at; it
does not compare with published figures, which rank documents.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import SuiteError
from qa.evaluation.gold import Case, Evidence
from qa.evaluation.lines import lines_of

TODAY = "2026-11-22"  # of the adaptation: the sets carry no date of a case
QRELS = Path("qrels") / "test.tsv"


@dataclass(frozen=True, slots=True)
class Suite:
    """documents: text by file name, to be indexed. cases: given the texts as indexed, by file name."""

    documents: Mapping[str, str]
    cases: Callable[[Mapping[str, str]], list[Case]]


def read_suite(name: str, path: Path) -> Suite:
    """Raises SuiteError where the files are not there or hold something else."""
    if name not in SUITES:
        raise SuiteError(f"no suite {name}; there are: {', '.join(SUITES)}")
    try:
        return SUITES[name](path)
    except OSError as error:
        raise SuiteError(f"{path} is no {name} folder: {error.filename}: {error.strerror}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise SuiteError(f"{path} holds another kind of {name}: {type(error).__name__}: {error}") from error


def _clapnq(path: Path) -> Suite:
    halves = {half: list(_json_lines(path / f"tune_{half}.jsonl")) for half in ("answerable", "unanswerable")}
    rows = [(row, half == "answerable") for half, rows in halves.items() for row in rows]
    texts = {_file(row["id"]): _titled(row["passages"][0]) for row, _ in rows}
    chosen = {
        row["id"]: [one for output in row["output"] for one in output.get("selected_sentences") or ()]
        for row, _ in rows
    }

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            _case(
                row["id"],
                row["input"],
                _file(row["id"]),
                chosen[row["id"]],
                indexed,
                "CLAPNQ",
                answerable,
                tuple(output["answer"] for output in row["output"] if answerable),
            )
            for row, answerable in rows
        ]

    return Suite(texts, cases)


def _chunking(path: Path) -> Suite:
    with (path / "questions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    references = [[one["content"] for one in json.loads(row["references"])] for row in rows]
    corpora = sorted({row["corpus_id"] for row in rows})
    texts = {_file(corpus): (path / f"{corpus}.md").read_text(encoding="utf-8") for corpus in corpora}

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            _case(str(at), row["question"], _file(row["corpus_id"]), quotes, indexed, "chunking_evaluation")
            for at, (row, quotes) in enumerate(zip(rows, references, strict=True))
        ]

    return Suite(texts, cases)


def _beir(path: Path) -> Suite:
    texts = {_file(row["_id"]): _titled(row) for row in _json_lines(path / "corpus.jsonl")}
    asked = {str(row["_id"]): str(row["text"]) for row in _json_lines(path / "queries.jsonl")}
    judged: dict[str, list[str]] = {}
    with (path / QRELS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if int(row["score"]) > 0:
                judged.setdefault(row["query-id"], []).append(_file(row["corpus-id"]))

    def cases(indexed: Mapping[str, str]) -> list[Case]:
        return [
            Case(
                id=id,
                question=asked[id],
                kind="what",
                origin="BEIR",
                date=TODAY,
                evidence=tuple(Evidence(document=name, quote=indexed[name]) for name in names),
            )
            for id, names in judged.items()
        ]

    return Suite(texts, cases)


SUITES: dict[str, Callable[[Path], Suite]] = {"clapnq": _clapnq, "chunking": _chunking, "beir-folder": _beir}


def _case(
    id: str,
    question: str,
    name: str,
    chosen: Sequence[str],
    indexed: Mapping[str, str],
    origin: str,
    answerable: bool = True,
    references: tuple[str, ...] = (),
) -> Case:
    """One fact, of which each chosen passage of the document `name` is an alternative."""
    quotes = tuple(dict.fromkeys(as_it_stands(one, indexed[name]) for one in chosen))
    return Case(
        id=id,
        question=question,
        kind="what" if answerable else "unanswerable",
        origin=origin,
        date=TODAY,
        facts=(quotes,) if quotes else (),
        evidence=tuple(Evidence(document=name, quote=quote) for quote in quotes),
        references=references,
    )


def as_it_stands(quote: str, text: str) -> str:
    """The quote with the white space it has in `text`; as it is where it does not stand there."""
    found = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return found[0] if found else quote


def _titled(row: Mapping[str, Any]) -> str:
    return f"{row['title']}\n\n{row['text']}" if row.get("title") else str(row["text"])


def _file(id: object) -> str:
    """A file name for an id of any characters; two ids never share one."""
    return "".join(one if one.isalnum() and one.isascii() else f"_{ord(one):x}_" for one in str(id)) + ".txt"


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in lines_of(path):
        if line.strip():
            yield json.loads(line)
