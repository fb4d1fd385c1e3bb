"""Answers in the words of a scripted model, over the shipped documents."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from typing import Any

import pytest

import prompts
from index import Index
from qa import Answer, AnswerSettings, Assistant, Done, Said
from qa.evaluation.record import supported
from qa.scripted import ScriptedModel
from qa.web import page
from tests.qa.openai_server import (
    Reply,
    cutting,
    dripping,
    endless,
    failing,
    garbage,
    saying,
    serving,
    silent,
)

PARKS = "Which provinces planned industrial parks?"
COUNT = "How many provinces put blockchain into their 2020 work reports?"
FAITHFUL = (
    "The provinces that proposed industrial parks for blockchain are Chongqing, Shandong, Hainan and Shaanxi"
)


def writing(shipped: Index, script: Callable[[str], Iterable[str]], **settings: Any) -> Assistant:
    return Assistant(shipped, AnswerSettings(**settings), model=ScriptedModel(script=script))


def number_of(prompt: str, words: str) -> int:
    """Of the first passage in a prompt that holds these words."""
    return int(re.findall(r"passage \[(\d+)\]:", prompt[: prompt.index(words)])[-1])


def check_promises(index: Index, answer: Answer) -> None:
    """What holds of every answer, whatever a model says."""
    assert all(supported(sentence) for sentence in answer.sentences)
    assert answer.abstained == (not answer.sentences)
    for citation in answer.citations:
        assert index.document(citation.document_id).text[citation.start : citation.end] == citation.quote
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    cited = {one.number for sentence in answer.sentences for one in sentence.citations}
    assert cited == {one.number for one in answer.citations}
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences)


def test_a_faithful_sentence_is_released_with_the_spans_that_carry_it(shipped: Index) -> None:
    def script(prompt: str) -> list[str]:
        return [f"{FAITHFUL} [{number_of(prompt, 'Chongqing, Shandong, Hainan and')}]."]

    answer = writing(shipped, script).ask(PARKS)
    (sentence,) = answer.sentences
    assert sentence.text == f"{FAITHFUL}. [1]"
    assert sentence.support == "supported"
    assert "Chongqing, Shandong, Hainan and Shaanxi" in sentence.citations[0].quote
    assert len(sentence.citations[0].quote) < 120  # the sentence, not the passage
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.note) == (1, "")
    assert answer.generation.prompts == prompts.digest()
    check_promises(shipped, answer)


@pytest.mark.parametrize("marks", ["", " [99]", " [0]"])
def test_a_missing_or_wrong_mark_is_replaced_by_what_carries_the_sentence(shipped: Index, marks: str) -> None:
    answer = writing(shipped, lambda _: [f"{FAITHFUL}{marks}."]).ask(PARKS)
    assert answer.sentences[0].text == f"{FAITHFUL}. [1]"
    assert "Shaanxi" in answer.citations[0].quote


@pytest.mark.parametrize(
    "changed",
    [
        FAITHFUL.replace("Shaanxi", "Shanxi"),
        FAITHFUL.replace("Hainan", "Atlantis"),
        FAITHFUL.replace("that proposed", "that never proposed"),
        f"In 2031, {FAITHFUL}",
    ],
)
def test_a_sentence_with_a_fault_is_replaced_by_the_quote_that_it_leaned_on(
    shipped: Index, changed: str
) -> None:
    answer = writing(shipped, lambda _: [f"{changed} [1]."]).ask(PARKS)
    assert changed not in answer.text
    assert {sentence.support for sentence in answer.sentences} == {"quoted"}
    assert "Chongqing, Shandong, Hainan and Shaanxi" in answer.text
    assert answer.generation is not None
    assert (answer.generation.released, answer.generation.replaced) == (0, 1)
    assert answer.generation.note == ""


@pytest.mark.parametrize(
    "said",
    [
        f"{FAITHFUL}, see https://evil.example/parks.",
        f"[{FAITHFUL}](//evil.example).",
        f"{FAITHFUL} <img src=x>.",
        f"`{FAITHFUL}`.",
        f"{FAITHFUL} ![x](x).",
        f"{FAITHFUL} javascript:alert(1).",
        f"{FAITHFUL}\u202e.",
        f"{FAITHFUL}\x1b[31m.",
        FAITHFUL,  # cut off
    ],
)
def test_what_could_come_to_life_or_was_cut_off_is_not_released(shipped: Index, said: str) -> None:
    answer = writing(shipped, lambda _: [said]).ask(PARKS)
    assert {sentence.support for sentence in answer.sentences} == {"quoted"}
    assert "Shaanxi" in answer.text


def test_a_true_sentence_that_does_not_answer_is_dropped(shipped: Index) -> None:
    aside = "Kunming's draft pays 20% of the investment."
    answer = writing(shipped, lambda _: [aside]).ask(PARKS)
    assert "Kunming" not in answer.text
    assert answer.generation is not None
    assert answer.generation.dropped == 1


def test_facts_that_no_released_sentence_tells_are_quoted(shipped: Index) -> None:
    part = "Hainan proposed the building of industrial parks for blockchain"
    answer = writing(shipped, lambda _: [f"{part}."]).ask(PARKS)
    assert "Chongqing, Shandong, Hainan and Shaanxi" in answer.text
    check_promises(shipped, answer)


@pytest.mark.parametrize(
    "said",
    ["22 provinces wrote blockchain into their 2020 government work reports.", "It was 21 of them.", "NONE"],
)
def test_where_sources_differ_both_values_are_shown_whatever_the_model_says(
    shipped: Index, said: str
) -> None:
    answer = writing(shipped, lambda _: [said]).ask(COUNT)
    values = answer.disagreements[0].values
    assert [value.text for value in values] == ["22", "21"]
    for value in values:
        assert any(value.text in citation.quote for citation in value.citations)
        assert value.text in answer.text
    check_promises(shipped, answer)


def test_a_question_that_is_declined_asks_no_model(shipped: Index) -> None:
    def script(_: str) -> list[str]:
        raise AssertionError

    answer = writing(shipped, script).ask("How do I bake bread?")
    assert answer.abstained
    assert answer.generation is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "it said nothing"),
        ("NONE", "it found no answer"),
        ("I'm sorry, but I cannot help with that request.", "the documents carry none of it"),
        ("�\x00\x07 ~~~ ???? ||||| \n" * 50, "it found no answer"),
        ("blah " * 2000, "the documents carry none of it"),
    ],
)
def test_a_model_that_says_nothing_of_use_costs_one_line(shipped: Index, said: str, reason: str) -> None:
    answer = writing(shipped, lambda _: [said] if said else [" "]).ask(PARKS)
    quoting = Assistant(shipped).ask(PARKS)
    assert (answer.text, answer.sentences, answer.citations) == (
        quoting.text,
        quoting.sentences,
        quoting.citations,
    )
    assert answer.generation is not None
    assert reason in answer.generation.note
    assert answer.generation.note.count("\n") == 0
    assert answer.generation.note in page.answer_html(answer, 1).replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (failing(401), "refused the key"),
        (failing(429), "429"),
        (failing(500), "500"),
        (garbage, "it failed"),
        (silent, "too long"),
        (dripping, "too long"),
        (saying("<script>alert(1)</script> [1]."), "carry none of it"),
        (endless("word "), "carry none of it"),
        (cutting("Half a sentence that nobody"), "it failed"),
    ],
)
def test_whatever_a_server_does_the_quotes_are_there(
    shipped: Index, reply: Callable[[Reply], None], reason: str
) -> None:
    settings = AnswerSettings(timeout=2, retries=0, answer_tokens=50)
    quoting = Assistant(shipped).ask(PARKS)
    with serving(reply) as server:
        answer = Assistant(shipped, settings, model=server.address).ask(PARKS)
    assert answer.text == quoting.text
    assert answer.generation is not None
    assert reason in answer.generation.note
    assert answer.generation.model == "tested at 127.0.0.1"


def test_what_was_released_before_a_connection_broke_stays(shipped: Index) -> None:
    with serving(cutting(f"{FAITHFUL} [1]. And then the con")) as server:
        settings = AnswerSettings(retries=0)
        *events, done = Assistant(shipped, settings, model=server.address).stream(PARKS)
    assert isinstance(done, Done)
    said = [event.sentence for event in events if isinstance(event, Said)]
    assert said == list(done.answer.sentences)
    assert said[0].text == f"{FAITHFUL}. [1]"
    assert done.answer.generation is not None
    assert "it failed" in done.answer.generation.note


def test_the_first_sentence_is_shown_before_the_model_has_finished_the_second(shipped: Index) -> None:
    shown = threading.Event()

    def script(_: str) -> Iterator[str]:
        yield f"{FAITHFUL} [1]. And the second "
        assert shown.wait(20)
        yield "follows."

    for event in writing(shipped, script).stream(PARKS):
        if isinstance(event, Said) and not shown.is_set():
            assert event.sentence.text == f"{FAITHFUL}. [1]"
            shown.set()
    assert shown.is_set()


def test_closing_an_answer_ends_the_request(shipped: Index) -> None:
    with serving(endless(f"{FAITHFUL} [1]. And so on ")) as server:
        events = Assistant(shipped, AnswerSettings(max_sentences=3), model=server.address).stream(PARKS)
        assert any(isinstance(event, Said) for event in events)
        began = time.monotonic()
        events.close()  # type: ignore[attr-defined]
        assert server.closed.wait(10)
        assert time.monotonic() - began < 10


def test_a_cancelled_task_ends_the_request(shipped: Index) -> None:
    async def hear_one(assistant: Assistant) -> None:
        async with aclosing(assistant.astream(PARKS)) as events:
            async for event in events:
                if isinstance(event, Said):
                    await asyncio.sleep(60)

    async def cancelled(assistant: Assistant) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(hear_one(assistant), 5)

    with serving(endless(f"{FAITHFUL} [1]. And so on ")) as server:
        asyncio.run(cancelled(Assistant(shipped, AnswerSettings(max_sentences=3), model=server.address)))
        assert server.closed.wait(10)


def test_an_answer_is_no_longer_than_was_set(shipped: Index) -> None:
    said = [
        "Shandong proposed the building of industrial parks for blockchain.",
        f"{FAITHFUL}.",
        f"Also, {FAITHFUL}.",
    ]
    answer = writing(shipped, lambda _: [" ".join(said)], max_sentences=1).ask(PARKS)
    assert answer.generation is not None
    assert answer.generation.released + answer.generation.replaced == 1


def test_tokens_are_counted_and_limited_over_all_questions(shipped: Index) -> None:
    assistant = writing(
        shipped, lambda _: [f"{FAITHFUL}."], prompt_tokens=600, answer_tokens=50, total_tokens=1000
    )
    first, second = assistant.ask(PARKS).generation, assistant.ask(PARKS).generation
    assert first is not None
    assert second is not None
    assert 300 < first.tokens <= 650
    assert (second.tokens, second.released) == (0, 0)
    assert "limit of 1,000 tokens" in second.note


def test_the_same_script_gives_the_same_answer_from_many_threads(shipped: Index) -> None:
    assistant = writing(shipped, lambda _: [f"{FAITHFUL} [1]."])
    expected = assistant.ask(PARKS)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(assistant.ask(PARKS))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 6
