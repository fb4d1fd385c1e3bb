"""The documents as a reader meets them: listed, narrowed, added, opened and removed in a real browser."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import PARKS, ask


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), ROOT / "corpus/documents") as address:
        yield address


@pytest.fixture
def page(opened: Opened, address: str) -> Page:
    page = opened(address)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#listed")).to_contain_text("page 1 of 1")
    return page


def cell(page: Page, text: str) -> Locator:
    return page.locator("#documents").get_by_role("gridcell").filter(has_text=text).first


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def send(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        press(page, "Files or zip archives")
    chooser.value.set_files(paths)


def sources_of_an_answer(page: Page) -> list[str]:
    """Where the cards beside an answer are from."""
    page.get_by_role("tab", name="Chat").click()
    expect(page.locator("#confined")).to_contain_text("The chat asks only ")
    ask(page, PARKS)
    found = page.locator("#sources .origin").all_inner_texts()
    page.get_by_role("tab", name="Documents").click()
    return found


def test_a_search_narrows_the_list_and_the_list_narrows_the_chat(page: Page) -> None:
    page.get_by_label("Search").fill("work-reports")
    expect(page.locator("#listed")).to_contain_text("1 document, page 1 of 1")
    press(page, "Ask only what is listed")
    expect(page.locator("#asked")).to_contain_text("only documents/work-reports-of-22-provinces.md.")
    page.get_by_label("Search").fill("nothing of that kind")
    expect(page.locator("#listed")).to_contain_text("0 documents")
    press(page, "Ask only what is listed")
    expect(page.locator("#outcome")).to_contain_text("Nothing is listed that could be asked.")

    expect(page.locator("#asked")).to_contain_text("only documents/work-reports-of-22-provinces.md.")
    assert len(narrow := sources_of_an_answer(page)) > 0
    assert all("work-reports-of-22-provinces.md" in origin for origin in narrow)
    press(page, "Ask all documents")
    expect(page.locator("#asked")).to_contain_text("The chat asks all documents.")
    page.get_by_role("tab", name="Chat").click()
    expect(page.locator("#confined")).to_be_hidden()


def test_a_row_shows_its_document_which_opens_to_be_read(page: Page) -> None:
    cell(page, "from-one-province").click()
    expect(page.locator("#details h3")).to_contain_text("From 1 to 21")
    expect(page.get_by_role("button", name="Remove …")).to_be_hidden()  # a synced folder's
    press(page, "Ask only this")
    assert all("from-one-province-to-21.md" in origin for origin in sources_of_an_answer(page))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the document").click()
    document = opened.value

    expect(document.locator("h1")).to_contain_text("From 1 to 21")
    expect(document.locator(".cut").first).to_be_hidden()
    document.get_by_label("Show the").check()
    expect(document.locator(".cut").first).to_be_visible()


def test_what_is_sent_is_listed_each_failure_is_told_and_it_can_be_removed(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry to Zanzibar leaves at nine.\n")
    (tmp_path / "empty.txt").write_text("")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("pier.md", "The pier of Vardo is long.")
        archive.writestr("../../evil.md", "This leads elsewhere.")
    send(page, *(tmp_path / name for name in ("ferry.txt", "empty.txt", "more.zip")))

    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("2 of 4 files taken.")
    expect(outcome).to_contain_text("empty.txt: empty")
    expect(outcome).to_contain_text("more.zip/evil.md: its name leads out of the archive")
    expect(page.locator("#listed")).to_contain_text("7 documents")
    cell(page, "uploads/local/ferry.txt").click()
    press(page, "Share with everybody")
    expect(outcome).to_contain_text("Everybody sees uploads/shared/local/ferry.txt now.")
    press(page, "Remove …")
    press(page, "Keep it")
    press(page, "Remove …")
    press(page, "Yes, delete the file")
    expect(outcome).to_contain_text("was removed.")
    expect(page.locator("#listed")).to_contain_text("6 documents")


def test_a_folder_keeps_its_subfolders_and_the_list_follows_what_others_do(
    page: Page, opened: Opened, address: str, tmp_path: Path
) -> None:
    other = opened(address)
    other.get_by_role("tab", name="Documents").click()
    expect(other.locator("#listed")).to_contain_text("page 1 of 1")
    other.get_by_role("tab", name="Chat").click()
    for name in ("north", "south/coast"):
        (tmp_path / "ports" / name).mkdir(parents=True)
        (tmp_path / "ports" / name / "a.md").write_text(f"The port of {name} is old.")
    with page.expect_file_chooser() as chooser:
        press(page, "A folder")
    chooser.value.set_files(tmp_path / "ports")

    expect(page.locator("#outcome")).to_contain_text("2 of 2 files taken.")
    expect(cell(page, "uploads/local/ports/south/coast/a.md")).to_be_visible()
    expect(cell(page, "uploads/local/ports/north/a.md")).to_be_visible()
    other.get_by_role("tab", name="Documents").click()
    expect(cell(other, "uploads/local/ports/north/a.md")).to_be_visible()


def test_a_re_sync_says_what_it_found(page: Page) -> None:
    press(page, "Re-sync")
    expect(page.locator("#outcome")).to_contain_text("Up to date: nothing has changed.")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator("#documents")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
