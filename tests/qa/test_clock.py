"""A sentence gives one time of day, or none that can be compared."""

import pytest

from qa.clock import find_time


@pytest.mark.parametrize(
    ("text", "written", "minutes"),
    [
        ("It opens at 9:30.", "9:30", {570, 1290}),
        ("It opens at 09:30.", "09:30", {570}),
        ("It opens at 21:30.", "21:30", {1290}),
        ("It opens at 9.30 p.m.", "9.30 p.m.", {1290}),
        ("It opens at 12 am and not before.", "12 am", {0}),
        ("It opens at 12:00.", "12:00", {720, 0}),
        ("It opens at nine, that is 9 o'clock.", "9 o'clock", {540, 1260}),
        ("It opens at noon.", "noon", {720}),
    ],
)
def test_the_time_is_what_it_may_be_in_minutes(text: str, written: str, minutes: set[int]) -> None:
    found = find_time(text)
    assert found is not None
    assert found.text == written
    assert found.minutes == minutes
    assert not found.days


@pytest.mark.parametrize("text", ["It opens.", "From 9:00 to 17:00.", "It costs 9.30 euros.", "At 9:30:15."])
def test_no_time_or_several_are_none(text: str) -> None:
    assert find_time(text) is None


def test_the_days_are_told() -> None:
    found = find_time("On Sundays and holidays it opens at 10:00.")
    assert found is not None
    assert found.days == {"sunday", "holiday"}
