"""A question is asked with the names that the documents write; a name that they do not know stays."""

import pytest

from index import Index
from qa.spelling import nearest_name, respell, slips


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("What did Chonqing propose?", "What did Chongqing propose?"),
        ("What did Shan dong plan?", "What did Shandong plan?"),
        ("Guangzou's subsidy", "Guangzhou's subsidy"),
        ("what did heilongjang collect", "what did Heilongjiang collect"),
        ("what did hunan's report say", "what did Hunan's report say"),
        ("WHAT DID HUNAN SAY?", "what did Hunan say?"),
        ("When did the Politburo study it?", "When did the Political Bureau study it?"),
        ("What do Hainanese companies pay?", "What do Hainan companies pay?"),
        ("what share of R&D costs", "what share of research and development costs"),
        ("Wich fields does teh plan name?", "Which fields does the plan name?"),
        ("how mnay parks, and whos planning?", "how many parks, and who's planning?"),
    ],
)
def test_a_name_is_written_as_the_documents_write_it(shipped: Index, asked: str, understood: str) -> None:
    assert respell(asked, shipped) == understood


@pytest.mark.parametrize(
    "question",
    [
        "Shanxi or Shaanxi?",
        "What did Xinjiang's report say?",
        "What does Tibet plan?",
        "What did Henan say?",  # not Hunan
        "And Fuzhou?",  # not Suzhou
        "how do i bake bread",
        "What interest rate does Fusion Bank pay?",  # not Internet
        "Who was in charge of the second conference?",
        "what is AI",
        "Who grows wheat?",
        "",
    ],
)
def test_known_words_and_really_unknown_names_stay(shipped: Index, question: str) -> None:
    assert respell(question, shipped) == question


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("beijing", "beijing", 0),
        ("beijng", "beijing", 1),
        ("beiijing", "beijing", 1),
        ("biejing", "beijing", 1),
        ("beijibg", "beijing", 1),
        ("henan", "hunan", 3),
        ("petersen", "peterson", 3),
        ("", "abc", 3),
    ],
)
def test_slips_of_the_finger_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


def test_of_two_names_that_are_as_near_none_is_chosen() -> None:
    assert nearest_name("Guagxi", ["guangxi"]) == "guangxi"
    assert nearest_name("Mardin", ["martin", "marlin"]) is None
    assert nearest_name("Benin", ["berlin", "benina"]) is None
    assert nearest_name("Rome", ["roma"]) is None


@pytest.mark.parametrize(("asked", "known"), [("Australia", "austria"), ("Petersen", "peterson")])
def test_a_name_that_is_another_is_not_put_right(asked: str, known: str) -> None:
    assert nearest_name(asked, [known]) is None
