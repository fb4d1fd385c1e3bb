"""The steps of an answer, as whoever listens hears of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Index
from index.errors import BadQuestion
from index.observe import listening
from qa import Assistant
from qa.web.openers import worth_asking
from tests.index.test_observe import Ear
from tests.qa.openai_server import failing, saying, serving

PARKS = "Which provinces planned industrial parks?"


def test_each_step_of_an_answer_is_told_with_counts_and_no_words(assistant: Assistant) -> None:
    ear = Ear()
    with listening(ear):
        answer = assistant.ask(PARKS)

    *steps, whole = ear.heard
    assert [step.name for step in steps] == ["understand", "retrieve", "rank", "choose", "cite"]
    assert {step.inside for step in steps} == {"question"}
    assert steps[1].values == {"passages": len(answer.passages)}
    assert steps[4].values == {"sentences": len(answer.sentences)}
    assert (whole.name, whole.outcome, whole.texts) == ("question", "answered", {"question": PARKS})
    assert whole.values["engine"] == "quotes only"
    assert 0 < float(whole.values["first_sentence"]) <= whole.seconds
    told = " ".join(str(value) for step in ear.heard for value in step.values.values())
    assert "provinces" not in told


def test_a_declined_question_has_no_first_sentence_and_a_bad_one_failed(assistant: Assistant) -> None:
    ear = Ear()
    with listening(ear):
        assistant.ask("Who won the 2022 World Cup in Zanzibar?")
        with pytest.raises(BadQuestion):
            assistant.ask(" ")

    declined, failed = (step for step in ear.heard if step.name == "question")
    assert (declined.outcome, declined.values["refusal"]) == ("declined", "unknown_name")
    assert "first_sentence" not in declined.values
    assert (failed.outcome, failed.fault) == ("failed", "BadQuestion")


def test_what_a_model_was_sent_and_said_is_counted(shipped: Index) -> None:
    ear = Ear()
    with serving(saying("The moon is made of green cheese. [1]")) as server, listening(ear):
        answer = Assistant(shipped, model=server.address).ask(PARKS)

    assert answer.generation is not None
    model = next(step for step in ear.heard if step.name == "model")
    tokens = int(model.values["sent"]) + int(model.values["received"])
    assert (model.inside, model.values["model"]) == ("question", "tested at 127.0.0.1")
    assert tokens == answer.generation.tokens > 0
    assert ear.heard[-1].values["dropped"] == answer.generation.dropped == 1


def test_a_model_that_fails_is_told_while_the_question_is_answered(shipped: Index) -> None:
    ear = Ear()
    with serving(failing(500)) as server, listening(ear):
        Assistant(shipped, model=server.address).ask(PARKS)

    assert next(step for step in ear.heard if step.name == "model").fault == "ModelFailed"
    assert ear.heard[-1].outcome == "answered"


def test_questions_that_nobody_asked_are_known_by_what_they_are_inside(assistant: Assistant) -> None:
    ear = Ear()
    with listening(ear):
        worth_asking(assistant, assistant.index.documents()[:1], 1, lambda: False)

    assert {step.inside for step in ear.heard if step.name == "question"} == {"openers"}


def test_a_sync_is_told_with_what_it_did(tmp_path: Path, shipped: Index) -> None:
    (tmp_path / "tea.txt").write_text("Green tea is steamed soon after picking.\n")
    (tmp_path / "empty.txt").write_text("")
    ear = Ear()
    with listening(ear), Index.open(tmp_path / ".index", shipped.settings) as index:
        index.sync([tmp_path])
        assert index.size == (1, 1)

    (sync,) = ear.heard
    assert sync.values == {"added": 1, "changed": 0, "removed": 0, "unreadable": 1}
    assert sync.outcome == "done"
