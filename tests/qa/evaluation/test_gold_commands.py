"""qa gold, as a person meets it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qa.cli import run
from qa.evaluation.gold import read_gold, schema
from tests.conftest import ROOT
from tests.qa.evaluation.conftest import PARKS

QUOTE = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
FUND = "The fund of Kunming holds 10 million yuan."
ASKED = "Which provinces planned parks?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    (folder / "docs").mkdir()
    (folder / "docs" / "parks.md").write_text(f"# Parks\n\n{QUOTE} {FUND}\n")
    assert run(["sync", str(folder / "docs"), "--index", str(folder / "index")]) == 0
    return folder / "index"


@pytest.fixture(autouse=True)
def in_folder(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_INDEX", str(indexed))
    monkeypatch.chdir(tmp_path)


def gold(*cases: dict[str, Any]) -> str:
    Path("gold.jsonl").write_text("".join(f"{json.dumps(case)}\n" for case in cases))
    return "gold.jsonl"


def parks(quote: str, **changes: Any) -> dict[str, Any]:
    return PARKS | {"evidence": [{"document": "parks.md", "quote": quote}]} | changes


def test_lint_names_faults_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gold", "lint", gold(parks(QUOTE))]) == 0
    assert capsys.readouterr().out == "1 cases, no fault found\n"
    assert run(["gold", "lint", gold(parks(QUOTE, facts=[["Tibet"]]))]) == 1
    assert capsys.readouterr().out == "parks: no quote holds Tibet\n"


def test_fix_rewrites_the_lines_that_it_mends_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    name = gold(parks(QUOTE, id="sound"), parks(QUOTE.replace("planned", "built"), question="Who?"))
    before = Path(name).read_text().splitlines()
    assert run(["gold", "lint", name, "--fix"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("2 cases, no fault found\n", "1 cases mended\n")
    after = Path(name).read_text().splitlines()
    assert after[0] == before[0]
    assert json.loads(after[1]) == json.loads(before[1]) | {
        "evidence": [{"document": "parks.md", "quote": QUOTE}]
    }


def test_add_keeps_the_question_with_what_the_answer_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gold", "add", ASKED, "--kind", "list", "--fact", "Hainan", "--fact", "Xi'an|Shaanxi"]) == 0
    assert capsys.readouterr().out.endswith("which-provinces-planned-parks added to gold.jsonl\n")
    (case,) = read_gold(Path("gold.jsonl"))
    assert case.facts == (("Hainan",), ("Xi'an", "Shaanxi"))
    assert [(one.document, one.quote) for one in case.evidence] == [("docs/parks.md", QUOTE)]
    assert run(["gold", "lint", "gold.jsonl"]) == 0
    assert run(["eval", "gold.jsonl"]) == 0


def test_add_keeps_a_question_without_an_answer() -> None:
    assert run(["gold", "add", "How do I bake bread?", "--kind", "unanswerable", "--id", "bread"]) == 0
    (case,) = read_gold(Path("gold.jsonl"))
    assert (case.id, case.answerable, case.evidence) == ("bread", False, ())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--kind", "list"], "not added: has an answer, but no facts"),
        (["--kind", "list", "--fact", "Tibet"], "not added: no quote holds Tibet"),
        (["--kind", "lsit", "--fact", "Hainan"], "--kind lsit: Input should be 'list', 'number'"),
    ],
)
def test_add_refuses_a_case_that_lint_would_name(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gold", "add", ASKED, *arguments]) == 1
    assert reason in capsys.readouterr().err
    assert not Path("gold.jsonl").exists()


def test_add_does_not_use_an_id_twice(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["gold", "add", ASKED, "--kind", "list", "--fact", "Hainan", "--id", "parks"]
    assert run(arguments) == 0
    assert run(arguments) == 1
    assert "gold.jsonl has a case parks: give another with --id" in capsys.readouterr().err
    assert len(read_gold(Path("gold.jsonl"))) == 1


def test_add_keeps_the_turns_before_a_follow_up(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["gold", "add", "And Hainan?", "--kind", "follow-up", "--fact", "Hainan", "--after", ASKED]
    assert run(arguments) == 0
    assert QUOTE in capsys.readouterr().out
    (case,) = read_gold(Path("gold.jsonl"))
    assert [(turn.role, turn.text) for turn in case.turns] == [("user", ASKED), ("assistant", f"{QUOTE} [1]")]
    assert case.conversation == ASKED.casefold()


def test_suggest_keeps_what_gets_a_question_and_drops_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\nHow much is in the fund of Kunming?\n"))
    assert run(["gold", "suggest"]) == 0
    out = capsys.readouterr().out
    assert "docs/parks.md (number: 10 million)\n  The fund of Kunming holds ___ yuan.\n" in out
    assert out.endswith("1 cases added to gold.jsonl\n")
    (case,) = read_gold(Path("gold.jsonl"))
    assert (case.kind, case.facts, case.evidence[0].quote) == ("number", (("10 million",),), FUND)
    assert run(["gold", "suggest", "--json"]) == 0
    assert [one["quote"] for one in json.loads(capsys.readouterr().out)] == [QUOTE]


def test_the_published_schema_is_that_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gold", "schema"]) == 0
    published = (ROOT / "corpus/gold/schema.json").read_text(encoding="utf-8")
    assert capsys.readouterr().out == published


def test_the_shipped_set_keeps_the_published_schema_and_a_mistake_does_not() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    lines = (ROOT / "corpus/gold/blockchain.jsonl").read_text(encoding="utf-8").splitlines()
    assert [list(validator.iter_errors(json.loads(line))) for line in lines] == [[]] * len(lines)
    mistakes: list[dict[str, Any]] = [{"fact": []}, {"kind": "lost"}, {"facts": ["Hainan"]}]
    for mistake in mistakes:
        assert list(validator.iter_errors(PARKS | mistake))
