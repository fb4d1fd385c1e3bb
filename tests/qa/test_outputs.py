"""What the commands print for programs: as their schemas say, by the line where questions come so."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qa.cli import run
from qa.outputs import outputs
from tests.conftest import ROOT

PARKS = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
ASKED = "Which provinces planned parks?"
BREAD = "How do I bake bread?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An index over an article with front matter, a heading and furniture, and over a file that is broken."""
    folder = tmp_path_factory.mktemp("outputs")
    docs = folder / "docs"
    docs.mkdir()
    article = f"---\npublisher: PANews\ndate: 2020-03\n---\n# Parks\n\n{PARKS}\nWas this article helpful?\n"
    (docs / "parks.md").write_text(article)
    (docs / "empty.md").write_text("")
    assert run(["sync", str(docs), "--index", str(folder / "index")]) == 0
    return str(folder / "index")


def schema(command: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert run(["schema", *command.split()]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"qa {command} --json"
    return schema


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask", ASKED], 0),
        (["ask", BREAD, "--jsonl"], 3),
        (["search", ASKED], 0),
        (["search", ASKED, "--where", "publisher=Nobody"], 3),
        (["search", ASKED, "--why", "parks.md"], 0),
        (["show"], 0),
        (["show", "parks.md"], 0),
        (["show", "parks.md:0-9"], 0),
        (["show", "parks.md", "--removed"], 0),
        (["doctor"], 0),
        (["sync"], 0),
    ],
)
def test_what_is_printed_is_as_its_schema_says(
    arguments: list[str], code: int, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run([*arguments, "--json", "--index", index]) == code
    printed = json.loads(capsys.readouterr().out)
    described = schema(arguments[0], capsys)
    jsonschema.validate(printed, described)
    for spoilt in spoils(printed):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, described)


def test_what_evaluation_prints_is_as_its_schemas_say(
    index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = [{"document": "parks.md", "quote": PARKS}, {"document": "parks.md", "quote": "Not there."}]
    case = {"kind": "list", "facts": [["Hainan"]], "evidence": evidence, "origin": "a test"}
    asked = [f"{ASKED[:-1]}{ending}" for ending in ("?", " here?", " there?", " so far?", " at last?")]
    cases = [case | {"id": f"p{n}", "question": one, "date": "2026-11-22"} for n, one in enumerate(asked)]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(f"{json.dumps(one)}\n" for one in cases))
    at = ["--index", index]
    runs = ["--runs", str(tmp_path / "runs")]
    sizes = ["--chunk-tokens", "120", "--passages", "5", "--neighbours", "0.25"]
    for command, arguments, code in (
        ("eval run", [str(gold), *runs, *at], 0),
        ("gold lint", [str(gold), *at], 1),
        ("gold suggest", ["--gold", str(tmp_path / "none.jsonl"), *at], 0),
        ("tune", [str(gold), *sizes, *at], 0),
    ):
        capsys.readouterr()
        assert run([*command.split(), *arguments, "--json"]) == code, capsys.readouterr().err
        printed = json.loads(capsys.readouterr().out)
        described = schema(command, capsys)
        jsonschema.validate(printed, described)
        for spoilt in spoils(printed):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(spoilt, described)
    (kept,) = (tmp_path / "runs").iterdir()
    assert run(["eval", "compare", str(kept), str(kept), "--json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), schema("eval compare", capsys))


def spoils(printed: Any) -> list[Any]:
    """The same with a field more, and with one less, where there is an object to spoil."""
    if isinstance(printed, dict):
        return [{**printed, "more": 1}, dict(list(printed.items())[1:])]
    return [[one, *printed[1:]] for first in printed[:1] for one in spoils(first)]


def test_what_programs_rely_on_keeps_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    required = {command: schema(command, capsys).get("required") for command in outputs()}
    assert required["chat"] == [
        *("question", "standalone", "text", "sentences", "citations", "disagreements", "confidence"),
        *("abstained", "refusal", "missing", "passages", "generation"),
    ]
    assert required["sync"] == ["added", "changed", "renamed", "removed", "unchanged", "failed"]
    assert required["fetch"] == ["added", "changed", "unchanged", "removed", "failed", "left_out"]
    parts = schema("ask", capsys)["$defs"]
    assert parts["Citation"]["required"] == [
        *("number", "document_id", "source", "title", "start", "end", "quote", "page", "metadata"),
    ]
    assert parts["Failed"]["required"] == ["question", "error"]


LONG = f"long {'x' * 10_000}"


@pytest.mark.parametrize(
    ("questions", "code", "answered"),
    [
        ([ASKED, "", ASKED], 0, [True, True]),
        ([ASKED, BREAD], 3, [True, False]),
        ([BREAD, LONG, ASKED], 1, [False, None, True]),
        ([], 0, []),
    ],
)
def test_a_batch_gives_a_line_a_question_in_order_and_goes_on_after_a_bad_one(
    questions: list[str],
    code: int,
    answered: list[bool | None],
    index: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{question}\n" for question in questions)))
    assert run(["ask", "--batch", "--jsonl", "--index", index]) == code
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    described = schema("ask", capsys)
    for line in lines:
        jsonschema.validate(line, described)
    assert [line["question"] for line in lines] == [question for question in questions if question]
    assert [None if "error" in line else not line["abstained"] for line in lines] == answered
    assert err == ""


def test_a_batch_for_people_tells_of_a_bad_question_on_stderr(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{LONG}\n{ASKED}\n"))
    assert run(["ask", "--batch", "--index", index]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("Parks were planned by Chongqing")
    assert err.startswith("qa: the question has 10,005 characters")
    assert err.count("\n") == 1


def test_each_answer_of_a_batch_is_there_before_the_next_question(index: str) -> None:
    command = [sys.executable, "-m", "qa", "ask", "--batch", "--jsonl", "--index", index]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdin is not None
        assert asking.stdout is not None
        for question, abstained in ((ASKED, False), (BREAD, True)):
            asking.stdin.write(f"{question}\n")
            asking.stdin.flush()
            assert json.loads(asking.stdout.readline())["abstained"] is abstained
        asking.stdin.close()
        assert asking.wait(timeout=60) == 3
