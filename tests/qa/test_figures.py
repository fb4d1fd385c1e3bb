"""Figures are compared where they stand in the same place of two sentences."""

import pytest

from qa.figures import asks_for_figures, differing_figures, find_figures
from qa.question import analyse

WHICH = analyse("Which version of Python does the ferry require?")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many boats lie in Vardo?", True),
        ("Which versions does the ferry support?", True),
        ("What is the default of the timeout?", True),
        ("What is a ferry?", False),
        ("Who wrote version 3?", False),
        ("Which Python does the ferry need?", True),
        ("Which Beatles songs does the ferry play?", False),
        ("When was version 3 released?", False),
    ],
)
def test_figures_are_asked_for_by_what_is_told_in_figures(question: str, asked: bool) -> None:
    assert asks_for_figures(analyse(question)) is asked


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("The ferry runs on Python 3.5, 3.6 and 3.7, with 2 engines.", ["3.5, 3.6 and 3.7", "2"]),
        ("It goes from 0 to 6, with three engines.", ["0 to 6", "three"]),
        ("It was built on 3 May 1896.", []),
        ("Type ferry --boats=2 -p :8080 for §4.2 of x86 and 2.x.", []),
    ],
)
def test_figures_beside_each_other_are_one(text: str, figures: list[str]) -> None:
    assert [one.text for one in find_figures(text)] == figures


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ("The ferry requires Python 3.6+ to sail.", "It requires Python 3.8 or newer.", ("3.6", "3.8")),
        ("The ferry requires Python 3.6.", "The ferry requires Python 3.6.2.", None),
        ("The ferry requires Python 3.6, 3.7.", "The ferry requires Python 3.7.", None),
        (
            "The ferry requires Python 3.6+, Lisp 1.5 and a captain.",
            "The ferry requires Python 3.6+, Lisp 1.6 and a captain.",
            None,
        ),
        ("The ferry requires Python 3.6.", "The harbour requires Python 3.8.", None),
        ("The ferry requires 30 Python books.", "The ferry requires 40 Python snakes.", None),
        ("Deck: 1; ferry requires Python: 3.6", "Deck: 2; ferry requires Python: 3.8", None),
        ("Its rivals require 2 engines.", "Its rivals require 3 engines.", ("2", "3")),
        ("Rivals of it like 2 engines.", "Rivals of it like 3 engines.", None),
    ],
    ids=[
        "in other words",
        "a finer one",
        "one of several",
        "not of what is asked",
        "of another thing",
        "of other things",
        "another row",
        "by a word of the question",
        "by none",
    ],
)
def test_figures_differ_in_the_same_place_only(one: str, other: str, values: tuple[str, str] | None) -> None:
    assert differing_figures(WHICH, one, other) == values


def test_which_of_a_name_asks_for_its_version() -> None:
    which = analyse("Which Python does the ferry require?")
    one, other = "The ferry requires Python 3.6+.", "The ferry requires Python 3.8+."
    assert differing_figures(which, one, other) == ("3.6", "3.8")


def test_a_rounded_figure_differs_only_where_it_is_far_off() -> None:
    question = analyse("How many boats lie in Vardo?")
    about = "About 2,000 boats lie in Vardo."
    assert differing_figures(question, about, "2,100 boats lie in Vardo.") is None
    assert differing_figures(question, about, "2,300 boats lie in Vardo.") == ("2,000", "2,300")


def test_what_the_question_says_may_stand_in_the_heading_of_both() -> None:
    one, other = "Python 3.6+", "Python 3.8+"
    assert differing_figures(WHICH, one, other) is None
    assert differing_figures(WHICH, one, other, "What the ferry requires") == ("3.6", "3.8")


def test_figures_of_nobody_knows_what_do_not_differ() -> None:
    default = analyse("What is the default value of the speed limit?")
    assert differing_figures(default, "The default value is 8.", "The default value is 15.") is None
    supported = analyse("How many kinds of Lisp does Python support?")
    one, other = "Python 3 supports kinds of Lisp.", "Python 4 supports kinds of Lisp."
    assert differing_figures(supported, one, other) is None
    version = analyse("What is the current version of Vardo?")
    assert differing_figures(version, "Vardo supports Python 2.7.", "Vardo supports Python 3.7.") is None
