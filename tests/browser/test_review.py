"""From a wrong answer to a test question and its result, as a person does it in a browser."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Opened, served
from tests.browser.test_chat import PARKS, ask

RIGHT = "Parks are planned by Chongqing, Shandong, Hainan and Shaanxi"
QUOTE = "Chongqing, Shandong, Hainan and Shaanxi proposed"
PICTURES = os.environ.get("QA_PICTURES")  # a folder, to look at what is tested


@pytest.fixture
def page(opened: Opened, tmp_path: Path) -> Iterator[Page]:
    """The chat over the shipped documents; its data lie in tmp_path / "index-data"."""
    with served(tmp_path, ROOT / "corpus/documents") as address:
        page = opened(address, viewport={"width": 1280, "height": 900})
        yield page
        page.close()  # before its server: to lose that is an error


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(400)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_correction_becomes_a_test_question_that_the_evaluation_asks(page: Page, tmp_path: Path) -> None:
    data = tmp_path / "index-data"
    ask(page, PARKS)
    page.get_by_role("button", name="Wrong").click()
    page.get_by_label("What would be right?").fill(RIGHT)
    page.get_by_role("button", name="Send correction").click()
    expect(page.locator("#notice")).to_contain_text("It waits in the Review tab")

    page.get_by_role("tab", name="Review").click()
    expect(page.locator("#review-where")).to_contain_text("1 of 1 waiting")
    expect(page.locator("#review-said")).to_contain_text(f"corrected to: {RIGHT}")
    expect(page.get_by_label("Facts")).to_have_value("Chongqing\nShandong\nHainan\nShaanxi")
    expect(page.locator("#review-evidence")).to_contain_text(QUOTE)
    picture(page, "review")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "review-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Facts").fill("Chongqing\nShandong\nHainan\nTibet")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#review-faults")).to_contain_text("no quote holds Tibet")
    picture(page, "review-refused")
    page.get_by_label("Facts").fill("Chongqing\nShandong | Qingdao\nHainan\nShaanxi")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#review-outcome")).to_contain_text("Accepted")
    expect(page.locator("#review-where")).to_contain_text("Nothing waits.")
    (line,) = (data / "gold.jsonl").read_text().splitlines()
    case = json.loads(line)
    assert case["question"] == PARKS
    assert case["facts"] == [["Chongqing"], ["Shandong", "Qingdao"], ["Hainan"], ["Shaanxi"]]
    assert case["evidence"][0]["quote"].startswith(QUOTE)

    page.get_by_role("tab", name="Evaluation").click()
    expect(page.get_by_label("The questions from feedback (1)")).to_be_checked()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#evaluation-headline h3")).to_have_text("1 of 1 right")
    expect(page.locator("#evaluation-comparison")).to_contain_text("no earlier run")
    expect(page.locator("#evaluation-measures tbody tr").first).to_contain_text("1.000")
    drawn = page.locator("#evaluation-pictures img")
    expect(drawn.first).to_be_visible()
    assert drawn.first.evaluate("image => image.naturalWidth > 0")
    assert len(list((data / "runs").glob("*-feedback/run.json"))) == 1
    picture(page, "evaluation")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "evaluation-phone")


def test_the_shipped_gold_set_is_asked_with_progress_and_can_be_stopped(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.get_by_label("The questions that ship with the documents")).to_be_checked()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#evaluation-progress")).to_contain_text("of 160 questions asked")
    picture(page, "evaluation-running")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#evaluation-progress")).to_contain_text("nothing was recorded")
    assert list((tmp_path / "index-data/runs").iterdir()) == []


@pytest.mark.skipif("QA_LONG" not in os.environ, reason="asks 160 questions: set QA_LONG=1")
def test_what_the_shipped_gold_set_came_to_is_still_there_in_another_window(page: Page) -> None:
    page.get_by_role("tab", name="Evaluation").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#evaluation-headline h3")).to_contain_text("of 160 right", timeout=120_000)
    expect(page.locator("#evaluation-comparison h3")).to_have_text("Against the baseline that ships with it")
    page.locator("#evaluation-failures summary").first.click()
    expect(page.locator("#evaluation-failures dt").first).to_have_text("Expected")
    expect(page.locator("#evaluation-pictures img")).to_have_count(4)
    picture(page, "evaluation-shipped")
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.locator("#evaluation-headline h3")).to_contain_text("of 160 right")
    picture(page, "evaluation-dark")
