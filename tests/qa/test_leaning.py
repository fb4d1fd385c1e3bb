"""What a turn needs of the turns before is told by its words."""

import pytest

from index import Index
from qa.leaning import find_fragment, leans_back, without_link


def test_what_comes_before_the_question_is_taken_off() -> None:
    assert without_link("And what did Gansu launch?") == "what did Gansu launch?"
    assert without_link("no i meant what did Gansu launch?") == "what did Gansu launch?"
    assert without_link("And Gansu?") == "And Gansu?"


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("And Qingdao?", ("", "Qingdao")),
        ("what about Inner Mongolia", ("", "Inner Mongolia")),
        ("and for 50 nodes?", ("for", "50 nodes")),
        ("in 2019?", ("in", "2019")),
        ("only the pilots", ("", "the pilots")),
        ("Qingdao?", ("", "Qingdao")),
        ("no, I meant Qingdao", ("", "Qingdao")),
        ("sorry, i mean in 2019", ("in", "2019")),
        ("price of the tender", None),
        ("And what did Gansu launch?", None),
        ("and?", None),
    ],
)
def test_a_turn_that_is_no_sentence_has_a_new_subject(text: str, fragment: tuple[str, str] | None) -> None:
    assert find_fragment(text) == fragment


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("how much was that?", True),
        ("who said so?", True),
        ("what budget did it set?", True),
        ("what set them off?", True),
        ("What is changed in it then?", True),
        ("When is the official launch?", True),
        ("why?", True),
        ("what else?", True),
        ("since when?", True),
        ("Since when does Jilin plan parks?", False),
        ("Which provinces say they plan parks?", False),
        ("What does Jilin say it wants?", False),
        ("Is there a park?", False),
        ("What cards did she design for the Society of Christian Knowledge in Beijing?", False),
    ],
)
def test_a_question_leans_on_what_it_points_to(shipped: Index, text: str, leans: bool) -> None:
    assert leans_back(text, shipped) is leans
