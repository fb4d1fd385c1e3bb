"""A number or a date has one form, however it is written."""

import pytest

from index.numerals import find_numbers, fold_numerals, plain_dates
from index.words import words


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty-two provinces, or Twenty two", ["22", "22"]),
        ("10 million, 10,000,000 and ten million", ["10000000"] * 3),
        ("3.1 million yuan", ["3100000"]),
        ("3.1 mln yuan, 15.8mln barrels and 2bn dlrs", ["3100000", "15800000", "2000000000"]),
        ("two hundred and five thousand", ["205000"]),
        ("two million three hundred thousand", ["2300000"]),
        ("one million, and one of them", ["1000000"]),
        ("five thousand million", ["5000000000"]),
        ("5G reached 3.5% of 1,000.", ["3.5", "1000"]),
        ("version 1.2.3, room B12", []),
        ("a seven-year plan", ["7"]),
    ],
)
def test_numbers_are_read_in_figures_or_words(text: str, values: list[str]) -> None:
    assert [number.value for number in find_numbers(text)] == values


def test_a_number_is_found_where_it_stands() -> None:
    (number,) = find_numbers("Huawei bid 3.1 million yuan")
    assert "Huawei bid 3.1 million yuan"[number.start : number.end] == "3.1 million"
    assert not number.in_words


@pytest.mark.parametrize(
    "written",
    [
        "24 October 2019",
        "Oct. 24, 2019",
        "October 24th, 2019",
        "24th of October 2019",
        "2019-10-24",
        "24 Oct 2019",
    ],
)
def test_a_date_has_the_same_words_in_every_common_form(written: str) -> None:
    assert set(words(f"signed on {written}")) == {"sign", "on", "24", "octob", "2019"}


@pytest.mark.parametrize("text", ["May it please you", "a march of 5 men", "the mar of 12", "2019-10-24T10"])
def test_what_only_looks_like_a_date_stays(text: str) -> None:
    assert fold_numerals(text) == text


def test_singular_and_plural_have_the_same_words() -> None:
    assert words("industrial parks") == words("Industrial park")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("What happened on Oct. 25th?", "What happened on 25 October?"),
        ("by Sept 3, 2020", "by 3 September, 2020"),
        ("on 2019-10-05", "on 5 October 2019"),
        ("on October 25", "on October 25"),
        ("on the 25th of october", "on the 25th of october"),
        ("in Oct. 2019, 2019-13-05", "in Oct. 2019, 2019-13-05"),
    ],
)
def test_days_that_are_written_shorter_are_written_out(text: str, plain: str) -> None:
    assert plain_dates(text) == plain
