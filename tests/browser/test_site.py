"""The documentation in a browser: it asks nothing of others, fits a phone, can be read, and is searched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened
from tests.browser.test_accessible import serious

# Its search; and the wrap of wide tables, which browsers themselves let the keyboard scroll.
THEMES_OWN = {"aria-dialog-name", "label", "scrollable-region-focusable"}


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site))) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


def test_no_page_asks_others_or_is_wider_than_a_phone(opened: Opened, address: str, site: Path) -> None:
    page = opened(f"{address}/", "h1", viewport={"width": 390, "height": 800})
    for file in sorted(site.glob("*.html")):
        page.goto(f"{address}/{file.name}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, file.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_code_tables_and_links_can_be_read(
    opened: Opened, address: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(f"{address}/", "h1", color_scheme=scheme)
    page.goto(f"{address}/tools.html")
    assert [broken for broken in serious(page) if broken[0] not in THEMES_OWN] == []


def test_a_setting_is_found_by_its_name(opened: Opened, address: str) -> None:
    page = opened(f"{address}/", "h1")
    page.get_by_placeholder("Search").click()
    page.keyboard.type("questions_per_minute")
    found = page.locator(".md-search-result__link").first
    expect(found).to_contain_text("Settings")
    found.click()
    expect(page.locator("td code", has_text="serve.questions_per_minute")).to_be_visible()
