"""A new user's path in one go: ask, check, add a document, follow up, take away; and what must not harm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fpdf import FPDF
from playwright.sync_api import Page, expect

from tests.bench.chat import PEOPLE, Person, crowd
from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import PARKS, ask


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    with served(folder, ROOT / "corpus/documents", QA_SERVE__QUESTIONS_PER_MINUTE="600") as address:
        yield address


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def pdf(path: Path, *pages: str) -> Path:
    made = FPDF()
    made.set_font("helvetica", size=12)
    for text in pages:
        made.add_page()
        made.multi_cell(0, 8, text)
    made.output(str(path))
    return path


def test_a_new_user_finds_the_way_from_a_question_to_a_test_of_its_answer(
    opened: Opened, address: str, tmp_path: Path
) -> None:
    harbour = pdf(
        tmp_path / "harbour.pdf",
        "The town of Ostrel keeps its records here. They were typed anew in 1950.",
        "The harbour of Ostrel was opened in 1931 by the engineer Ida Brandt.",
    )
    page = opened(address)  # ask, and click a citation
    ask(page, PARKS)
    page.locator("#turn-1 a.cite").first.click()
    expect(page.locator("#sources .card.lit mark")).to_contain_text("Shaanxi")

    tab(page, "Documents")  # upload a PDF
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Files or zip archives").click()
    chooser.value.set_files(harbour)
    expect(page.locator("#outcome")).to_contain_text("1 of 1 file")

    tab(page, "Chat")  # ask about it, and follow up
    expect(ask(page, "Who opened the harbour of Ostrel?")).to_contain_text("Ida Brandt")
    expect(page.locator("#sources .origin").first).to_contain_text("page 2")
    expect(ask(page, "When was that?")).to_contain_text("1931")
    with page.expect_popup() as popup:
        page.locator("#sources a.open").first.click()
    expect(popup.value.locator("mark").first).to_contain_text("1931")

    page.locator("#turn-3 .act-wrong").click()  # correct it
    page.get_by_label("What would be right?").fill("It was opened in 1931.")
    page.get_by_role("button", name="Send correction").click()
    expect(page.locator("#notice")).to_contain_text("It waits in the Review tab")

    tab(page, "Review")  # accept it as a gold case
    expect(page.get_by_label("Facts")).to_have_value("1931")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#review-outcome")).to_contain_text("Accepted")

    tab(page, "Evaluation")  # run it
    page.get_by_label("The questions from feedback (1)").check()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#evaluation-headline h3")).to_have_text("1 of 1 right")

    tab(page, "Chat")  # take it away
    place = page.get_by_role("link", name="Export as Markdown").get_attribute("href")
    taken = page.request.get(f"{address}{place}").text().replace("\\", "")
    assert "> The harbour of Ostrel was opened in 1931 by the engineer Ida Brandt." in taken
    assert "harbour.pdf, page 2, characters" in taken


def test_whoever_listens_hears_what_is_there(opened: Opened, address: str) -> None:
    """Each control has a name, and the answer is announced."""
    page = opened(address)
    ask(page, PARKS)
    unnamed = page.evaluate("""[...document.querySelectorAll('button, input, textarea, select, a[href]')]
        .filter(one => one.checkVisibility())
        .filter(one => !(one.innerText || one.ariaLabel || one.title || one.labels?.length))
        .map(one => one.outerHTML.slice(0, 120))""")
    assert unnamed == []


def test_the_settings_change_what_is_answered(opened: Opened, address: str) -> None:
    page = opened(address)
    page.get_by_role("tab", name="Settings").click()
    page.locator("#threshold input[type=number]").fill("1")
    page.keyboard.press("Tab")
    page.get_by_role("tab", name="Chat").click()

    expect(ask(page, PARKS)).to_have_class("declined")


def test_an_upload_beyond_the_limit_is_cut_off_and_the_chat_goes_on(opened: Opened, address: str) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            yield b"a" * 1_000_000

    began = time.monotonic()
    try:
        sent = httpx.post(
            f"{address}/gradio_api/upload",
            content=endless(),
            headers={"content-type": "multipart/form-data; boundary=x"},
            timeout=60,
        )
        assert sent.status_code == 413
    except httpx.WriteError:
        pass  # cut off while it was still being sent
    assert time.monotonic() - began < 30
    assert "Shaanxi" in ask(opened(address), PARKS).inner_text()


def test_twenty_people_who_ask_at_once_get_their_own_answers(address: str) -> None:
    right, _ = crowd([Person(address) for _ in range(PEOPLE)])  # how fast: python -m tests.bench.chat

    assert right == PEOPLE
