"""What a question asks for."""

import pytest

from qa.question import analyse, content_words, find_names, name_runs


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Which provinces planned industrial parks?", "list"),
        ("List all the provinces whose reports mention blockchain.", "list"),
        ("How many provinces put blockchain into their reports?", "count"),
        ("is it 21 or 22 provinces?", "count"),
        ("How much can a company get in Qingdao?", "amount"),
        ("price of the tender", "amount"),
        ("How long does it take to register?", "duration"),
        ("When did the paper come out?", "date"),
        ("In what year did it start?", "date"),
        ("Who compared blockchain with production?", "who"),
        ("Where is the park?", "where"),
        ("Why did the reports change?", "why"),
        ("What is the reason for the pilot?", "why"),
        ("Compare what Hunan and Shanghai say.", "compare"),
        ("Is the subsidy higher in Guangzhou or in Kunming?", "compare"),
        ("Does Hunan plan a park?", "yes_no"),
        ("What does Jilin want?", "what"),
        ("Which local parks has Loudi built?", "list"),
        ("Which command starts the chat?", "what"),
        ("Which conference does Baidu hold?", "what"),
        ("What happens when a file is broken?", "what"),
        ("What happened to the parks?", "what"),
        ("Compare how many parks Hunan and Shanghai have.", "compare"),
        ("What should I do when the panel shows E27?", "what"),
        ("so when did it start", "date"),
        ("How old is the founder?", "amount"),
    ],
)
def test_the_form_of_a_question_tells_its_kind(text: str, kind: str) -> None:
    assert analyse(text).kind == kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did Xinjiang's report say?", ("Xinjiang",)),
        ("Xinjiang said what?", ("Xinjiang",)),
        ("Which provinces planned parks?", ()),
        ("What did the Ministry of Education say?", ("Ministry", "Education")),
        ("When, in November, did AI come up?", ()),
        ("What did Hunan say on Thursday?", ("Hunan",)),
        ("What did Hunan say on Oct. 25th, and on 3 Sept?", ("Hunan",)),
        ("What did Jan say in Decatur?", ("Jan", "Decatur")),
        ("WHAT DID HUNAN SAY?", ()),
        ("what is JD.com planning", ("JD.com",)),
    ],
)
def test_names_are_found_by_their_capitals(text: str, names: tuple[str, ...]) -> None:
    assert find_names(text) == names


def test_numbers_are_whole_numbers_and_years_not_parts_of_words() -> None:
    assert analyse("Did 5G reach 1,000 stations by 2020, or 3.5 percent?").numbers == ("1,000", "2020", "3.5")


def test_content_is_stems_without_the_words_a_question_is_built_with() -> None:
    assert content_words("Which provinces planned industrial parks?") == (
        "provinc",
        "plan",
        "industri",
        "park",
    )


def test_a_number_is_one_word_of_the_content_in_every_form() -> None:
    written = ("10,000,000 parks", "10 million parks", "ten million parks")
    assert {content_words(text) for text in written} == {("10000000", "park")}


def test_numbers_in_words_are_asked_for_unless_they_are_small() -> None:
    assert analyse("Did twenty-two provinces and ten million people hold two sessions?").numbers == (
        "twenty-two",
        "ten million",
    )


def test_whether_sources_agree_is_no_part_of_the_subject() -> None:
    asked = analyse("Do the sources agree on the number of provinces with parks?")
    assert asked.content == ("provinc", "park")


def test_names_that_stand_together_are_one() -> None:
    assert name_runs("Did the Ministry of Education ask Luo Tao in Hunan, and Luo Tao?") == [
        "Ministry of Education",
        "Luo Tao",
        "Hunan",
    ]


def test_values_that_a_question_offers_need_not_stand_in_the_answer() -> None:
    assert "21" not in analyse("is it 21 or 22 provinces?").content


def test_context_helps_to_find_and_shows_in_the_question_as_understood() -> None:
    question = analyse("How much was that?", "the tender in Beijing")
    assert question.standalone == "How much was that (about the tender in Beijing)?"
    assert question.names == ()
    assert {"tender", "beij"} <= set(question.content)
