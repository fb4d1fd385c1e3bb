"""The chat as a reader meets it: a real server, a real index, a real browser, and nothing from outside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from index import Index

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PARKS = "Which provinces planned industrial parks?"
FOUR = ("Chongqing", "Shandong", "Hainan", "Shaanxi")
HOSTILE = (
    "<script>document.title='owned'</script> "
    "<img src=http://evil.example/a.png onerror=\"document.title='owned'\"> "
    "![pixel](http://evil.example/b.png) [Click](http://evil.example/c) **loud**"
)

PATIENCE = 20  # seconds

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="no browser: apt-get install chromium fonts-liberation"
)
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat over the shipped documents and one that means harm, in a process of its own."""
    hostile = tmp_path_factory.mktemp("hostile")
    (hostile / "ferry.txt").write_text(
        f"The Zanzibar ferry leaves at nine says the notice {HOSTILE} on the pier.\n"
    )
    index_path = str(tmp_path_factory.mktemp("index"))
    with Index.open(index_path) as index:
        index.sync(["corpus/documents", str(hostile)])
    serving = subprocess.Popen(
        [sys.executable, "app.py"],
        env={**os.environ, "QA_INDEX": index_path, "QA_SERVE__PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stdout is not None
    line = serving.stdout.readline()
    assert line.startswith("Chat: http://127.0.0.1:")
    yield line.removeprefix("Chat: ").strip()
    serving.send_signal(signal.SIGINT)
    _, complaints = serving.communicate(timeout=20)
    assert (serving.returncode, complaints) == (0, "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat, loaded. However a test goes, the page has asked nothing of others and reported no error."""
    page = browser.new_page()
    strangers: list[str] = []
    errors: list[str] = []
    page.on(
        "request", lambda request: None if is_own(request.url, address) else strangers.append(request.url)
    )
    page.on(
        "console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.get_by_label("Your question")).to_be_visible()
    yield page
    page.close()
    assert strangers == []
    assert errors == []


def is_own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def send(page: Page, question: str) -> None:
    """Ask, and wait until all that the server has to say to it has come."""
    ended: list[Request] = []

    def note(request: Request) -> None:
        if "/queue/data" in request.url:
            ended.append(request)

    page.on("requestfinished", note)
    page.on("requestfailed", note)  # the page may break the stream off itself at its last event
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    deadline = time.monotonic() + PATIENCE
    while not ended:
        assert time.monotonic() < deadline, f"no end of the reply to {question[:60]!r}"
        page.wait_for_timeout(10)
    page.remove_listener("requestfinished", note)
    page.remove_listener("requestfailed", note)


def ask(page: Page, question: str) -> Locator:
    """The reply to a question."""
    replies = page.locator("#chat :is(.answer, .declined, .fault)")
    before = replies.count()
    send(page, question)
    expect(replies).to_have_count(before + 1)
    return replies.last


def test_the_page_greets_with_questions_that_can_be_asked_with_one_click(page: Page) -> None:
    assert page.title() == "Ask your documents"
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name=PARKS).click()

    expect(page.locator("#chat .question")).to_have_text(PARKS)
    expect(page.locator("#chat .answer")).to_contain_text("Shaanxi")


def test_an_answer_names_the_four_provinces_and_its_quotes_are_marked_beside_it(page: Page) -> None:
    reply = ask(page, PARKS)
    for province in FOUR:
        expect(reply).to_contain_text(province)

    cards = page.locator("#sources .card")
    expect(cards.first).to_be_visible()
    expect(cards.locator("mark")).to_have_count(cards.count())
    for province in FOUR:
        expect(page.locator("#sources mark").first).to_contain_text(province)
    expect(cards.first).to_contain_text("documents/")


def test_a_mark_in_the_answer_leads_to_its_source(page: Page) -> None:
    reply = ask(page, PARKS)
    mark = reply.locator("a.cite").last
    number = mark.inner_text().strip("[]")
    mark.click()

    card = page.locator(f"#source-{number}")
    expect(card).to_be_in_viewport()
    assert card.evaluate("card => card.matches(':target')")


def test_where_sources_differ_a_table_gives_each_value(page: Page) -> None:
    reply = ask(page, "How many provinces put blockchain into their 2020 work reports?")

    expect(reply.locator("table th[scope=row]").filter(has_text="22").first).to_be_visible()
    expect(reply.locator("table th[scope=row]").filter(has_text="21").first).to_be_visible()


def test_what_the_documents_do_not_hold_is_declined_with_leads(page: Page) -> None:
    reply = ask(page, "What did the work report of Xinjiang say?")

    expect(reply).to_have_class("declined")
    expect(reply).to_contain_text("Xinjiang")
    expect(page.locator("#sources h2")).to_have_text("Leads")
    expect(page.locator("#sources")).to_contain_text("They are not an answer.")
    expect(page.locator("#sources .lead").first).to_be_visible()
    expect(page.locator("#sources mark")).to_have_count(0)


def test_a_question_about_something_else_altogether_is_declined(page: Page) -> None:
    expect(ask(page, "How do I bake bread?")).to_have_class("declined")


def test_a_follow_up_is_answered_as_it_was_understood(page: Page) -> None:
    ask(page, "How many industrial enterprises does Shandong have?")
    reply = ask(page, "And what did Gansu launch?")

    expect(page.locator("#sources .hint q")).to_contain_text("Gansu")
    expect(reply).to_contain_text("Gansu")
    expect(page.locator("#chat .question")).to_have_count(2)


def test_clearing_the_conversation_forgets_it(page: Page) -> None:
    ask(page, PARKS)
    page.get_by_label("Clear").click()
    expect(page.locator("#chat .question")).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    ask(page, "How do I bake bread?")

    expect(page.locator("#chat .question")).to_have_count(1)


def test_a_document_with_scripts_and_markup_is_shown_as_written_and_does_nothing(page: Page) -> None:
    reply = ask(page, "When does the Zanzibar ferry leave?")
    expect(reply).to_contain_text("<script>document.title='owned'</script>")
    expect(page.locator("#sources mark").first).to_contain_text("[Click](http://evil.example/c) **loud**")

    for live in ("script", "img", "strong", "a[href*=evil]", "[onerror]"):
        expect(page.locator(f"#chat .answer {live}, #sources {live}")).to_have_count(0)
    assert page.title() == "Ask your documents"


def test_a_question_with_markup_is_shown_as_written(page: Page) -> None:
    question = "<img src=http://evil.example/q.png> **parks** $$x$$ in Hainan?"
    ask(page, question)

    expect(page.locator("#chat .question")).to_have_text(question)


def test_a_question_that_is_too_long_is_refused_in_words_and_kept(page: Page) -> None:
    question = "parks in Hainan " * 6_250
    ask(page, question)

    expect(page.locator("#chat .fault")).to_contain_text("characters")
    expect(page.get_by_label("Your question")).to_have_value(question)


def test_an_empty_question_asks_nothing(page: Page) -> None:
    send(page, "   ")
    ask(page, PARKS)

    expect(page.locator("#chat .question")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "How many provinces put blockchain into their 2020 work reports?")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.reload()
    ask(page, PARKS)
    for part in (
        ".answer p",
        "a.cite",
        "#sources .origin",
        "#sources mark",
        "#sources h3",
        "#chat .question",
    ):
        assert contrast(page.locator(part).first) >= 4.5, part  # WCAG AA


def contrast(text: Locator) -> float:
    """The WCAG contrast ratio, 1 to 21, of the element's colour against the nearest painted one behind it."""
    ratio: float = text.evaluate("""element => {
        const channels = colour => colour.match(/[\\d.]+/g).map(Number);
        const light = colour => {
            const [r, g, b] = channels(colour).slice(0, 3).map(c => c / 255)
                .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        let behind = element;
        while (behind.parentElement && channels(getComputedStyle(behind).backgroundColor)[3] === 0)
            behind = behind.parentElement;
        const [low, high] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
            .map(light).sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    }""")
    return ratio
