"""`qa show` prints what offsets refer to and what was cut, `qa doctor` that nothing is at fault."""

import json
from pathlib import Path

import pytest

from qa.cli import run
from tests.qa.cli.commands import BODY, PARKS, assert_one_line

pytestmark = pytest.mark.usefixtures("in_index")


def test_show_prints_the_text_that_offsets_refer_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "parks.md"]) == 0
    text = capsys.readouterr().out.removesuffix("\n")
    assert PARKS in text
    assert run(["show", "docs/parks.md", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["text"], shown["metadata"]["publisher"]) == (text, "PANews")


def test_show_without_a_name_lists_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "--json"]) == 0
    sources = [one["source"] for one in json.loads(capsys.readouterr().out)]
    assert run(["show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == sources != []


def test_show_removed_names_the_rule_that_cut(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    article = tmp_path / "article.md"
    article.write_text(f"{BODY}\nWas this article helpful?\n\n93 out of 132 found this helpful\n")
    index = str(tmp_path / "index")
    assert run(["sync", str(article), "--index", index]) == 0
    capsys.readouterr()
    assert run(["show", "article.md", "--removed", "--index", index]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "Was this article helpful?",
        "93 out of 132 found this helpful",
    ]


@pytest.mark.parametrize("part", ["9-3", "3-3", "0-99999"])
def test_show_refuses_a_part_that_is_not_there(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", f"docs/parks.md:{part}"]) == 1
    assert_one_line(capsys, f"{part} is not within the 0-", "of docs/parks.md")


def test_doctor_finds_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    assert capsys.readouterr().out == "2 documents, no fault found\n"
    assert run(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
