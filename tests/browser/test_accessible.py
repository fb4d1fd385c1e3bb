"""What keeps people from using the page, by axe-core's rules: no tab has a serious finding, light or dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import ask

(AXE,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
DIFFERING = "How many provinces put blockchain into their 2020 work reports?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), ROOT / "corpus/documents") as address:
        yield address


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that are broken, with the elements that break them."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        (broken["id"], [node["html"][:200] for node in broken["nodes"]])
        for broken in found["violations"]
        if broken["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_finding(
    opened: Opened, address: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(address, color_scheme=scheme)
    expect(page.locator(".welcome button").first).to_be_visible()
    assert serious(page) == []
    ask(page, DIFFERING)
    expect(page.locator("#sources mark").first).to_be_visible()
    assert serious(page) == []
    for tab in ("Documents", "Review", "Evaluation", "Settings"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").filter(visible=True)).to_be_visible()
        page.wait_for_timeout(1000)  # for what fades in
        assert serious(page) == [], tab


def test_a_document_to_read_has_no_serious_finding(opened: Opened, address: str) -> None:
    page = opened(address)
    ask(page, DIFFERING)
    with page.expect_popup() as popup:
        page.locator("#sources a.open").first.click()
    assert serious(popup.value) == []
