from __future__ import annotations

import time

import pytest

from qa.kinds import holds_kind
from qa.question import analyse


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Chongqing, Shandong and Hainan planned parks.", True),
        ("Four clusters: the north, the south and the sea.", True),
        ("Among them (Yunnan, Fujian, Chongqing).", True),
        ("The parks stand here:", True),
        ("Within a month, according to the report, secretaries of 11 provinces gave speeches.", False),
        ("The first park, which nobody had expected to be built so soon after the vote, is open.", False),
    ],
)
def test_a_list_is_things_in_a_row_and_not_any_two_commas(text: str, holds: bool) -> None:
    assert holds_kind(analyse("Which places planned parks?"), text) is holds


def test_long_rows_of_commas_take_no_time() -> None:
    question = analyse("Which places planned parks?")
    began = time.perf_counter()
    for row in ("a b c, " * 3000, "word word word word, word " * 1500, "x," * 5000):
        assert not holds_kind(question, row)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Wang Zelong wrote the piece of PANews.", True),
        ("The piece of PANews appeared in spring.", False),
        ('The piece of PANews is called "The Role of Blockchain".', False),
    ],
)
def test_a_name_answers_who_unless_the_question_says_it_or_it_is_in_quotation_marks(
    text: str, holds: bool
) -> None:
    assert holds_kind(analyse("Who wrote the piece of PANews?"), text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Luo Tao is the author of the piece.", True),
        ("Luo Tao, an author, spoke in Hamar.", True),
        ("Luo Tao gave up his post at Tencent.", False),
    ],
)
def test_who_somebody_is_stands_behind_the_name(text: str, holds: bool) -> None:
    assert holds_kind(analyse("Who is Luo Tao?"), text) is holds


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("What share of the list do they make up?", "Four provinces stress it.", False),
        ("What share of the list do they make up?", "They make up about one fifth of the list.", True),
        ("What percentage is paid?", "The city pays 50% of the investment.", True),
        ("What percentage is paid?", "20 of the 22 parks are paid.", True),
        ("What budget did Hunan set?", "It registered 150,000 households within one year.", False),
        ("What budget did Hunan set?", "It set aside 150,000 yuan.", True),
        ("What was the price?", "They paid 40 for each.", True),
        ("What was the price?", "It came to 96 crowns.", True),
        ("What was the price?", "It came to 17.52 dlrs a barrel.", True),
        ("What budget did Hunan set?", "It set aside 15 mln.", True),
        ("What percentage is paid?", "The city pays 3.6 pct of it.", True),
        ("How much space does it need?", "It needs at least 200MB on disk.", True),
        ("How much space does it need?", "It needs the x11 packages.", False),
        ("How many times is it mentioned?", "It names nine provinces.", False),
        ("How often is it mentioned?", "The report mentions it twice.", True),
        ("how often clean filter", "Rinse the filter every two weeks.", True),
        ("How often is the lift checked?", "A company looks after it each month.", True),
        ("How often do they meet?", "They meet in the hall on Mondays.", True),
        ("How often do they meet?", "Of the members 40 per cent came.", False),
        ("How often do they meet?", "They meet in the hall.", False),
        ("How many times did they meet?", "They met every two weeks.", False),
    ],
)
def test_a_share_is_answered_by_a_part_a_price_by_money_and_how_often_by_times(
    question: str, text: str, holds: bool
) -> None:
    assert holds_kind(analyse(question), text) is holds


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("How long has he been caretaker?", "He is there between 08:00 and 10:00.", False),
        ("How long has he been caretaker?", "He has been here for twelve years.", True),
        ("How long is the bridge?", "The bridge measures 412 metres.", True),
        ("How long was the warm-up?", "They ran after a 20-min warm-up.", True),
        ("How many members of the administration came?", "They gave a 20-min talk.", False),
        ("How old is the founder?", "She is one of the 40 founders.", False),
        ("How old is the founder?", "The founder, 52, came from a railway.", True),
        ("How old is the mill?", "The mill was built 300 years ago.", True),
        ("With how many votes was he elected?", "He was elected for two years.", False),
        ("With how many votes was he elected?", "He was elected for two years, by 71 votes.", True),
        ("How many of them came?", "The meeting began at 19:30.", False),
        ("How many of them came?", "No one spoke; it was one of the longest evenings.", False),
        ("How many hours a day is it open?", "It is open for nine hours a day.", True),
        ("At what time does it close?", "It closes at 17:30.", True),
        ("At what time does it close?", "It closes with the others.", False),
        ("When does it close?", "It closes at 5 p.m.", True),
    ],
)
def test_a_length_an_age_a_count_and_a_time_are_told_apart(question: str, text: str, holds: bool) -> None:
    assert holds_kind(analyse(question), text) is holds


def test_a_count_that_the_conversation_told_does_not_answer_the_next_how_many() -> None:
    asked = analyse("How many of them are backed by the government?", "China has set up 22 parks")
    assert not holds_kind(asked, "China has set up 22 parks in all.")
    assert holds_kind(asked, "The government leads 20 of the 22 parks.")
    again = analyse("How much was that?", "won the tender, 3.1 million")
    assert holds_kind(again, "It was won for 3.1 million yuan.")


@pytest.mark.parametrize("text", ["What are the main regional clusters?", "What were the two results"])
def test_what_are_the_things_asks_for_a_list(text: str) -> None:
    assert analyse(text).kind == "list"


@pytest.mark.parametrize("text", ["What is the main cluster?", "What is it about?"])
def test_what_is_the_thing_does_not(text: str) -> None:
    assert analyse(text).kind == "what"


def test_who_holds_an_office_is_a_name_in_the_sentence() -> None:
    asked = analyse("Who is the Prime Minister of Torsenia?")
    assert holds_kind(asked, "On his way home he met the Torsenian Prime Minister, Elin Berg.")
    assert not holds_kind(asked, "The Prime Minister of Torsenia, in office since May, went home.")
