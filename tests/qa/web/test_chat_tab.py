"""The chat without a browser: what its handlers show and keep."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from index import Index
from qa import AnswerSettings, Assistant, Turn
from qa.web.chat_tab import ChatTab, Update, pressed
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library, Narrowed
from qa.web.limits import Pace
from qa.web.settings_tab import settings_tab
from qa.web.store import Store

PARKS = "Which cities planned industrial parks?"
FAILING = "nobody"


REQUEST = gr.Request()


@dataclass(frozen=True)
class Chat:
    """The tab over two short documents, and what one person does in it."""

    tab: ChatTab
    desk: Desk

    def ask(self, question: str, conversation: str | None = None, **more: Any) -> list[Update]:
        chosen: dict[str, Any] = {"editing": 0, "narrowed": Narrowed(), "engine": QUOTES, "request": REQUEST}
        chosen |= {"passages": 8, "sentences": 3, "threshold": 0.5} | more
        return list(self.tab.ask(question, conversation, **chosen))

    def press(
        self, conversation: str | None, act: str, turn: int = 0, text: str = "", id: str = ""
    ) -> list[Update]:
        told = json.dumps({"act": act, "turn": turn, "text": text, "id": id, "told": 1})
        done = self.tab.press(told, conversation, REQUEST)
        asked, anew = done[self.tab._asked], done[self.tab._anew]
        return [done, *(self.ask(asked, conversation, editing=anew) if asked else [])]

    def changed(self, updates: Iterable[Update]) -> set[Any]:
        """The parts of the screen that these change."""
        return {part for update in updates for part, value in update.items() if value != gr.skip()}

    def shown(self, updates: list[Update], part: str) -> list[Any]:
        component = getattr(self.tab, f"_{part}")
        return [update[component] for update in updates if component in update]

    def conversation(self, updates: list[Update]) -> str:
        return str(self.shown(updates, "conversation")[-1])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "parks.md").write_text(
        "---\ntitle: Parks\npublisher: The Gazette\ndate: 2020-02-01\n---\n"
        "Five cities sent their plans. Chongqing and Hainan planned industrial parks. The others waited.\n"
    )
    (folder / "roads.md").write_text("# Roads\nSuzhou asked for wider roads in 2019.\n")
    for city in ("Wuhan", "Xian", "Jinan"):
        (folder / f"{city}.md").write_text(f"# {city}\n{city} planned nothing but a garden.\n")
    with Index.open(tmp_path_factory.mktemp("index")) as index:
        index.sync([folder])
        yield index


async def built(desk: Desk) -> ChatTab:
    """In a running loop: outside of one, Gradio opens some that it leaks."""
    with gr.Blocks():
        controls = settings_tab(list(desk.engines), AnswerSettings())
        return ChatTab(desk, gr.Markdown(), gr.Button(), gr.State(Narrowed()), controls)


@pytest.fixture
def chat(index: Index, tmp_path: Path) -> Iterator[Chat]:
    failing = AnswerSettings(retries=0, timeout=20)
    engines = {
        FAILING: Assistant(index, failing, model="http://127.0.0.1:9/v1#small"),
        QUOTES: Assistant(index),
    }
    store = Store(tmp_path / "chat.sqlite")
    desk = Desk(Library(index, tmp_path), store, Pace(60), engines)
    yield Chat(asyncio.run(built(desk)), desk)
    store.close()


def test_questions_worth_asking_that_are_found_while_the_first_screen_is_shown_are_shown_then(
    shipped: Index, tmp_path: Path
) -> None:
    with closing(Store(tmp_path / "chat.sqlite")) as store:
        desk = Desk(Library(shipped, tmp_path), store, Pace(60), {QUOTES: Assistant(shipped)})
        chat = Chat(asyncio.run(built(desk)), desk)
        arriving = chat.tab.arrive(REQUEST)
        first = next(arriving)
        found = desk.openers("local")  # by another thread
        before, after = chat.shown([first, *arriving], "hello")

    assert found
    assert not any(escape(question) in before for question in found)
    assert all(escape(question) in after for question in found)


def test_the_question_is_on_the_screen_before_its_answer(chat: Chat) -> None:
    first = chat.shown(chat.ask(PARKS), "now")[0]

    assert f'<div class="question">{PARKS}</div>' in first
    assert "waiting" in first


def test_an_answer_ends_with_its_sources_and_is_kept(chat: Chat) -> None:
    updates = chat.ask(PARKS)
    whole = chat.shown(updates, "now")[-1]

    assert 'href="#source-1-1"' in whole
    assert "<mark>Chongqing and Hainan planned industrial parks.</mark>" in whole
    assert "The Gazette · 2020-02-01 · " in whole
    (kept,) = chat.desk.store.exchanges("local", chat.conversation(updates))
    assert (kept.question, kept.engine, kept.fault) == (PARKS, QUOTES, None)
    assert kept.answer is not None
    assert kept.answer.text.startswith("Chongqing and Hainan planned industrial parks.")


def test_what_has_been_said_stays_until_the_answer_is_whole(chat: Chat) -> None:
    said = [html for html in chat.shown(chat.ask(PARKS), "now") if 'class="answer"' in html]

    assert len(said) >= 2
    sentence = said[0][said[0].index('<div class="answer">') : said[0].index("</div><section")]
    assert all(sentence.removesuffix("</div>") in html for html in said)


def test_a_follow_up_is_asked_after_the_turns_before_it(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    updates = chat.ask("And who asked for wider roads?", conversation)

    assert 'id="turn-1"' in chat.shown(updates, "past")[-1]
    assert 'id="turn-2"' in chat.shown(updates, "now")[-1]
    assert "Suzhou" in chat.shown(updates, "now")[-1]
    assert len(chat.desk.store.exchanges("local", conversation)) == 2


def test_a_fault_is_shown_in_its_own_words_the_question_given_back_and_no_part_of_the_history(
    chat: Chat,
) -> None:
    question = "parks " * 20_000
    updates = chat.ask(question)
    conversation = chat.conversation(updates)

    assert "characters" in chat.shown(updates, "now")[-1]
    assert chat.shown(updates, "question")[-1].value == question
    *_, last = chat.shown(chat.ask(PARKS, conversation), "now")
    assert "understood" not in last


def test_an_edited_question_replaces_what_followed_it(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask("Who asked for roads?"))
    chat.ask("When was that?", conversation)
    (edited,) = chat.press(conversation, "edit", turn=1)
    assert edited[chat.tab._question].value == "Who asked for roads?"
    chat.ask(PARKS, conversation, editing=edited[chat.tab._editing])

    assert [one.question for one in chat.desk.store.exchanges("local", conversation)] == [PARKS]


@pytest.mark.parametrize("act", ["retry", "edit", "right", "wrong", "correct"])
def test_a_button_of_a_turn_that_another_window_replaced_shows_what_is_there_now(
    chat: Chat, act: str
) -> None:
    conversation = chat.conversation(chat.ask("Who asked for roads?"))
    chat.ask("When was that?", conversation)
    chat.ask(PARKS, conversation, editing=1)  # in another window
    if act == "correct":
        shown = chat.tab.correct("Suzhou did.", 2, conversation, REQUEST)
    else:
        (shown,) = chat.press(conversation, act, turn=2)

    assert "was changed in another window" in shown[chat.tab._notice].value
    assert PARKS in shown[chat.tab._past]
    assert "roads" not in shown[chat.tab._past]
    assert [one.question for one in chat.desk.store.exchanges("local", conversation)] == [PARKS]
    assert chat.desk.store.candidates() == []


def test_asking_again_answers_the_same_turn_anew(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    before = chat.desk.store.exchanges("local", conversation)
    chat.press(conversation, "retry", turn=1)
    after = chat.desk.store.exchanges("local", conversation)

    assert [one.question for one in after] == [PARKS]
    assert after[0].asked_at > before[0].asked_at


def test_asking_an_earlier_question_again_loses_nothing(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    chat.ask("Who asked for roads?", conversation)
    chat.press(conversation, "retry", turn=1)

    kept = [one.question for one in chat.desk.store.exchanges("local", conversation)]
    assert kept == [PARKS, "Who asked for roads?", PARKS]


def test_a_stopped_question_is_kept_without_an_answer(chat: Chat) -> None:
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    stopped = chat.tab.stop(conversation, REQUEST)
    assert chat.changed(asking) == set()

    (kept,) = chat.desk.store.exchanges("local", conversation)
    assert (kept.question, kept.answer, kept.fault) == (PARKS, None, None)
    assert "You stopped this answer" in stopped[chat.tab._past]


@pytest.mark.parametrize("stops", [True, False])
def test_a_question_whose_conversation_another_window_deleted_frees_the_box(chat: Chat, stops: bool) -> None:
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    chat.desk.store.delete("local", conversation)
    shown = chat.tab.stop(conversation, REQUEST) if stops else list(asking)[-1]

    assert "it was deleted" in shown[chat.tab._notice].value
    assert shown[chat.tab._question].submit_btn == "Ask"
    if stops:
        assert chat.changed(asking) == set()


@pytest.mark.parametrize("way", ["fresh", "open", "drop"])
def test_a_question_that_is_left_is_stopped_and_changes_the_screen_no_more(chat: Chat, way: str) -> None:
    other = chat.conversation(chat.ask("Who asked for roads?"))
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    if way == "fresh":
        shown = chat.tab.leave(conversation, REQUEST)
    else:
        (shown,) = chat.press(conversation, way, id=f"{way}-{other if way == 'open' else conversation}")

    assert shown[chat.tab._conversation] == (other if way == "open" else None)
    assert shown[chat.tab._question].submit_btn == "Ask"
    assert chat.changed(asking) == set()
    assert not chat.desk.busy
    if way != "drop":
        assert [one.answer for one in chat.desk.store.exchanges("local", conversation)] == [None]


def test_leaving_a_conversation_does_not_stop_what_another_window_asked_in_it(chat: Chat) -> None:
    elsewhere = gr.Request(session_hash="another window")
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, elsewhere)
    conversation = next(asking)[chat.tab._conversation]
    chat.tab.leave(conversation, REQUEST)

    assert "Chongqing" in list(asking)[-1][chat.tab._now]


def test_what_is_stopped_and_asked_again_at_once_is_answered_once(chat: Chat) -> None:
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    chat.tab.stop(conversation, REQUEST)
    again = chat.tab.ask(PARKS, conversation, 1, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    next(again)
    assert chat.changed(asking) == set()

    assert "Chongqing" in list(again)[-1][chat.tab._now]
    assert len(chat.desk.store.exchanges("local", conversation)) == 1


def test_a_page_that_is_closed_stops_its_question(chat: Chat) -> None:
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    assert isinstance(asking, Generator)
    asking.close()

    assert [one.answer for one in chat.desk.store.exchanges("local", conversation)] == [None]
    assert chat.shown(chat.ask(PARKS, conversation), "now")  # and another can be asked


def test_a_conversation_answers_one_question_at_a_time(chat: Chat) -> None:
    asking = chat.tab.ask(PARKS, None, 0, Narrowed(), QUOTES, 8, 3, 0.5, REQUEST)
    conversation = next(asking)[chat.tab._conversation]
    (refused,) = chat.ask("Who asked for roads?", conversation)

    assert "being answered in another window" in refused[chat.tab._notice].value
    (refused,) = chat.ask("Who asked for roads?", conversation, editing=1)
    assert "being answered in another window" in refused[chat.tab._notice].value
    assert "Chongqing" in list(asking)[-1][chat.tab._now]


def test_nobody_opens_deletes_or_corrects_the_conversation_of_another(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS, request=gr.Request(username="ann")))
    for act in ("open", "drop", "share", "right"):
        (refused,) = chat.press(conversation, act, turn=1, id=f"{act}-{conversation}")
        assert "not yours to see or change" in refused[chat.tab._notice].value

    assert len(chat.desk.store.exchanges("ann", conversation)) == 1
    assert chat.desk.store.conversations("local") == []


def test_a_conversation_is_opened_as_it_was_left_and_deleted(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    (opened,) = chat.press(None, "open", id=f"open-{conversation}")
    assert "Chongqing and Hainan" in opened[chat.tab._past]
    (gone,) = chat.press(conversation, "drop", id=f"drop-{conversation}")

    assert gone[chat.tab._conversation] is None
    assert chat.desk.store.conversations("local") == []


def test_only_the_documents_asked_about_answer(chat: Chat) -> None:
    roads = Narrowed(
        frozenset(one.source for one in chat.desk.library.index.documents() if "roads" in one.source)
    )
    *_, last = chat.shown(chat.ask(PARKS, narrowed=roads), "now")

    assert "Chongqing" not in last
    assert 'class="declined"' in last


@pytest.mark.parametrize(
    ("control", "value", "expected"),
    [("threshold", 1.0, 'class="declined"'), ("engine", FAILING, "missing or cut short: it failed")],
)
def test_a_control_changes_the_answer(chat: Chat, control: str, value: Any, expected: str) -> None:
    assert expected not in chat.shown(chat.ask(PARKS), "now")[-1]
    assert expected in chat.shown(chat.ask(PARKS, **{control: value}), "now")[-1]


def test_more_passages_are_looked_in_where_that_is_chosen(chat: Chat) -> None:
    def looked_in(passages: int) -> int:
        conversation = chat.conversation(chat.ask(PARKS, passages=passages))
        answer = chat.desk.store.exchanges("local", conversation)[0].answer
        assert answer is not None
        return len(answer.passages)

    assert looked_in(1) < looked_in(8)


def test_asking_too_fast_is_told_and_costs_nothing(chat: Chat) -> None:
    chat.desk.pace = Pace(1)
    conversation = chat.conversation(chat.ask(PARKS))
    (refused,) = chat.ask("Who asked for roads?", conversation)

    assert "ask again in" in refused[chat.tab._notice].value
    assert len(chat.desk.store.exchanges("local", conversation)) == 1


def test_asking_again_too_fast_leaves_the_next_question_a_turn_of_its_own(chat: Chat) -> None:
    chat.desk.pace = Pace(1)
    conversation = chat.conversation(chat.ask(PARKS))
    pressed, refused = chat.press(conversation, "retry", turn=1)

    assert "ask again in" in refused[chat.tab._notice].value
    assert chat.tab._editing not in pressed
    assert len(chat.desk.store.exchanges("local", conversation)) == 1


def test_a_verdict_becomes_a_candidate_for_the_gold_set(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    chat.press(conversation, "right", turn=1)
    chat.tab.correct("The others waited.", 1, conversation, REQUEST)
    right, corrected = chat.desk.store.candidates()

    assert right.case.evidence[0].quote == "Chongqing and Hainan planned industrial parks."
    assert corrected.case.facts == (("The others waited.",),)
    assert corrected.case.evidence[0].quote == "The others waited."
    assert corrected.note == "corrected to: The others waited."


def test_a_correction_without_words_is_asked_for(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    asked = chat.tab.correct("  ", 1, conversation, REQUEST)

    assert "Write what would be right" in asked[chat.tab._notice].value
    assert chat.desk.store.candidates() == []


def test_a_case_of_a_follow_up_holds_the_turns_before_it(chat: Chat) -> None:
    conversation = chat.conversation(chat.ask(PARKS))
    chat.ask("And who asked for wider roads?", conversation)
    chat.press(conversation, "right", turn=2)
    (candidate,) = chat.desk.store.candidates()

    assert candidate.case.kind == "follow-up"
    assert candidate.case.turns[0] == Turn.user(PARKS)
    assert [turn.role for turn in candidate.case.turns] == ["user", "assistant"]


def test_what_the_page_does_not_write_is_no_button() -> None:
    with pytest.raises(ValueError, match="no button of the page"):
        pressed('{"act": "edit"}')
