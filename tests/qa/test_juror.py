"""A second model between the sentences of the first and the reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from index import Index
from qa import Answer, AnswerSettings, Assistant
from qa.cli import run
from qa.evaluation.record import supported
from qa.scripted import ScriptedModel
from tests.conftest import ROOT
from tests.qa.openai_server import Reply, cutting, dripping, failing, garbage, saying, serving, silent

PARKS = "Which provinces planned industrial parks?"
FAITHFUL = (
    "The provinces that proposed industrial parks for blockchain are Chongqing, Shandong, Hainan and Shaanxi"
)
WRITER = ScriptedModel(script=lambda _: [f"{FAITHFUL} [1]."])


def judged(shipped: Index, verdict: Callable[[str], Iterable[str]], said: Sequence[str] = ()) -> Answer:
    writer = ScriptedModel(script=lambda _: said) if said else WRITER
    return Assistant(shipped, model=writer, judge=ScriptedModel(script=verdict)).ask(PARKS)


@pytest.mark.parametrize("verdict", ["yes", "Yes.", " YES\n", "**Yes**"])
def test_a_clear_yes_lets_a_sentence_through(shipped: Index, verdict: str) -> None:
    asked: list[str] = []

    def judge(prompt: str) -> list[str]:
        asked.append(prompt)
        return [verdict]

    answer = judged(shipped, judge)
    assert answer.sentences[0].text == f"{FAITHFUL}. [1]"
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.judge) == (1, "ScriptedModel")
    assert answer.citations[0].quote in asked[0]
    assert f"Sentence: {FAITHFUL}." in asked[0]


@pytest.mark.parametrize(
    "verdict", ["no", "Yes, but only in part", "yes and no", "maybe", "", "The quotes state this.", "是"]
)
def test_anything_else_replaces_it_by_its_quote(shipped: Index, verdict: str) -> None:
    answer, quoting = judged(shipped, lambda _: [verdict or " "]), Assistant(shipped).ask(PARKS)
    assert FAITHFUL not in answer.text
    assert answer.text == quoting.text
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.replaced) == (0, 1)
    assert all(map(supported, answer.sentences))


def test_the_quote_of_a_sentence_that_the_quotes_do_not_tell_is_its_own(shipped: Index) -> None:
    """Each time once, however often the model says it."""
    said = [f"{FAITHFUL}. ", f"In short, {FAITHFUL}. ", f"{FAITHFUL}, so they say."]
    answer = judged(shipped, lambda _: ["no"], said)
    assert {sentence.support for sentence in answer.sentences} == {"quoted"}
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences)


def test_what_the_rules_do_not_carry_is_not_put_to_the_judge(shipped: Index) -> None:
    def judge(_: str) -> list[str]:
        raise AssertionError

    answer = judged(shipped, judge, [f"{FAITHFUL.replace('Shaanxi', 'Shanxi')}."])
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.note) == (0, "")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (failing(401), "its judge: its server refused the key"),
        (failing(500), "its judge: its server failed (500)"),
        (silent, "its judge: it took too long"),
        (dripping, "its judge: it took too long"),
        (garbage, "its judge: it failed"),
        (cutting("yes"), "its judge: it failed"),
    ],
)
def test_a_judge_that_fails_lets_nothing_through_and_is_asked_once(
    shipped: Index, reply: Callable[[Reply], None], reason: str
) -> None:
    said = f"Hainan proposed the building of industrial parks for blockchain. {FAITHFUL}."
    writer = ScriptedModel(script=lambda _: [said])
    settings = AnswerSettings(timeout=2, retries=0)
    with serving(reply) as server:
        answer = Assistant(shipped, settings, model=writer, judge=server.address).ask(PARKS)
        assert len(server.requests) == 1
    assert {sentence.support for sentence in answer.sentences} == {"quoted"}
    assert answer.generation is not None
    assert reason in answer.generation.note


def test_a_judge_at_a_url_is_asked_and_named(shipped: Index) -> None:
    settings = AnswerSettings(timeout=20, retries=0)
    with serving(saying("Y", "es")) as server:
        settings = settings.model_copy(update={"judge": server.address})
        answer = Assistant(shipped, settings, model=WRITER).ask(PARKS)
        assert "Do these quotes state this sentence" in server.requests[0]["messages"][0]["content"]
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.judge) == (1, "tested at 127.0.0.1")


def test_what_judging_costs_is_counted_and_limited(shipped: Index) -> None:
    judge = ScriptedModel(script=lambda _: ["yes"])
    settings = AnswerSettings(prompt_tokens=600, answer_tokens=50)
    plain = Assistant(shipped, settings, model=WRITER).ask(PARKS).generation
    both = Assistant(shipped, settings, model=WRITER, judge=judge).ask(PARKS).generation
    assert plain is not None
    assert both is not None
    assert both.tokens > plain.tokens + 80
    tight = settings.model_copy(update={"total_tokens": plain.tokens + 60})
    spent = Assistant(shipped, tight, model=WRITER, judge=judge).ask(PARKS).generation
    assert spent is not None
    assert spent.released == 0
    assert "its judge: the limit of" in spent.note


def test_the_command_line_names_a_judge_for_answers_and_for_evaluations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {"id": "parks", "question": PARKS, "kind": "list", "origin": "test", "date": "2026-11-22"}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({**case, "facts": [["Shaanxi"]]}))
    index = ["--index", str(tmp_path / "index")]
    assert run(["sync", str(ROOT / "corpus/documents"), *index]) == 0
    with serving(saying(f"{FAITHFUL}.")) as writer, serving(saying("yes"), saying("no")) as judge:
        models = ["--judge", judge.address, *index]
        assert run(["ask", PARKS, "--model", writer.address, *models]) == 0
        assert FAITHFUL in capsys.readouterr().out
        runs = ["--runs", str(tmp_path / "runs")]
        assert run(["eval", str(gold), "--engine", writer.address, *models, *runs]) == 0
        assert len(judge.requests) == 2
    (asked,) = (tmp_path / "runs").glob("*/questions.jsonl")
    assert FAITHFUL not in asked.read_text()
    assert judge.address in (asked.parent / "run.json").read_text()
