"""A question in a conversation is understood with the turns before it, and only where it leans on them."""

import pytest

from qa import Turn
from qa.standalone import leans_back, list_items, replace_subject, stand_alone


def understood(question: str, *turns: str, known: bool = True) -> str:
    history = [Turn.user(text) if at % 2 == 0 else Turn.assistant(text) for at, text in enumerate(turns)]
    return stand_alone(question, history, lambda _: known).standalone


def test_a_name_takes_the_place_of_the_name_before() -> None:
    assert understood("And Qingdao?", "What subsidies does Guangzhou offer?", "Up to 10 million. [1]") == (
        "What subsidies does Qingdao offer?"
    )


def test_a_phrase_takes_the_place_of_the_one_that_ends_alike() -> None:
    before = "What is the most Guangzhou pays for a public chain?"
    assert understood("And for an alliance chain?", before, "10 million yuan. [1]") == (
        "What is the most Guangzhou pays for an alliance chain?"
    )


def test_the_second_one_is_the_second_item_of_the_answer() -> None:
    answer = "Chongqing, Shandong, Hainan and Shaanxi proposed parks. [1]"
    question = understood(
        "How many stations does the second one want?", "Which provinces planned parks?", answer
    )
    assert question == "How many stations does Shandong want (about provinces planned parks)?"


def test_a_pronoun_gets_the_topic_and_the_names_of_the_answer() -> None:
    question = understood("How much was that?", "Who won the tender in Beijing?", "Huawei won it. [1]")
    assert question == "How much was that (about won the tender in Beijing, Huawei)?"


def test_a_whole_question_after_and_loses_only_its_and() -> None:
    assert understood("And what did Gansu launch?", "Who is Luo Tao?", "An author. [1]") == (
        "what did Gansu launch?"
    )


def test_follow_ups_of_follow_ups_carry_on() -> None:
    turns = ("What did Hunan's report say?", "Much. [1]", "And Shanxi?", "More. [1]")
    assert understood("and Guangdong?", *turns) == "What did Guangdong's report say?"


@pytest.mark.parametrize(
    "question",
    [
        "Which provinces planned industrial parks?",
        "What did Zhejiang's report say?",
        "When did Huawei win the bid?",
        "How many provinces put blockchain into their 2020 work reports?",
    ],
)
def test_a_question_that_stands_alone_is_not_touched(question: str) -> None:
    assert understood(question, "Who is Luo Tao?", "An author. [1]") == question


def test_a_short_question_about_something_unknown_is_a_new_subject() -> None:
    assert understood("Why bake?", "Who is Luo Tao?", "An author. [1]", known=False) == "Why bake?"
    assert leans_back("When is the launch?", lambda _: True)


def test_the_first_question_of_a_conversation_leans_on_nothing() -> None:
    assert understood("And Qingdao?") == "And Qingdao?"


def test_nothing_is_replaced_where_nothing_fits() -> None:
    assert replace_subject("how do people pay", "Qingdao") is None
    assert replace_subject("What did Hunan say?", "the parks") is None


def test_items_come_from_bullets_or_from_a_series() -> None:
    assert list_items("They are:\n- Hebei\n- Inner Mongolia") == ["Hebei", "Inner Mongolia"]
    assert list_items("Tea, coffee and cocoa sell well.") == ["Tea", "coffee", "cocoa"]
    assert list_items("Nothing here") == []
