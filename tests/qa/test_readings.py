"""A sentence states one date, one amount, a whole list, a yes or a no; or nothing that can be compared."""

import pytest

from qa.question import Question, analyse
from qa.readings import Stated, read

WHEN = analyse("When was the lighthouse built?")
HOW_MUCH = analyse("How much did the pier cost?")
WHICH = analyse("Which towns have a pier?")
WHETHER = analyse("Does Vardo have a pier?")


def stated(question: Question, text: str) -> str | None:
    """The one thing that is stated; None where nothing is."""
    found = read(question, text)
    assert len(found) <= 1
    return found[0].text if found else None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("It was built in 1896.", "1896"),
        ("It was built on 24th of October 1896.", "24th of October 1896"),
        ("It was built on Oct. 24, 1896.", "Oct. 24, 1896"),
        ("It was built on 1896-10-24.", "1896-10-24"),
        ("It was built in 1896 and lit in 1898.", None),
        ("It was built in 1896 and may be lit.", "1896"),
        ("It was built in 1896; the April issue of 1898 tells of it.", "1896"),
        ("The lighthouse was built in 1896; in 1898 a pier followed.", "1896"),
        ("It was built in 1896-98.", "1896-98"),
        ("It was built in 1896-03.", None),
        ("As of early 1896, it stands there.", None),
        ("It may be old.", None),
        ("It is old.", None),
    ],
)
def test_the_only_date_of_a_sentence_is_stated(text: str, date: str | None) -> None:
    assert stated(WHEN, text) == date


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("The pier cost 4,300 crowns in 1955.", "4,300 crowns"),
        ("The pier took 12% of the budget.", "12%"),
        ("The pier cost about 4,300 crowns.", None),
        ("The pier cost more than 4,300 crowns.", None),
        ("The pier cost 4,300 crowns, the mole 900 crowns.", None),
        ("The pier cost 4300.", None),
    ],
)
def test_the_only_amount_is_stated_unless_it_is_rounded(text: str, amount: str | None) -> None:
    assert stated(HOW_MUCH, text) == amount


def test_of_several_units_each_amount_is_stated() -> None:
    found = read(HOW_MUCH, "The pier of 90 metres cost 4,300 crowns, 12% of which came from 3 banks.")
    assert [one.text for one in found] == ["90 metres", "4,300 crowns", "12%", "3 banks"]


def test_time_is_counted_in_one_unit_also_where_it_is_but_one() -> None:
    question = analyse("How long does the pier stay closed?")
    assert stated(question, "The pier stays closed for three further weeks.") == "three further weeks"
    assert stated(question, "The pier stays closed for one week.") == "one week"
    assert stated(question, "The pier stays closed for a further week.") == "a further week"
    assert stated(question, "The pier stays closed one day or three weeks.") is None
    assert stated(question, "The pier stays closed for 120 minutes (two hours).") == "120 minutes"
    (hours,), (minutes,), (year,) = (
        read(question, f"The pier stays closed for {time}.")
        for time in ("2 hours", "120 minutes", "one year")
    )
    assert not hours.differs(minutes)
    assert not hours.differs(year)  # a year has no fixed number of hours


def test_a_list_is_stated_where_it_is_whole() -> None:
    assert stated(WHICH, "Vardo, Tallinn and Riga have a pier.") == "Vardo, Tallinn, Riga"
    assert stated(WHICH, "Vardo, Tallinn and Riga are among those that have a pier.") is None
    assert stated(WHICH, "Vardo and Riga have a pier.") is None


def test_yes_and_no_are_told_by_a_negation_that_nothing_weakens() -> None:
    assert stated(WHETHER, "Vardo has a pier.") == "yes"
    assert stated(WHETHER, "Vardo does not have a pier.") == "no"
    assert stated(WHETHER, "Vardo cannot have a pier.") == "no"
    assert stated(WHETHER, "The pier of Vardo was removed.") == "no"
    assert stated(WHETHER, "Vardo may have a pier.") is None
    assert stated(analyse("Has Vardo no pier?"), "Vardo has a pier.") is None


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("Who built the pier?", "The pier was built by Anna Berg and Tom Hale.", ["Anna Berg", "Tom Hale"]),
        ("Who built the pier?", "The pier may have been built by Anna Berg.", []),
        ("Who built the pier?", "The pier was not built by Anna Berg.", []),
        ("Who built the pier of Vardo?", "Masons built the pier of Vardo.", []),
        ("Who saw the pier?", "Anna Berg saw the pier.", []),
        ("Who is the harbour master?", "The harbour master is Anna Berg.", ["Anna Berg"]),
        ("Who is Anna Berg?", "Anna Berg is a friend of Tom Hale.", []),
        ("Where was the pier built?", "Anna Berg built the pier in Vardo.", ["Vardo"]),
        ("Where can boats land?", "Boats can land in Vardo.", []),
        ("Which firm built the pier?", "Hale Brothers built the pier.", ["Hale Brothers"]),
        ("Which piers did Anna Berg build?", "Anna Berg built the Vardo pier.", []),
    ],
)
def test_names_are_stated_where_one_is_asked_for(question: str, text: str, names: list[str]) -> None:
    assert [one.text for one in read(analyse(question), text)] == names


def test_other_questions_have_nothing_to_compare() -> None:
    assert stated(analyse("What is a pier?"), "A pier is a landing.") is None


def the_only(question: Question, text: str) -> Stated:
    (found,) = read(question, text)
    return found


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("in 1896", "in 1898", True),
        ("in 1896", "in May 1896", False),
        ("in 1896-98", "in May 1897", False),
        ("in 1896-98", "in 1899", True),
        ("around 1896", "in 1897", False),
        ("around 1896", "in 1899", True),
        ("in May 1896", "on 3 May 1896", False),
        ("on 2 May", "on 3 May 1896", True),
        ("on Oct. 24, 1896", "on 1896-10-24", False),
    ],
)
def test_dates_differ_only_where_both_cannot_be_right(one: str, other: str, differ: bool) -> None:
    assert the_only(WHEN, one).differs(the_only(WHEN, other)) is differ


def test_amounts_of_different_units_are_not_compared() -> None:
    crowns = the_only(HOW_MUCH, "It cost 4 million crowns.")
    more = the_only(HOW_MUCH, "It cost 5 million crowns.")
    euros = the_only(HOW_MUCH, "It cost 5 million euros.")
    assert not crowns.differs(the_only(HOW_MUCH, "It cost 4,000,000 crowns."))
    assert crowns.differs(more)
    assert not crowns.differs(euros)
    assert crowns.is_near(more, 2)
    assert more.is_near(crowns, 1.25)
    assert not crowns.is_near(more, 1.2)
    assert not crowns.is_near(the_only(WHEN, "It was built in 1896."), 2)
