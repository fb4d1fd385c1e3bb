"""A language that the documents do not speak is named, and only that."""

import pytest

from qa import Assistant
from qa.language import foreign_language
from qa.question import find_names

CHINESE = "哪些省份计划建设工业园区？"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        (CHINESE, "Chinese"),
        ("パークはどこですか", "Japanese"),
        ("Сколько провинций?", "Cyrillic letters"),
        ("Welche Provinzen planten Parks?", "German"),
        ("Combien de provinces ?", "French"),
        ("Which provinces planned parks?", None),
        ("???", None),
    ],
)
def test_a_script_or_a_question_word_tells_the_language(question: str, language: str | None) -> None:
    assert foreign_language(question, lambda _: False) == language


def test_documents_that_hold_its_words_speak_the_language() -> None:
    assert foreign_language(CHINESE, lambda _: True) is None


def test_capitals_tell_no_names_in_another_language() -> None:
    assert find_names("Welche Provinzen planten Industrieparks?") == ()
    assert find_names("Pourquoi Hunan ?") == ()


def test_a_chinese_question_over_english_documents_is_declined_with_the_reason(assistant: Assistant) -> None:
    answer = assistant.ask(CHINESE)
    assert answer.refusal == "other_language"
    assert answer.text == (
        "The documents do not answer this: they are not in the language of the question (Chinese)."
    )


def test_thanks_are_no_question(assistant: Assistant) -> None:
    answer = assistant.ask("Great, thanks!")
    assert answer.refusal == "nothing_asked"
    assert answer.passages == ()
    assert (
        answer.text
        == "Ask whatever the documents may hold: what they say is quoted, each sentence with its source."
    )
