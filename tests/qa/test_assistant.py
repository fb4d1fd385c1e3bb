"""The main job: questions over the shipped documents and over the raw articles."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from index import Embedder, Index, View
from index.errors import BadQuestion
from qa import Answer, AnswerSettings, Assistant, Done, Event, Said, Turn, Understood

PARKS = "Which provinces planned industrial parks?"
COUNT = "How many provinces put blockchain into their 2020 work reports?"


@pytest.fixture(params=["shipped", "raw"])
def either(request: pytest.FixtureRequest) -> Assistant:
    """The assistant over the digests, and over the raw articles."""
    fixture = "assistant" if request.param == "shipped" else "over_raw_articles"
    assistant: Assistant = request.getfixturevalue(fixture)
    return assistant


def test_the_parks_are_named_and_both_articles_that_name_them_are_cited(either: Assistant) -> None:
    answer = either.ask(PARKS)
    first = answer.sentences[0]
    assert all(name in first.text for name in ("Chongqing", "Shandong", "Hainan", "Shaanxi"))
    assert len({citation.document_id for citation in first.citations}) == 2
    assert all("Shaanxi" in citation.quote for citation in first.citations)
    assert "[1][2]" in first.text


def test_sources_that_count_differently_are_both_shown(either: Assistant) -> None:
    answer = either.ask(COUNT)
    (disagreement,) = answer.disagreements
    assert disagreement.subject == "provinces"
    assert [value.text for value in disagreement.values] == ["22", "21"]
    given = [{citation.document_id for citation in value.citations} for value in disagreement.values]
    assert given[0].isdisjoint(given[1])
    assert "22" in answer.sentences[0].text
    assert "21" in answer.sentences[1].text


def test_bread_is_declined(either: Assistant) -> None:
    answer = either.ask("How do I bake bread?")
    assert answer.abstained
    assert answer.refusal == "not_answered"
    assert answer.text == "The documents do not answer this."
    assert answer.citations == ()
    assert answer.passages  # the nearest, as leads


def test_a_name_that_no_document_holds_is_named(either: Assistant) -> None:
    answer = either.ask("What did Xinjiang's report say?")
    assert (answer.refusal, answer.missing, answer.confidence) == ("unknown_name", ("Xinjiang",), 0.0)
    assert answer.text == "The documents do not answer this: Xinjiang appears in none of them."


def test_a_year_that_no_document_holds_is_named(either: Assistant) -> None:
    answer = either.ask("How many provinces mentioned blockchain in 2021?")
    assert (answer.refusal, answer.missing) == ("unknown_number", ("2021",))


def test_how_much_is_not_answered_without_a_number(assistant: Assistant) -> None:
    answer = assistant.ask("How large will Hainan's blockchain industrial park be?")
    assert answer.abstained


def test_an_announced_list_is_quoted_whole(assistant: Assistant) -> None:
    answer = assistant.ask("What blockchain platforms has Loudi built?")
    assert "basic network platform" in answer.text
    assert "competitive deposits" in answer.text
    assert answer.citations[0].quote.count("\n- ") == 4


def test_each_name_of_a_comparison_gets_its_sentence(assistant: Assistant) -> None:
    answer = assistant.ask("Compare what the Hunan and Shanghai reports say about blockchain.")
    assert "points of growth" in answer.text
    assert "to the full" in answer.text


def test_a_follow_up_is_understood_from_the_turns_before(assistant: Assistant) -> None:
    first = assistant.ask("What did Hunan's work report say?")
    answer = assistant.ask("and Shanxi?", [Turn.user(first.question), Turn.assistant(first.text)])
    assert answer.standalone == "What did Shanxi's work report say?"
    assert "blockchain + industry" in answer.text


def test_what_was_answered_is_no_reason_for_itself(real_embedder: Embedder, tmp_path: Path) -> None:
    told = "The village of Seaford moved uphill in 1961."
    text = f"Seaford\n\n{told} The move followed from the flood, which had taken half of its houses.\n"
    (tmp_path / "seaford.txt").write_text(text)
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "seaford.txt"])
        assistant = Assistant(index, AnswerSettings(reader="none", threshold=0))
        before = [Turn.user("When did the village of Seaford move uphill?"), Turn.assistant(f"{told} [1]")]
        assert told in assistant.ask(before[0].text).text
        answer = assistant.ask("why?", before)
        assert answer.standalone.startswith("Why did the village of Seaford move uphill")
        assert told not in answer.text
        assert "flood" in answer.text


def test_what_answered_before_does_not_answer_whatever_is_asked_next(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "council.txt").write_text(
        "Ferry\n\nThe town council decided on Thursday to keep the winter ferry. Councillor Tor Haugen, who "
        "voted against, said that the ferry carries fewer than forty people a day.\n"
    )
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "council.txt"])
        assistant = Assistant(index)
        first = "What did the council decide about the ferry?"
        history = [Turn("user", first), Turn("assistant", assistant.ask(first).text)]
        assert "Tor Haugen" in assistant.ask("Who voted against it?", history).text


def test_a_turn_of_any_length_may_come_before(assistant: Assistant) -> None:
    history = [Turn.user("Who won? " * 1_100), Turn.assistant(f"{'Huawei won it. ' * 1_000}[1]")]
    assert assistant.ask("How much was that?", history).question == "How much was that?"
    assert assistant.ask("was anybody glad of it", history).question == "was anybody glad of it"


def test_a_follow_up_is_searched_for_as_it_was_asked_too(real_embedder: Embedder, tmp_path: Path) -> None:
    filler = "".join(f"Pier {at} of Vardo is painted grey and has a number.\n\n" for at in range(60))
    (tmp_path / "piers.txt").write_text(f"Piers\n\n{filler}")
    (tmp_path / "yeast.txt").write_text("Bread\n\nIt rises in the warmth because of yeast.\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "piers.txt", tmp_path / "yeast.txt"])
        assistant = Assistant(index, AnswerSettings(reader="none", passages=1))
        before = [
            Turn.user("Which piers of Vardo are grey?"),
            Turn.assistant("Pier 1 of Vardo is painted grey. [1]"),
        ]
        asked = assistant.understand("what makes it rise?", before)
        assert "Vardo" in asked.context
        whole = {passage.title for passage in index.search(asked.standalone, k=1)}
        assert whole == {"Piers"}
        assert {passage.title for passage in assistant.retrieve(asked)} == {"Piers", "Bread"}


def test_what_is_not_answered_alone_may_lean_on_the_turn_before(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    told = "The ferry Alma lay still for 31 hours in August, because a shaft had cracked."
    (tmp_path / "ferries.txt").write_text(
        f"Ferries\n\n{told} The port authority fined its owner 40,000 crowns for it.\n"
    )
    (tmp_path / "bread.txt").write_text("Bread\n\nIt rises in the warmth because of yeast.\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "ferries.txt", tmp_path / "bread.txt"])
        assistant = Assistant(index)
        history = [Turn.user("What happened to the ferry Alma?"), Turn.assistant(f"{told} [1]")]
        asked = "was anybody punished"
        assert assistant.ask(asked).abstained
        answer = assistant.ask(asked, history)
        assert "fined its owner 40,000 crowns" in answer.text
        assert answer.standalone.startswith("was anybody punished (about ")
        assert assistant.ask("How do I bake bread?", history).standalone == "How do I bake bread?"


def test_what_a_sentence_resumes_it_may_leave_unnamed(real_embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Pilots\n\nThe customs pilot was begun in Vardo. The pilot covers eleven goods, from fish to wool. "
        "Hamar has a fair.\n"
    )
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        assistant = Assistant(index, AnswerSettings(threshold=0))
        assert "eleven" in assistant.ask("How many goods does the Vardo pilot cover?").text
        assert assistant.ask("How many goods does the Hamar pilot cover?").abstained


def test_a_sentence_that_says_it_behind_its_date_is_quoted_with_the_one_before(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(
        "Pilots\n\nAnother example is the harbour agency of Ostrel. In November 2019, it openly collected "
        "cases of electronic ship logs from the whole coast.\n"
    )
    (tmp_path / "b.txt").write_text("Coasts\n\nSalzau lies on the same coast as Ostrel.\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt", tmp_path / "b.txt"])
        over = Assistant(index)
        answer = over.ask("When did Ostrel collect cases of ship logs?")
        assert answer.text.startswith("Another example is the harbour agency of Ostrel. In November 2019, it")
        assert answer.text.count("Another example") == 1
        assert over.ask("When did Salzau collect cases of ship logs?").abstained


def test_a_sentence_that_two_quotes_need_is_quoted_once(real_embedder: Embedder, tmp_path: Path) -> None:
    said = (
        "Very few women head schools, which thwarts efforts to show women as leaders.",
        "Although they make up most of the staff, women hold few posts of principal, Elin Berg said.",
        "She believed that some women were reluctant to become principals because of the long hours.",
    )
    (tmp_path / "a.txt").write_text(f"Schools\n\n{' '.join(said)}\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        answer = Assistant(index, AnswerSettings(threshold=0)).ask("Why are few principals women?")
    assert len(answer.citations) > 1
    assert all(answer.text.count(sentence) <= 1 for sentence in said)


def test_where_keeps_an_answer_to_some_documents(assistant: Assistant) -> None:
    answer = assistant.ask(COUNT, where={"publisher": "PANews"})
    assert {citation.metadata["publisher"] for citation in answer.citations} == {"PANews"}
    assert answer.disagreements == ()


def test_the_stream_is_what_ask_gives(assistant: Assistant) -> None:
    first, *said, last = assistant.stream(PARKS)
    assert isinstance(first, Understood)
    assert isinstance(last, Done)
    assert last.answer == assistant.ask(PARKS)
    assert [event.sentence for event in said if isinstance(event, Said)] == list(last.answer.sentences)
    assert first.passages == last.answer.passages


def test_on_an_event_loop_the_events_and_the_answer_are_the_same(assistant: Assistant) -> None:
    async def both() -> tuple[list[Event], Answer]:
        return [event async for event in assistant.astream(PARKS)], await assistant.aask(PARKS)

    events, answer = asyncio.run(both())
    assert events == list(assistant.stream(PARKS))
    assert answer == assistant.ask(PARKS)


def test_the_event_loop_goes_on_while_an_answer_is_made(assistant: Assistant) -> None:
    async def beside() -> int:
        asking = asyncio.create_task(assistant.aask(PARKS))
        turns = 0
        while not asking.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    assert asyncio.run(beside()) > 10


def test_a_threshold_of_one_declines_what_zero_answers(shipped: Index) -> None:
    question = "What does Jilin want to use blockchain for?"
    assert not Assistant(shipped, AnswerSettings(threshold=0)).ask(question).abstained
    assert Assistant(shipped, AnswerSettings(threshold=1)).ask(question).refusal == "not_answered"


def test_max_sentences_limits_an_answer(shipped: Index) -> None:
    question = "What did Gansu launch?"
    one = Assistant(shipped, AnswerSettings(max_sentences=1)).ask(question)
    three = Assistant(shipped, AnswerSettings(max_sentences=3)).ask(question)
    assert len(one.sentences) == 1 < len(three.sentences)


@pytest.mark.parametrize("question", ["", " \n ", "x" * 100_000])
def test_a_question_that_cannot_be_asked_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(BadQuestion):
        assistant.ask(question)


@pytest.mark.parametrize(
    "question",
    [
        '"AND" (OR) title:x* ~[',
        "???",
        "🙂",
        "区块链是什么？",
        "<script>alert(1)</script>",
        "\x00",
        "a\nb",
        "1=1; --",
    ],
)
def test_odd_questions_are_answered_or_declined(assistant: Assistant, question: str) -> None:
    check_promises(assistant.index, assistant.ask(question))


def check_promises(index: Index | View, answer: Answer) -> None:
    """What holds of every answer: exact spans for every sentence, none for a refusal, marks that match."""
    assert 0 <= answer.confidence <= 1
    if answer.abstained:
        assert answer.refusal
        assert not answer.sentences
        assert not answer.citations
        return
    assert answer.refusal is None
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.citations
        assert sentence.support == "quoted"
        marks = "".join(f"[{citation.number}]" for citation in sentence.citations)
        assert sentence.text == f"{sentence.citations[0].quote} {marks}"
    for citation in answer.citations:
        assert index.document(citation.document_id).text[citation.start : citation.end] == citation.quote
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert max(Counter(sentence.text for sentence in answer.sentences).values()) == 1


def test_a_list_item_is_no_answer_but_to_a_list(assistant: Assistant) -> None:
    answer = assistant.ask("What did Hunan say in its report?")
    assert "points of growth" in answer.text
    assert answer.sentences[0].text != "Hunan [1]"


def test_a_count_of_another_year_is_no_answer_and_no_disagreement(assistant: Assistant) -> None:
    answer = assistant.ask("How many provinces mentioned blockchain in 2019?")
    assert "three provinces" in answer.text
    assert answer.disagreements == ()


def test_what_is_said_of_one_name_is_not_said_of_another(assistant: Assistant) -> None:
    assert assistant.ask("How much did Huawei bid for the Shanghai project?").abstained


def test_the_first_sentence_of_a_plain_file_can_answer(real_embedder: Embedder, tmp_path: Path) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    (documents / "vardo.txt").write_text(
        "The lighthouse of Vardo was built in 1896 by Ole Hansen.\n\n"
        "It is 20 meters high. Its lamp was replaced in 1931.\n"
    )
    (documents / "灯塔.txt").write_text("上海的灯塔建于1896年。\n\n它高二十米。\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([documents])
        assert "1896" in Assistant(index).ask("When was the lighthouse of Vardo built?").sentences[0].text
        assert "1896" in Assistant(index).ask("上海的灯塔建于哪一年？").sentences[0].text


def test_a_date_is_no_amount(real_embedder: Embedder, tmp_path: Path) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    (documents / "tallinn.txt").write_text(
        "Harbours\n\nThe pier in Tallinn was opened on 12 May 1955. The pier in Tallinn cost 4,300 crowns.\n"
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([documents])
        assert "4,300" in Assistant(index).ask("How much did the pier in Tallinn cost?").sentences[0].text


def test_over_a_view_it_neither_quotes_nor_knows_what_is_hidden(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    documents = tmp_path / "docs"
    for name, text in {
        "mine/vardo.txt": "The lighthouse of Vardo was built in 1896 by Ole Hansen.\n",
        "theirs/petsamo.txt": "The lighthouse of Petsamo was built in 1931 by Aino Virtanen.\n",
    }.items():
        (documents / name).parent.mkdir(parents=True)
        (documents / name).write_text(text)
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([documents])
        mine = Assistant(index.within(["docs/mine/"]))
        answer = mine.ask("When was the lighthouse of Petsamo built?")
        assert (answer.refusal, answer.missing) == ("unknown_name", ("Petsamo",))
        assert {passage.source for passage in answer.passages} == {"docs/mine/vardo.txt"}
        assert mine.ask("When was the lighthouse of Petsmo built?").missing == ("Petsmo",)
        assert "1896" in mine.ask("When was the lighthouse of Vardoo built?").text
        assert "1931" in Assistant(index).ask("When was the lighthouse of Petsmo built?").text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who pays for the crane?", "The city of Vardo pays half of it and the port the rest. [1]"),
        ("When will the crane be there?", "In May 2027, after the ice. [1]"),
    ],
)
def test_a_question_in_a_document_is_no_answer_but_tells_what_the_next_sentence_answers(
    real_embedder: Embedder, tmp_path: Path, question: str, answer: str
) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    (documents / "mail.md").write_text(
        "# Notes\n\nWho pays for the crane? The city of Vardo pays half of it and the port the rest.\n"
        "When will the crane be there? In May 2027, after the ice. The crane is the largest of the north.\n"
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([documents])
        assert Assistant(index).ask(question).text == answer
