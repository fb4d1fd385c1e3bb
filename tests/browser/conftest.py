"""A real server, a real index and a real browser, which is asked for nothing from outside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from index import Index

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE = 30  # seconds
ROOT = Path(__file__).parents[2]
Opened = Callable[..., Page]

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped, and say what to install."""
    if Path(CHROMIUM).exists():
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="no browser: apt-get install chromium fonts-liberation"))


@contextmanager
def served(folder: Path, *documents: Path, **settings: str) -> Iterator[str]:
    """The address of the chat over these documents, in a process of its own; its data lie in `folder`.

    settings: QA_* variables. Ctrl-C ends it without a word.
    """
    with Index.open(folder / "index") as index:
        index.sync(documents)
    serving = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "QA_INDEX": str(folder / "index"), "QA_SERVE__PORT": "0", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stdout is not None
    line = serving.stdout.readline()
    assert line.startswith("Chat: http://127.0.0.1:"), serving.communicate()
    try:
        yield line.removeprefix("Chat: ").strip()
    finally:
        serving.send_signal(signal.SIGINT)
        _, complaints = serving.communicate(timeout=30)
    assert (serving.returncode, complaints[-2000:]) == (0, "")


@pytest.fixture(scope="module")  # it keeps an event loop running, which tests after it cannot have
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages, each as if in a browser of its own. However a test goes, they have asked nothing of others
    and reported no error."""
    pages: list[Page] = []
    strangers: list[str] = []
    errors: list[str] = []

    def page_of(address: str, greeting: str = ".welcome p", **options: object) -> Page:
        page = browser.new_page(**options)  # type: ignore[arg-type]  # as its own many
        page.on("request", lambda sent: None if is_own(sent.url, address) else strangers.append(sent.url))
        page.on("console", lambda one: errors.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        pages.append(page)
        expect(page.locator(greeting).first).to_be_visible()
        return page

    yield page_of
    for page in pages:
        page.close()
    assert strangers == []
    assert errors == []


def is_own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))
