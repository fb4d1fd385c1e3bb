"""`qa ask` and `qa chat` quote with the source, decline with exit code 3, and keep the conversation."""

import io
import json
import sys
from pathlib import Path

import pytest

from qa.cli import run
from tests.qa.cli.commands import ASKED, PARKS

pytestmark = pytest.mark.usefixtures("in_index")


def test_ask_quotes_and_names_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", ASKED]) == 0
    out, err = capsys.readouterr()
    assert PARKS.rstrip(".") in out
    assert "[1] Parks (docs/parks.md:" in out
    assert err == ""


def test_ask_as_json_gives_exact_citations(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", ASKED, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["abstained"] is False
    for citation in answer["citations"]:
        assert run(["show", f"{citation['source']}:{citation['start']}-{citation['end']}"]) == 0
        assert capsys.readouterr().out == f"{citation['quote']}\n"


def test_ask_declines_with_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "How do I bake bread?"]) == 3
    assert "[1]" not in capsys.readouterr().out
    assert run(["ask", "How do I bake bread?", "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["abstained"] is True
    assert answer["citations"] == []


def test_a_threshold_from_the_settings_declines_what_was_answered(capsys: pytest.CaptureFixture[str]) -> None:
    Path("qa.toml").write_text("[answer]\nthreshold = 1.0\n")
    assert run(["ask", ASKED]) == 3
    assert PARKS not in capsys.readouterr().out.split("\n\n")[0]


def test_chat_answers_line_by_line_and_goes_on_after_a_bad_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = f"{ASKED}\n\n{'long ' * 20_000}\nHow do I bake bread?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
    assert run(["chat", "--json"]) == 0
    out, err = capsys.readouterr()
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["abstained"] for answer in answers] == [False, True]
    assert err.startswith("qa: the question has ")
    assert err.count("\n") == 1


def test_a_byte_order_mark_is_no_part_of_the_first_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\ufeff{ASKED}\n"))
    assert run(["chat", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == ASKED


def test_a_question_that_is_understood_in_other_words_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(["ask", "What did Chonqing propose?"])
    assert capsys.readouterr().out.startswith("Understood as: What did Chongqing propose?\n\n")
    run(["ask", "what did Chongqing propose"])
    assert not capsys.readouterr().out.startswith("Understood as")


def test_chat_keeps_the_conversation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = "What did Guangxi name in its report of 2020?\nAnd Chongqing?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
    assert run(["chat", "--json"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["standalone"] == first["question"]
    assert second["question"] == "And Chongqing?"
    assert second["standalone"] != second["question"]
