"""Tables: which rows name the columns, and what stands above and between them."""

from __future__ import annotations

import pytest

from corpus.loaders.table import table_blocks


def texts(table: list[list[str]]) -> list[str]:
    return [block.text for block in table_blocks(table) if block.removed_by is None]


def test_years_name_columns_and_the_corner_may_be_empty() -> None:
    assert texts([["", "2019", "2020"], ["Sales", "10", "20"]]) == ["Sales; 2019: 10; 2020: 20."]
    assert texts([["Country", "2013"], ["Canada", "35160000"]]) == ["Country: Canada; 2013: 35160000."]


def test_a_column_of_years_has_no_year_for_its_name() -> None:
    assert texts([["Bowie", "1947"], ["Fisher", "1956"]]) == ["Bowie; 1947.", "Fisher; 1956."]


def test_a_caption_above_the_names_is_a_paragraph() -> None:
    blocks = table_blocks(
        [["Students by state", "", ""], ["State", "Code", "Total"], ["ALABAMA", "AL", "19,582"]]
    )
    assert [(block.kind, block.text) for block in blocks] == [
        ("paragraph", "Students by state"),
        ("row", "State: ALABAMA; Code: AL; Total: 19,582."),
    ]


def test_remarks_above_names_that_head_numbers_are_no_names() -> None:
    rows = [["some", "remarks", ""], ["Name", "Trade", "Age"], ["Bowie", "musician", "69"]]
    assert texts(rows) == ["some; remarks.", "Name: Bowie; Trade: musician; Age: 69."]


@pytest.mark.parametrize(
    "group",
    [["", "2020", "", "2021", ""], ["Region", "2020", "2020", "2021", "2021"]],
    ids=["gaps", "repeated"],
)
def test_names_on_two_rows_are_put_together(group: list[str]) -> None:
    rows = [group, ["Region", "Q1", "Q2", "Q1", "Q2"], ["North", "1", "2", "3", "4"]]
    assert texts(rows) == ["Region: North; 2020 Q1: 1; 2020 Q2: 2; 2021 Q1: 3; 2021 Q2: 4."]


def test_a_row_of_values_under_names_names_nothing() -> None:
    rows = [["Ship", "Tons", ""], ["Star", "6.4", "Sum"], ["Moon", "4.4", "10.8"]]
    assert texts(rows) == ["Ship: Star; Tons: 6.4; Sum.", "Ship: Moon; Tons: 4.4; 10.8."]


def test_a_column_without_a_name_leaves_the_others_theirs() -> None:
    assert texts([["Name", "", "Age"], ["Ann", "x", "3"]]) == ["Name: Ann; x; Age: 3."]


def test_rows_of_words_without_names_stay_rows_of_values() -> None:
    rows = [["Name", "City", "Street", ""], ["Ann", "Rome", "Via", "x"], ["Bob", "Oslo", "Gate", "y"]]
    assert texts(rows)[1:] == ["Ann; Rome; Via; x.", "Bob; Oslo; Gate; y."]


def test_a_row_of_one_cell_is_no_value_of_the_first_column() -> None:
    assert texts([["Region", "Q1"], ["North", "5"], ["Note: provisional"]]) == [
        "Region: North; Q1: 5.",
        "Note: provisional.",
    ]
