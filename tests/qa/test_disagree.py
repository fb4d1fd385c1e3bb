"""Numbers are read with the thing that they count."""

import pytest

from qa.disagree import counted_thing, nearest_number
from qa.question import analyse

QUESTION = analyse("How many provinces put blockchain into their 2020 work reports?")


def test_the_counted_thing_is_the_noun_after_how_many() -> None:
    assert counted_thing(QUESTION) == "provinces"
    assert counted_thing(analyse("What is the number of industrial parks?")) == "parks"
    assert counted_thing(analyse("is it 21 or 22 provinces that mention it?")) == "provinces"
    assert counted_thing(analyse("Who planned parks?")) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22 provinces wrote blockchain into their 2020 work reports.", "22"),
        ("Twelve provinces mention blockchain in their reports.", "12"),
        ("At least 22 of the 29 provincial governments mention blockchain in their work reports.", "22"),
        ("Out of these 29 provincial governments at least 22 have mention of blockchain in reports.", "22"),
        (
            "In 29 provinces that have met, the term blockchain appears in the work reports of 22 provinces.",
            "22",
        ),
        ("Chongqing names blockchain 4 times in its work report.", None),
        ("In 2020 provinces wrote blockchain into work reports.", None),
        ("41 provinces grow rice.", None),
    ],
)
def test_the_number_is_the_one_that_counts_the_thing_next_to_the_questions_words(
    text: str, value: str | None
) -> None:
    assert nearest_number(text, "provinces", QUESTION) == value


def test_where_the_question_offers_values_only_those_count() -> None:
    question = analyse("is it 21 or 22 provinces that mention blockchain?")
    assert nearest_number("More than 30 provinces mention blockchain.", "provinces", question) is None
    assert nearest_number("21 provinces mention blockchain.", "provinces", question) == "21"
