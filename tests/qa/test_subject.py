"""What a turn was about is told in few words."""

from index import Index
from qa.question import analyse
from qa.subject import replace_subject, told, topic, without_frame

LONG = (
    "Thanks to Yang Yong, who spoke in Loudi, the city registered real estate of 150,000 households and "
    "350,000 sets within one year."
)


def test_the_frame_of_a_question_is_not_its_topic() -> None:
    assert without_frame("How many provinces does PANews count?") == "provinces PANews count"
    assert without_frame("By how much did it rise?") == "it rise"
    assert without_frame("What's the rent?") == "the rent"


def test_names_and_numbers_of_an_answer_are_told_but_not_how_it_begins(shipped: Index) -> None:
    assert told(LONG, shipped) == ["Yang Yong", "Loudi", "150,000", "350,000"]
    assert told("", shipped) == []


def test_a_day_of_the_month_is_no_number_that_is_told(shipped: Index) -> None:
    dated = "On 1 March 2019 Huawei won the bid for 3.1 million yuan and began at once with the construction."
    assert told(dated, shipped) == ["Huawei", "2019", "3.1 million"]


def test_a_brief_answer_is_told_whole(shipped: Index) -> None:
    assert told("Her answer was to open the chain.", shipped) == ["Her answer was to open the chain"]


def test_a_topic_reaches_further_back_only_where_a_turn_says_little(shipped: Index) -> None:
    assert topic(analyse("and why?", "parks in Hunan"), "", shipped) == "and why, parks in Hunan"
    said = analyse("Which provinces planned industrial parks?", "Luo Tao")
    assert topic(said, "", shipped) == "provinces planned industrial parks"


def test_a_topic_has_the_names_of_an_answer_but_no_numbers(shipped: Index) -> None:
    assert topic(analyse("Who spoke?"), LONG, shipped) == "spoke, Yang Yong Loudi"


def test_what_stands_for_something_said_before_is_no_topic(shipped: Index) -> None:
    asked = analyse("How many of them did he sell?", "ships, Luo Tao")
    assert topic(asked, "", shipped) == "sell, ships, Luo Tao"
    assert topic(analyse("What does it cost?"), "", shipped) == "it cost"


def test_nothing_is_replaced_where_nothing_fits() -> None:
    assert replace_subject("how do people pay", "Qingdao") is None
    assert replace_subject("What did Hunan say?", "the parks") is None
    assert replace_subject("What does Hunan pay for nodes?", "rice", "in") is None


def test_a_code_takes_the_place_of_a_code() -> None:
    assert replace_subject("What does E12 mean?", "H08") == "What does H08 mean?"
    assert replace_subject("What does E12 mean in Gansu?", "H08") == "What does H08 mean in Gansu?"


def test_a_number_takes_the_place_of_a_number() -> None:
    assert replace_subject("When was Debian 2.0 released?", "2.1") == "When was Debian 2.1 released?"
    assert replace_subject("When was Debian 2.0 released?", "Debian 2.1") == "When was Debian 2.1 released?"
    assert replace_subject("what does exit code 125 mean in 2009", "128") == (
        "what does exit code 128 mean in 2009"
    )
    assert replace_subject("where was Debconf4 held", "debconf3") == "where was debconf3 held"
    assert replace_subject("How many reports came in 2009?", "12") is None


def test_names_of_several_words_are_replaced_as_one() -> None:
    before = "What did the Ministry of Education say?"
    assert replace_subject(before, "State Council") == "What did the State Council say?"


def test_a_subject_with_an_article_takes_the_place_of_a_name_that_has_one() -> None:
    before = "Which cities lead the Pearl River Delta cluster?"
    assert replace_subject(before, "the Bohai Rim") == "Which cities lead the Bohai Rim cluster?"
    assert replace_subject("What did Gansu launch?", "the Bohai Rim") == "What did the Bohai Rim launch?"
