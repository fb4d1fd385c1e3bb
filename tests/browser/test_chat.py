"""The chat as a reader meets it: a real server, a real index, a real browser, and nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, Opened, served

PARKS = "Which provinces planned industrial parks?"
FOUR = ("Chongqing", "Shandong", "Hainan", "Shaanxi")
HOSTILE = (
    "<script>document.title='owned'</script> "
    "<img src=http://evil.example/a.png onerror=\"document.title='owned'\"> "
    "![pixel](http://evil.example/b.png) [Click](http://evil.example/c) **loud**"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat over the shipped documents and one that means harm."""
    hostile = tmp_path_factory.mktemp("hostile")
    (hostile / "ferry.txt").write_text(
        f"The Zanzibar ferry leaves at nine in the morning on all days of the week from the pier {HOSTILE}.\n"
    )
    folder = tmp_path_factory.mktemp("served")
    with served(folder, ROOT / "corpus/documents", hostile) as address:
        yield address


@pytest.fixture
def page(opened: Opened, address: str) -> Page:
    page = opened(address)
    expect(page.locator(".welcome button").first).to_be_visible()
    return page


def send(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def ask(page: Page, question: str) -> Locator:
    """The reply to a question, once it is whole."""
    whole = page.locator("#conversation .turn .acts")
    before = whole.count()
    send(page, question)
    expect(whole).to_have_count(before + 1)
    return page.locator("#conversation :is(.answer, .declined, .fault)").last


def test_the_page_greets_with_what_is_indexed_and_questions_that_one_click_asks(page: Page) -> None:
    assert page.title() == "Ask your documents"
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator(".welcome")).to_contain_text("6 documents: ")
    examples = page.locator(".welcome button")
    expect(examples).to_have_count(3)
    question = examples.first.inner_text()
    examples.first.click()

    expect(page.locator("#conversation .question")).to_have_text(question)
    expect(page.locator("#conversation .answer a.cite").first).to_be_visible()


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

    card = page.locator(f"#sources #source-1-{number}")
    expect(card).to_be_in_viewport()
    expect(card).to_be_focused()
    assert "lit" in (card.get_attribute("class") or "")


def test_where_sources_differ_a_table_gives_each_value(page: Page) -> None:
    ask(page, "How many provinces put blockchain into their 2020 work reports?")

    values = page.locator("#turn-1 table th[scope=row]")
    expect(values.filter(has_text="22").first).to_be_visible()
    expect(values.filter(has_text="21").first).to_be_visible()


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

    expect(page.locator("#turn-2 .understood q")).to_contain_text("Gansu")
    expect(reply).to_contain_text("Gansu")
    expect(page.locator("#conversation .question")).to_have_count(2)


def test_the_sources_of_an_earlier_answer_come_back_with_its_mark(page: Page) -> None:
    ask(page, PARKS)
    ask(page, "How many industrial enterprises does Shandong have?")
    expect(page.locator("#sources mark").first).to_contain_text("Shandong")
    page.locator("#turn-1 a.cite").first.click()

    expect(page.locator("#sources mark").first).to_contain_text("industrial parks")
    page.locator("#turn-2 a.cite").first.hover()
    expect(page.locator("#sources mark").first).not_to_contain_text("industrial parks")


def test_a_mark_is_opened_from_the_keyboard(page: Page) -> None:
    ask(page, PARKS)
    page.locator("#turn-1 a.cite").first.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#sources #source-1-1")).to_be_focused()


def test_the_document_is_one_click_behind_its_quote(page: Page) -> None:
    ask(page, PARKS)
    with page.expect_popup() as opened:
        page.locator("#sources a.open").first.click()
    document = opened.value

    expect(document.locator("mark#quote, #quote mark").first).to_contain_text("industrial parks")
    expect(document.locator("body")).to_contain_text("Seven provinces and cities")


def test_an_answer_is_copied_with_its_sources(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    ask(page, PARKS)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Chongqing, Shandong")
    assert re.search(r"^\[1\] .+ \(documents/.+:\d+-\d+\)$", copied, re.MULTILINE)


def test_a_question_is_edited_and_asked_again(page: Page) -> None:
    ask(page, PARKS)
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Your question")).to_have_value(PARKS)
    expect(page.locator("#notice")).to_contain_text("You are editing question 1")
    send(page, "How many industrial enterprises does Shandong have?")

    expect(page.locator("#conversation .question")).to_have_count(1)
    expect(page.locator("#conversation .answer")).to_contain_text("Shandong")


def test_a_conversation_is_kept_and_found_again(page: Page) -> None:
    ask(page, PARKS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#conversation .question")).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    page.wait_for_timeout(1000)  # an event that is cut off by leaving is an error of the page
    page.reload()
    page.locator("#listing .act-open").first.click()

    expect(page.locator("#conversation .question")).to_have_text(PARKS)
    expect(page.locator("#sources mark").first).to_contain_text("industrial parks")
    ask(page, "And what did Gansu launch?")
    expect(page.locator("#conversation .question")).to_have_count(2)


@pytest.mark.parametrize(("link", "begins"), [("Export as Markdown", "# "), ("as HTML", "<!DOCTYPE html>")])
def test_a_conversation_is_taken_away_with_its_sources(
    page: Page, address: str, link: str, begins: str
) -> None:
    ask(page, PARKS)
    place = page.get_by_role("link", name=link).get_attribute("href")
    taken = page.request.get(f"{address}{place}").text()

    assert taken.startswith(begins)
    plain = taken.replace("\\", "")
    assert "documents/22-provinces-industry-opportunities.md, characters 1987-2084" in plain


def test_a_document_with_scripts_and_markup_is_shown_as_written_and_does_nothing(page: Page) -> None:
    reply = ask(page, "Where does the Zanzibar ferry leave from?")
    expect(reply).to_contain_text("<script>document.title='owned'</script>")
    expect(page.locator("#sources mark").first).to_contain_text("[Click](http://evil.example/c) **loud**")

    for live in ("script", "img", "strong", "a[href*=evil]", "[onerror]"):
        expect(page.locator(f"#conversation .answer {live}, #sources {live}")).to_have_count(0)
    assert page.title() == "Ask your documents"


def test_a_question_with_markup_is_shown_as_written(page: Page) -> None:
    question = "<img src=http://evil.example/q.png> **parks** $$x$$ in Hainan?"
    ask(page, question)

    expect(page.locator("#conversation .question")).to_have_text(question)


def test_a_question_that_is_too_long_is_refused_in_words_and_kept(page: Page) -> None:
    question = "parks in Hainan " * 6_250
    ask(page, question)

    expect(page.locator("#conversation .fault")).to_contain_text("characters")
    expect(page.get_by_label("Your question")).to_have_value(question)


def test_an_empty_question_asks_nothing(page: Page) -> None:
    with page.expect_response(lambda answered: "/queue/join" in answered.url):
        send(page, "   ")
    page.wait_for_timeout(1000)  # for the server's word that there is nothing to say
    ask(page, PARKS)

    expect(page.locator("#conversation .question")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "How many provinces put blockchain into their 2020 work reports?")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(
    opened: Opened, address: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(address, color_scheme=scheme)
    expect(page.locator(".welcome button").first).to_be_visible()
    ask(page, PARKS)
    for part in (
        ".answer p",
        ".answer a.cite",
        ".answer .support",
        ".turn .sure",
        ".turn .acts button",
        "#sources .origin",
        "#sources mark",
        "#sources h3",
        "#conversation .question",
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
