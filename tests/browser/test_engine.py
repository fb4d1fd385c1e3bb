"""A model chosen in the chat: its sentences as they come, stopped when told to, and quotes instead of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from qa.web.desk import QUOTES
from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import PARKS, ask, send
from tests.qa.openai_server import Reply, serving

FIRST = (
    "The building of industrial parks for blockchain was proposed by Chongqing, Shandong, Hainan and Shaanxi"
)


@dataclass
class Model:
    """Says one sentence, and no more before it is told to."""

    more: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def __call__(self, to: Reply) -> None:
        to.begin()
        to.piece(f"{FIRST} [1]. And the second ")
        while not self.more.wait(0.1):
            try:
                to.piece("")
            except OSError:
                self.gone.set()
                raise
        to.piece("follows.", "stop")
        to.end()


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[str]:
    with serving(model) as server:
        folder = tmp_path_factory.mktemp("served")
        with served(folder, ROOT / "corpus/documents", QA_ANSWER__MODEL=server.address) as address:
            yield address


@pytest.fixture
def page(opened: Opened, address: str, model: Model) -> Page:
    model.more.clear()
    return opened(address)


def test_the_first_sentence_is_on_the_screen_before_the_second_is_written(page: Page, model: Model) -> None:
    send(page, PARKS)
    expect(page.locator("#now .answer p").first).to_contain_text(FIRST)
    expect(page.locator("#now .answer .support").first).to_have_text("supported")
    assert page.locator("#conversation .acts").count() == 0  # it goes on
    model.more.set()

    expect(page.locator("#conversation .acts")).to_have_count(1)


def test_stop_ends_the_request_and_another_question_can_be_asked(page: Page, model: Model) -> None:
    model.gone.clear()
    send(page, PARKS)
    expect(page.locator("#now .answer p").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()

    expect(page.locator("#past .turn")).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert model.gone.wait(20)
    expect(page.locator("#conversation .turn")).to_have_count(1)
    page.wait_for_timeout(1000)  # what was under way when it was stopped
    expect(page.locator("#conversation .turn")).to_have_count(1)
    model.more.set()
    expect(ask(page, "How many industrial enterprises does Shandong have?")).to_contain_text("Shandong")


def test_a_question_sent_while_another_is_answered_is_asked_after_it(page: Page, model: Model) -> None:
    send(page, PARKS)
    expect(page.locator("#now .answer p").first).to_be_visible()
    send(page, "How many industrial enterprises does Shandong have?")
    model.more.set()

    expect(page.locator("#conversation .acts")).to_have_count(2)
    expect(page.locator("#turn-2 .question")).to_contain_text("Shandong")


def test_enter_pressed_twice_asks_once(page: Page, model: Model) -> None:
    send(page, PARKS)
    page.keyboard.press("Enter")
    model.more.set()
    expect(page.locator("#conversation .acts")).to_have_count(1)
    ask(page, "How many industrial enterprises does Shandong have?")

    expect(page.locator("#conversation .question")).to_have_count(2)


@pytest.mark.parametrize("asked", ["typed", "of a button"])
def test_another_conversation_that_is_opened_while_a_model_writes_stands_alone(
    page: Page, model: Model, asked: str
) -> None:
    model.more.set()
    ask(page, "How many industrial enterprises does Shandong have?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#conversation .question")).to_have_count(0)
    if asked == "typed":
        model.more.clear()
        send(page, PARKS)
    else:
        ask(page, PARKS)
        model.more.clear()
        page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#conversation .acts")).to_have_count(0)  # it goes on
    expect(page.locator("#now .answer p").first).to_contain_text(FIRST)
    page.locator("#listing .act-open", has_text="Shandong").first.click()

    expect(page.locator("#conversation .question")).to_contain_text(["Shandong"])
    model.more.set()
    page.wait_for_timeout(1000)  # for what was under way when it was left
    expect(page.locator("#conversation .question")).to_have_count(1)
    ask(page, "And what did Gansu launch?")
    expect(page.locator("#conversation .question")).to_have_count(2)


def test_whoever_wants_quotes_only_gets_them(page: Page, model: Model) -> None:
    model.more.set()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label(QUOTES).check()
    page.get_by_role("tab", name="Chat").click()
    reply = ask(page, PARKS)

    expect(reply.locator(".support").first).to_have_text("quoted")
    expect(reply).not_to_contain_text(FIRST)


def test_neither_key_nor_address_of_the_model_reaches_the_page(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()

    expect(page.locator("#engine")).to_contain_text("tested at 127.0.0.1")
    assert not re.search(r"/v1|127\.0\.0\.1:\d+/v1", page.content().replace(page.url, ""))
