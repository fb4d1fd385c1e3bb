"""A question in parts: two asked in one breath, or one asked of names that are compared."""

from __future__ import annotations

import pytest

from qa import Assistant
from qa.parts import in_parts
from qa.question import analyse


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (
            "When was the pier built and who paid for it?",
            "When was the pier built?",
            "Who paid for it (about the pier built)?",
        ),
        ("what is a reef, and where does one grow", "what is a reef?", "Where does one grow"),
        ("Where did it start and when did Harvey end?", "Where did it start?", "When did Harvey end?"),
    ],
)
def test_questions_asked_in_one_breath_are_parts_that_are_answered_together(
    question: str, first: str, second: str
) -> None:
    asked = in_parts(analyse(question))
    assert asked.together
    assert [part.standalone for part in asked.parts] == [first, second]
    assert asked.understood == question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Is it higher in Hamar or in Vardo?",
            ["Is it higher in Hamar?", "Is it higher in Vardo?"],
        ),
        ("Is Disney+ or Netflix older?", ["Is Disney+ older?", "Is Netflix older?"]),
        (
            "How do Hamar's, Vardo's and Bergen's harbours differ?",
            [
                "How do Hamar's harbours differ?",
                "How do Vardo's harbours differ?",
                "How do Bergen's harbours differ?",
            ],
        ),
        (
            "Which port is larger, Hamar or the Port of Vardo?",
            ["Which port is larger, Hamar?", "Which port is larger, Port of Vardo?"],
        ),
    ],
)
def test_each_name_that_is_compared_is_asked_for_but_the_whole_comes_first(
    question: str, parts: list[str]
) -> None:
    asked = in_parts(analyse(question))
    assert [part.text for part in asked.parts] == parts
    assert not asked.together
    assert asked.understood == question


@pytest.mark.parametrize(
    "question",
    [
        "Who founded the colony and why?",
        "What do Hamar and Vardo build?",
        "Who are the mayors and the aldermen of Hamar?",
        "Boxers are ranked by weight and what else?",
        "Where and when was the virus first identified?",
        "",
    ],
)
def test_other_questions_have_no_parts(question: str) -> None:
    asked = analyse(question)
    assert in_parts(asked) == asked


def test_both_questions_are_answered_each_briefly(assistant: Assistant) -> None:
    answer = assistant.ask("Who is Lin Haifeng and what did he give up?")
    first, second = answer.sentences
    assert "vice president" in first.text
    assert "gave up" in second.text


def test_half_an_answer_to_two_questions_is_not_passed_off_as_a_whole(assistant: Assistant) -> None:
    assert assistant.ask("What did Hunan promise and what is the price of bitcoin?").abstained


def test_a_comparison_that_no_sentence_makes_is_answered_name_by_name(assistant: Assistant) -> None:
    answer = assistant.ask("Who counts more provinces, PANews or Luo Tao?")
    assert ["PANews" in answer.sentences[0].text, "Luo Tao" in answer.sentences[1].text] == [True, True]
    assert len(answer.sentences) == 2
