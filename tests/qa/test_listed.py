"""Places in a list are found in the words of a question, and filled from an answer."""

import pytest

from qa.listed import Place, find_place, list_items

FOUR = ["Beijing", "Gansu", "Inner Mongolia", "Hunan"]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("What did the second one say?", "Gansu"),
        ("and the last?", "Hunan"),
        ("what does the third get", "Inner Mongolia"),
        ("What do those four have in common?", "Beijing, Gansu, Inner Mongolia and Hunan"),
    ],
)
def test_a_place_names_its_item(question: str, meant: str) -> None:
    place = find_place(question)
    assert place is not None
    assert place.among(FOUR) == meant


@pytest.mark.parametrize(
    "question",
    ["What happened in the last year?", "the first time", "Are those four provinces rich?", "and Hunan?"],
)
def test_other_words_name_no_place(question: str) -> None:
    assert find_place(question) is None


def test_the_former_is_one_of_just_two() -> None:
    place = find_place("How much does the former pay?")
    assert place == Place(14, 24, at=0, of=2)
    assert place.among(["Guangzhou", "Qingdao"]) == "Guangzhou"
    assert place.among(FOUR) is None


def test_a_list_without_such_a_place_has_none() -> None:
    assert Place(0, 0, at=4).among(FOUR) is None
    assert Place(0, 0, at=0).among(["Beijing"]) is None


def test_items_come_from_bullets_or_from_a_series() -> None:
    assert list_items("They are:\n- Hebei\n- Inner Mongolia") == ["Hebei", "Inner Mongolia"]
    assert list_items("Tea, coffee and cocoa sell well.") == ["Tea", "coffee", "cocoa"]
    assert list_items("It is led by Shenzhen, with Nanjing, Suzhou and the cities around.") == []
    assert list_items("The meeting, called Debconf, took place in Oslo.") == []
    assert list_items("Nothing here") == []
