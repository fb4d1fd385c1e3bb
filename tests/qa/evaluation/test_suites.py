"""Public sets become documents and cases, whatever their files look like."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from qa.cli import run
from qa.errors import SuiteError
from qa.evaluation.run import Run
from qa.evaluation.suites import as_it_stands, read_suite
from tests.conftest import ROOT

BENCHMARKS = Path(os.environ.get("QA_BENCHMARKS", ROOT / "../shared/benchmarks"))
SIRENS = "Delmar is convinced the women were Sirens ."
RIVER = "Near a river , the group hears singing ."
PARKS = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."


def json_lines(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def row(id: str, question: str, *chosen: str) -> dict[str, Any]:
    passage = {"title": "O Brother", "text": f"{RIVER} {SIRENS}"}
    return {
        "id": id,
        "input": question,
        "passages": [passage],
        "output": [{"answer": "In short, " + " ".join(chosen), "selected_sentences": list(chosen)}],
    }


@pytest.fixture
def clapnq(tmp_path: Path) -> Path:
    json_lines(tmp_path / "tune_answerable.jsonl", row("1", "who are the sirens", SIRENS, RIVER, SIRENS))
    json_lines(tmp_path / "tune_unanswerable.jsonl", row("-2", "who paid for the film"))
    return tmp_path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    json_lines(
        tmp_path / "corpus.jsonl",
        {"_id": "d/1", "title": "Parks", "text": PARKS},
        {"_id": "d_1", "title": "", "text": "Kunming pays for tea."},
    )
    json_lines(
        tmp_path / "queries.jsonl", {"_id": "q1", "text": "Who planned parks?"}, {"_id": "q2", "text": "?"}
    )
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td/1\t1\nq1\td_1\t0\n")
    return tmp_path


def test_clapnq_asks_both_halves_and_wants_any_sentence_that_annotators_chose(clapnq: Path) -> None:
    suite = read_suite("clapnq", clapnq)
    assert list(suite.documents.values()) == [f"O Brother\n\n{RIVER} {SIRENS}"] * 2
    first, second = suite.cases(suite.documents)
    assert (first.question, first.facts) == ("who are the sirens", ((SIRENS, RIVER),))
    assert [one.quote for one in first.evidence] == [SIRENS, RIVER]
    assert first.references == (f"In short, {SIRENS} {RIVER} {SIRENS}",)
    assert (second.id, second.answerable, second.facts, second.references) == ("-2", False, (), ())


def test_chunking_finds_its_references_in_the_text_as_indexed(tmp_path: Path) -> None:
    (tmp_path / "speech.md").write_text(f"Parks.\n\n{PARKS}")
    with (tmp_path / "questions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "references", "corpus_id"])
        references = [{"content": "Parks.\nParks were planned", "start_index": 0, "end_index": 27}]
        writer.writerow(["Who planned?", json.dumps(references), "speech"])
    suite = read_suite("chunking", tmp_path)
    (case,) = suite.cases(suite.documents)
    assert case.evidence[0].quote == "Parks.\n\nParks were planned"
    assert list(suite.documents) == ["speech.txt"]


def test_a_beir_folder_wants_the_documents_that_are_judged_relevant(beir: Path) -> None:
    suite = read_suite("beir-folder", beir)
    assert len(suite.documents) == 2  # "d/1" and "d_1" are two files
    (case,) = suite.cases(suite.documents)
    assert (case.id, [one.quote for one in case.evidence]) == ("q1", [f"Parks\n\n{PARKS}"])


def test_a_beir_folder_is_run_from_the_command_line(
    beir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(beir)
    assert run(["eval", "--suite", "beir-folder", ".", "--json"]) == 0
    made = Run.read(Path(json.loads(capsys.readouterr().out)["run"]))
    (asked,) = made.asked
    assert asked.values["retrieval_recall"] == asked.values["retrieval_ndcg"] == 1
    assert asked.values["evidence_stands"] == 1


def test_what_a_suite_no_longer_holds_is_not_measured(
    beir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(beir)
    indexed = []
    for _ in range(2):
        assert run(["eval", "--suite", "beir-folder", ".", "--json"]) == 0
        made = Run.read(Path(json.loads(capsys.readouterr().out)["run"]))
        indexed.append({name.split("/")[-1] for name in made.summary.conditions.documents})
        json_lines(beir / "corpus.jsonl", {"_id": "d/1", "title": "Parks", "text": PARKS})
    assert indexed == [{"d_2f_1.txt", "d_5f_1.txt"}, {"d_2f_1.txt"}]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("clapnqq", "no suite clapnqq; there are: clapnq, chunking, beir-folder"),
        ("clapnq", r"is no clapnq folder: .*tune_answerable\.jsonl: No such file"),
        ("beir-folder", r"is no beir-folder folder: .*corpus\.jsonl"),
    ],
)
def test_a_suite_that_is_not_there_is_named(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=reason):
        read_suite(name, tmp_path)


def test_a_suite_of_another_shape_is_named(tmp_path: Path) -> None:
    for half in ("answerable", "unanswerable"):
        json_lines(tmp_path / f"tune_{half}.jsonl", {"question": "who"})
    with pytest.raises(SuiteError, match="holds another kind of clapnq: KeyError: 'id'"):
        read_suite("clapnq", tmp_path)


def test_a_quote_takes_the_white_space_of_its_text() -> None:
    assert as_it_stands("a b\nc", "x a  b c y") == "a  b c"
    assert as_it_stands("a b", "x") == "a b"


@pytest.mark.parametrize(("name", "questions", "unanswerable"), [("clapnq", 275, 132), ("chunking", 472, 0)])
def test_the_public_sets_are_read_whole(name: str, questions: int, unanswerable: int) -> None:
    if not (BENCHMARKS / name).is_dir():
        pytest.skip(f"no {name} in {BENCHMARKS}: set QA_BENCHMARKS to its folder")
    suite = read_suite(name, BENCHMARKS / name)
    cases = suite.cases(suite.documents)
    assert (len(cases), sum(not case.answerable for case in cases)) == (questions, unanswerable)
    assert len({case.id for case in cases}) == questions
    quotes = [(one.document, one.quote) for case in cases for one in case.evidence]
    assert sum(quote in suite.documents[file] for file, quote in quotes) > 0.98 * len(quotes)
