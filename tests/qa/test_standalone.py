"""A question in a conversation is understood with the turns before it, and only where it leans on them."""

from collections.abc import Callable

import pytest

from index import Index
from qa import Turn
from qa.evaluation.gold import read_gold
from qa.standalone import lean_on_last, stand_alone
from tests.conftest import ROOT

Understood = Callable[..., str]
UNRELATED = (
    ("Who is Luo Tao?", "Luo Tao is the author of this article on blockchain policy in China. [1]"),
    ("How do I bake bread?", "The documents do not answer this."),
    ("Which provinces planned parks?", "Chongqing, Shandong, Hainan and Shaanxi proposed parks. [1]"),
)


@pytest.fixture
def understood(shipped: Index) -> Understood:
    def standalone(question: str, *turns: str) -> str:
        history = [Turn.user(text) if at % 2 == 0 else Turn.assistant(text) for at, text in enumerate(turns)]
        return stand_alone(question, history, shipped).standalone

    return standalone


@pytest.mark.parametrize(
    ("before", "follow_up", "question"),
    [
        ("What subsidies does Guangzhou offer?", "And Qingdao?", "What subsidies does Qingdao offer?"),
        ("what does guangzhou pay", "and in beijing?", "what does Beijing pay"),
        ("What did Hunan's report say?", "and Shanxi's?", "What did Shanxi's report say?"),
        ("Who is Luo Tao?", "what about Xiao Feng", "Who is Xiao Feng?"),
        ("How many reports were there in 2020?", "and in 2019?", "How many reports were there in 2019?"),
        ("Which provinces had reports?", "and in 2019?", "Which provinces had reports in 2019?"),
        ("Which provinces had reports?", "How many put parks first?", "How many provinces put parks first?"),
        ("How many new parks are there?", "how many had a budget?", "how many new parks had a budget?"),
        (
            "What does Guangzhou pay for 30 nodes?",
            "and for 50 nodes?",
            "What does Guangzhou pay for 50 nodes?",
        ),
        (
            "What is the most Guangzhou pays for a public chain?",
            "And for an alliance chain?",
            "What is the most Guangzhou pays for an alliance chain?",
        ),
        ("What did Xinjiang promise?", "And Hunan?", "What did Hunan promise?"),
    ],
)
def test_what_is_new_takes_the_place_of_what_was_there(
    understood: Understood, before: str, follow_up: str, question: str
) -> None:
    assert understood(follow_up, before, "Much. [1]") == question


def test_a_name_takes_the_place_of_the_pronoun_that_stood_for_another(understood: Understood) -> None:
    turns = (
        "Who leads Tencent's fintech?",
        "Lin Haifeng does. [1]",
        "Which post did he give up?",
        "One. [1]",
    )
    assert understood("And Lai Zhiming?", *turns).startswith("Which post did Lai Zhiming give up (about ")


def test_what_cannot_be_replaced_in_a_follow_up_is_replaced_in_what_it_followed(
    understood: Understood,
) -> None:
    turns = ("Who won the Gansu tender?", "A company. [1]", "for how much?", "1.98 million yuan. [1]")
    assert understood("and in Beijing?", *turns) == "Who won the Beijing tender?"


def test_the_second_one_is_the_second_item_of_the_newest_list(understood: Understood) -> None:
    parks = ("Which provinces planned parks?", "Chongqing, Shandong, Hainan and Shaanxi proposed parks. [1]")
    question = "How many 5G stations does the second one want?"
    assert understood(question, *parks) == "How many 5G stations does Shandong want?"
    turns = (*parks, "Who wrote that?", "Luo Tao. [2]")
    assert understood(question, *turns) == "How many 5G stations does Shandong want?"
    assert (
        understood("and the last?", *parks, question, "40,000. [2]")
        == "How many 5G stations does Shaanxi want?"
    )


def test_the_latter_is_the_second_of_two_names(understood: Understood) -> None:
    turns = ("What do Guangzhou and Qingdao pay?", "Both pay. [1]")
    assert understood("How many years does the latter pay?", *turns) == "How many years does Qingdao pay?"


def test_the_other_source_is_the_one_not_spoken_of_since(understood: Understood) -> None:
    turns = (
        "How many provinces have reports?",
        "Finance Institute counts 22 provinces. [1]\n\nPANews counts 21 provinces. [2]",
        "Who counted 21?",
        "PANews counts 21 provinces. [1]",
    )
    assert understood("and in the other count?", *turns) == (
        "How many provinces have reports (about Finance Institute counts 22 provinces)?"
    )


def test_a_pronoun_gets_the_topic_and_the_names_of_the_answer(understood: Understood) -> None:
    question = understood("How much was that?", "Who won the tender in Beijing?", "Huawei won it. [1]")
    assert question == "How much was that (about won the tender in Beijing, Huawei won it)?"


def test_a_bare_why_asks_for_the_reason_of_what_was_asked(understood: Understood) -> None:
    turns = (
        "How many provinces does PANews count?",
        "PANews counts 21 in all, it says, of the 31 there are. [1]",
    )
    assert understood("and why is that?", *turns) == "Why does PANews count (about provinces)?"
    assert understood("why not?", *turns) == "why not (about provinces PANews count)?"
    won = ("Who won the tender?", "Huawei did. [1]")
    assert understood("why?", *won) == "why (about won the tender)?"


def test_a_declined_question_still_gives_the_topic_but_its_refusal_says_nothing(
    understood: Understood,
) -> None:
    refusal = "The documents do not answer this: Xinjiang appears in none of them."
    assert understood("why?", "What did Xinjiang promise?", refusal) == "Why did Xinjiang promise?"
    assert understood("how long?", "Who leads Xinjiang?", refusal) == "how long (about leads Xinjiang)?"


def test_half_a_question_goes_on_with_the_one_before(understood: Understood) -> None:
    turns = ("How many policies came out in the 19 days?", "Local governments issued 44. [1]")
    assert understood("from how many provinces?", *turns) == (
        "from how many provinces (about policies came out in the 19 days, Local governments issued 44)?"
    )
    assert understood("In how many provinces are parks planned?", *turns) == (
        "In how many provinces are parks planned?"
    )


def test_thanks_are_passed_over(understood: Understood) -> None:
    turns = ("What did Hunan promise?", "Growth. [1]", "Great, thanks!", "You are welcome.")
    assert understood("and Shanxi?", *turns) == "What did Shanxi promise?"
    assert understood("thanks, and Shanxi?", *turns[:2]) == "What did Shanxi promise?"
    assert understood("Thank you", *turns) == "Thank you"


def test_a_whole_question_after_and_loses_only_its_and(understood: Understood) -> None:
    assert understood("And what did Gansu launch?", "Who is Luo Tao?", "An author. [1]") == (
        "what did Gansu launch?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Which provinces planned industrial parks?",
        "What did Zhejiang's report say?",
        "When did Huawei win the bid?",
        "How many provinces put blockchain into their 2020 work reports?",
        "What is blockchain?",
        "Is there a park in Hunan?",
        "Are there subsidies for nodes?",
        "Is it 21 or 22 provinces that mention blockchain?",
        "How long does it take to register a mortgage?",
        "Which reports came out this year?",
        "What happened in the last year?",
        "Why do western regions lag behind?",
        "List the provinces with parks",
        "subsidies for blockchain companies",
        "What are those who head the pilots called?",
    ],
)
@pytest.mark.parametrize("turns", UNRELATED, ids=["answered", "declined", "listed"])
def test_a_question_that_stands_alone_is_not_touched(
    understood: Understood, question: str, turns: tuple[str, str]
) -> None:
    assert understood(question, *turns) == question


def test_no_question_of_the_gold_set_that_stands_alone_changes_after_other_turns(
    understood: Understood,
) -> None:
    alone = [case.question for case in read_gold(ROOT / "corpus/gold") if not case.history]
    assert len(alone) >= 112
    changed = [one for one in alone for turns in UNRELATED if understood(one, *turns) != understood(one)]
    assert changed == []


def test_a_short_question_about_something_unknown_is_a_new_subject(understood: Understood) -> None:
    assert understood("Why bake the cake?", "Who is Luo Tao?", "An author. [1]") == "Why bake the cake?"


@pytest.mark.parametrize(
    ("follow_up", "leans"),
    [
        ("how much does it cost?", True),
        ("how much does it cost to register?", False),
        ("at what time?", True),
        ("why so late?", True),
        ("Why bake so late?", False),
    ],
)
def test_what_only_goes_on_with_a_question_leans_on_it(
    understood: Understood, follow_up: str, leans: bool
) -> None:
    turns = "Who opened the park in Loudi?", "The mayor of the city opened it. [1]"
    assert ("(about opened the park in Loudi" in understood(follow_up, *turns)) is leans


def test_the_first_question_of_a_conversation_leans_on_nothing(understood: Understood) -> None:
    assert understood("And Qingdao?") == "And Qingdao?"


def test_a_word_that_documents_write_small_is_no_name_where_it_opens_a_question(shipped: Index) -> None:
    assert stand_alone("Subsidies in Qingdao?", [], shipped).names == ("Qingdao",)
    assert stand_alone("Qingdao subsidies?", [], shipped).names == ("Qingdao",)
    assert stand_alone("Dampfschiff subsidies?", [], shipped).names == ("Dampfschiff",)
    for opening in ("Roughly how much", "Nowadays who", "Price of the"):
        assert stand_alone(f"{opening} subsidies of Qingdao?", [], shipped).names == ("Qingdao",)
    assert stand_alone("Regarding Qingdao, who pays subsidies?", [], shipped).names == ("Qingdao",)
    assert stand_alone("Who pays subsidies? Stick to facts.", [], shipped).names == ()
    assert stand_alone("Who pays subsidies? Qingdao does.", [], shipped).names == ("Qingdao",)
    assert stand_alone("Who pays subsidies? Sonja Dahl does.", [], shipped).names == ("Sonja", "Dahl")


def test_what_is_counted_is_not_said_again_where_it_is_said(understood: Understood) -> None:
    turns = "Which provinces had reports?", "Hunan and Gansu. [1]"
    assert understood("how many planned parks are there in Gansu?", *turns).startswith(
        "how many planned parks"
    )
    assert understood("how many cities put parks first?", *turns) == "how many cities put parks first?"


def test_politeness_is_not_asked_for(understood: Understood) -> None:
    assert understood("Hi, who is Luo Tao? Thanks!") == "who is Luo Tao?"
    assert understood("HELLO HELP ME") == "hello help me"
    assert understood("Can you tell me wich provinces planned parks") == "which provinces planned parks"


def test_what_names_nothing_may_lean_on_the_turn_before(shipped: Index) -> None:
    told = "The bid-winning price is 1.98 million yuan. [1]"
    history = [Turn.user("What did the Gansu tender cost?"), Turn.assistant(told)]

    def leaning(question: str, turns: list[Turn]) -> str | None:
        found = lean_on_last(stand_alone(question, turns, shipped), turns, shipped)
        return found.readings[-1] if found else None

    assert leaning("was the buyer content with the service", history) == (
        "was the buyer content with the service? (after: What did the Gansu tender cost? "
        "The bid-winning price is 1.98 million yuan.)"
    )
    assert leaning("was the buyer content with the service", []) is None
    assert leaning("what was the buyer in Qingdao promised", history) is None
    assert leaning("were there 22 bidders", history) is None
    assert leaning("who wants to set up blockchain zones in their region", history) is None
    assert leaning("Thanks!", history) is None
    assert leaning("为什么？", history) is None
    declined = [history[0], Turn.assistant("The documents do not answer this.")]
    assert leaning("was the buyer content with the service", declined) is None
