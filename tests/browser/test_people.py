"""Several people at one server: each signs in, and sees only what is theirs or shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from qa.web.users import Users
from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import PARKS, ask

PASSWORD = "a long enough password"
FERRY = "When does the Zanzibar ferry leave?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    users = Users(folder / "index-data" / "users")
    for name in ("ann", "bob"):
        users.add(name, PASSWORD)
    with served(folder, ROOT / "corpus/documents", QA_SERVE__LOGIN="true") as address:
        yield address


def signed_in(opened: Opened, address: str, name: str) -> Page:
    page = opened(address, greeting="form")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".welcome button").first).to_be_visible()  # the page has asked for all that it needs
    expect(page.locator("#listing .person")).to_contain_text(name)
    return page


def test_what_one_uploads_and_asks_the_other_sees_only_once_it_is_shared(
    opened: Opened, address: str, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text("The Zanzibar ferry leaves at nine in the morning.\n")
    ann, bob = signed_in(opened, address, "ann"), signed_in(opened, address, "bob")
    ann.get_by_role("tab", name="Documents").click()
    with ann.expect_file_chooser() as chooser:
        ann.get_by_role("button", name="Files or zip archives").click()
    chooser.value.set_files(tmp_path / "ferry.txt")
    expect(ann.locator("#outcome")).to_contain_text("1 of 1 file")
    ann.get_by_role("tab", name="Chat").click()
    expect(ask(ann, FERRY)).to_contain_text("nine in the morning")

    refused = ask(bob, FERRY)
    expect(refused).to_have_class("declined")
    expect(refused).to_contain_text("Zanzibar")
    bob.get_by_role("tab", name="Documents").click()
    expect(bob.locator("#listed")).to_contain_text("5 documents")
    conversation = ann.get_by_role("link", name="Export as Markdown").get_attribute("href")
    opening = ann.locator("#sources a.open").first.get_attribute("href")
    for place in (conversation, opening):
        assert bob.request.get(f"{address}{place}").status == 404

    ann.get_by_role("button", name="Share").click()
    expect(ann.get_by_role("button", name="Shared")).to_be_visible()
    assert "ferry" in bob.request.get(f"{address}{conversation}").text()
    ann.get_by_role("tab", name="Documents").click()
    ann.locator("#documents").get_by_role("gridcell").filter(has_text="ferry.txt").first.click()
    ann.get_by_role("button", name="Share with everybody").click()
    expect(ann.locator("#outcome")).to_contain_text("Everybody sees")
    bob.get_by_role("tab", name="Chat").click()
    expect(ask(bob, FERRY)).to_contain_text("nine in the morning")


def test_whoever_signs_out_is_asked_to_sign_in(opened: Opened, address: str) -> None:
    page = signed_in(opened, address, "ann")
    ask(page, PARKS)
    page.wait_for_timeout(500)  # to leave while the page still listens is an error of its own
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_label("Password")).to_be_visible()
    assert httpx.get(f"{address}/config").status_code == 401
