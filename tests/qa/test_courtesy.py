"""Politeness around a question is not part of it, and what only looks like it stays."""

import time

import pytest

from qa.courtesy import is_courtesy, without_courtesy


@pytest.mark.parametrize(
    "text",
    [
        "Thanks",
        "ok, great, thank you!",
        "I see.",
        " hello ",
        "Thanks for that.",
        "...",
        "How are you?",
        "Hi! What can you do?",
        "HELLO OK SORRY",
        "HI THANKS",
    ],
)
def test_courtesies_ask_nothing(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["", "Good reports?", "Great Wall of China", "thanks, why?", "ok?x", "How are you paid?"]
)
def test_what_asks_something_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("ok thanks. What is Superchain?", "What is Superchain?"),
        ("Thanks, and in 2019?", "and in 2019?"),
        ("Hi, who made it?", "who made it?"),
        ("hello there\nwho made it\n\nThanks in advance for your help!", "who made it"),
        ("Who made it, please? Thanks!", "Who made it?"),
        ("Hey, quick question: who made it?", "who made it?"),
        ("Can you please tell me who made it?", "who made it?"),
        ("Do you know if it was made?", "whether it was made?"),
        ("I’d like to know how it is made.", "how it is made."),
        ("I was wondering who made it", "who made it"),
        ("Could you list the makers?", "list the makers?"),
        ("According to the documents, who made it?", "who made it?"),
        ("Who made it, according to your sources?", "Who made it?"),
        ("Based on the given context, who made it？", "who made it?"),
        ("Dear Sir or Madam, my name is Ann. Who made it??", "Who made it?"),
        ("**Who made it?**", "Who made it?"),
        ("Who made it? 🙂", "Who made it?"),
        ("1. Who made it?", "Who made it?"),
        ("Well, out of interest: who made it?", "who made it?"),
        ("@assistant I'd be grateful if you could tell me who made it", "who made it"),
        ("Who made it? Don't guess! Kind regards, Ann", "Who made it?"),
        ("Can you help me? Briefly, who made it?", "who made it?"),
        ("Who made it? Answer in one sentence. Please cite your sources.", "Who made it?"),
        ("who made it, in simple words please", "who made it"),
    ],
)
def test_a_question_is_what_stands_between_courtesies(text: str, question: str) -> None:
    assert without_courtesy(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "Great Wall of China",
        "Nice has how many people?",
        "Hi-tech parks are where?",
        "Hello World prints what?",
        "Good Morning Vietnam was made when?",
        "Can you install it on a tractor?",
        "Who is paid, thanks to the union?",
        "Who says thanks?",
        "Question 4: who pays?",
        "Tell me about Vardo",
        "Well water is how deep?",
        "What is www.answer.com?",
        "@property does what?",
        "I'm American, may I vote?",
        "谁赢得了投标？",
        "Q4: what did it earn?",
        "1.2 was released when?",
        "How does it work?",
        "Who made it? Give the year as well.",
        "What does 'pier' mean?",
        "If it rains, what closes?",
        "In the file of Vardo, who is named?",
    ],
)
def test_what_belongs_to_the_question_stays(text: str) -> None:
    assert without_courtesy(text) == text


@pytest.mark.parametrize("part", [".", "thanks ", "!thanks", "?thanks.", "hi ", ", ", "i have a question "])
def test_the_longest_turn_is_looked_at_in_no_time(part: str) -> None:
    start = time.monotonic()
    without_courtesy(part * (100_000 // len(part)) + "x?")
    assert time.monotonic() - start < 2
