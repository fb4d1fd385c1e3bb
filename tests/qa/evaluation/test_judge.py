"""Gold files are read strictly, and answers are judged by rules that can fail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import Assistant
from qa.errors import GoldError
from qa.evaluation.gold import Case, append_case, read_gold, read_lines, replace_lines
from qa.evaluation.judge import faults_of

CASE: dict[str, Any] = {
    "id": "parks",
    "question": "Which provinces planned industrial parks?",
    "kind": "list",
    "facts": [["Chongqing"], ["SHAANXI", "Xi'an"]],
    "origin": "test",
    "date": "2026-11-22",
}


def case(**changes: Any) -> Case:
    return Case.model_validate(CASE | changes)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_a_folder_of_gold_files_is_read_in_order(tmp_path: Path) -> None:
    written(tmp_path, json.dumps(CASE), "", json.dumps(CASE | {"id": "again"}))
    assert [one.id for one in read_gold(tmp_path)] == ["parks", "again"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["{"], r"gold\.jsonl:1: "),
        ([json.dumps(CASE | {"fact": []})], r"gold\.jsonl:1: fact: Extra inputs"),
        ([json.dumps(CASE | {"kind": "lost"})], r"gold\.jsonl:1: kind: "),
        ([json.dumps(CASE)] * 2, "ids used twice: parks"),
        ([], "holds no cases"),
    ],
)
def test_a_bad_gold_file_is_named_with_its_line(tmp_path: Path, lines: list[str], reason: str) -> None:
    with pytest.raises(GoldError, match=reason):
        read_gold(written(tmp_path, *lines))


def test_a_gold_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"none\.jsonl"):
        read_gold(tmp_path / "none.jsonl")


def test_a_gold_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"gold\.jsonl cannot be written: No such file"):
        append_case(case(), tmp_path / "none" / "gold.jsonl")


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, mark: str) -> None:
    file = tmp_path / "gold.jsonl"
    cases = [case(question=f"Who paid{mark}for it?"), case(id="again")]
    for one in cases:
        append_case(one, file)
    assert read_gold(file) == cases
    replace_lines(read_lines(file)[1:])
    assert read_gold(file) == cases


def test_a_gold_file_with_the_line_ends_of_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_bytes(b"".join(json.dumps(CASE | {"id": id}).encode() + b"\r\n" for id in "ab"))
    assert [one.id for one in read_gold(file)] == ["a", "b"]


def test_an_answer_with_all_facts_is_right(assistant: Assistant) -> None:
    assert list(faults_of(case(), assistant.ask(CASE["question"]))) == []


def test_each_fault_is_named(assistant: Assistant) -> None:
    answer = assistant.ask(CASE["question"])
    declined = assistant.ask("How do I bake bread?")
    assert list(faults_of(case(facts=[["Tibet", "Lhasa"]]), answer)) == ["lacks Tibet or Lhasa"]
    assert list(faults_of(case(forbidden=["hainan"]), answer)) == ["holds hainan"]
    assert list(faults_of(case(), declined)) == ["declined (not_answered)"]
    assert list(faults_of(case(kind="unanswerable", facts=[]), answer)) == [
        "answered, though the documents hold no answer"
    ]
    assert list(faults_of(case(kind="unanswerable", facts=[]), declined)) == []
    assert list(faults_of(case(values=["4", "5"]), answer)) == ["does not show that sources differ: 4, 5"]


def test_a_disagreement_is_right_when_its_values_are_shown(assistant: Assistant) -> None:
    answer = assistant.ask("How many provinces put blockchain into their 2020 work reports?")
    disagreeing = case(kind="disagreement", facts=[["22"], ["21"]], values=["22", "21"])
    assert list(faults_of(disagreeing, answer)) == []
    assert list(faults_of(disagreeing, replace(answer, disagreements=()))) == [
        "does not show that sources differ: 22, 21"
    ]
