"""How fast the chat feels: python -m tests.bench.chat

Over the shipped documents, in Chromium: seconds from the address to a box that takes a question (each time
with an empty cache); milliseconds from Enter to the first words on the screen; then 20 people who ask at
once, over HTTP as the page does it, each for the second time: right answers, and seconds until each is whole.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from tests.bench.results import record
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, served

LOADS, PEOPLE = 10, 20
QUESTIONS = {  # with words of their answers, each of which no other answer holds
    "Which provinces planned industrial parks?": "Shaanxi proposed",
    "How many industrial enterprises does Shandong have?": "Shandong",
    "How much can a project in Kunming receive?": "Kunming",
    "What did Gansu launch?": "Gansu",
    "What did the work report of Xinjiang say?": "Xinjiang",
}
WATCH = """() => {
  const before = document.querySelectorAll('#conversation .turn').length, began = performance.now();
  window.first = null;
  const observer = new MutationObserver(() => {
    const turns = [...document.querySelectorAll('#conversation .turn')];
    if (turns.length > before && turns.at(-1).querySelector('.answer p, .declined p')) {
      window.first = performance.now() - began;
      observer.disconnect();
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
}"""


def first_words(page: Page, question: str) -> float:
    """Milliseconds from Enter until the answer begins on the screen."""
    whole = page.locator("#conversation .turn .acts")
    before = whole.count()
    page.get_by_label("Your question").fill(question)
    page.evaluate(WATCH)
    page.keyboard.press("Enter")
    while whole.count() == before:
        page.wait_for_timeout(20)
    return float(page.evaluate("window.first"))


class Person:
    """Asks as the page does, with a session of its own."""

    def __init__(self, address: str) -> None:
        self._address = f"{address}/gradio_api/queue"
        config = httpx.get(f"{address}/config", timeout=30).json()
        parts = {part["id"]: part["props"] for part in config["components"]}
        (box,) = (id for id, props in parts.items() if props.get("elem_id") == "question")
        (self._event,) = (one for one in config["dependencies"] if [box, "submit"] in one["targets"])
        self._values = [parts[id].get("value") for id in self._event["inputs"]]
        self._session = uuid.uuid4().hex

    def ask(self, question: str) -> tuple[str, float]:
        """All that was sent to the screen, and the seconds until it was whole."""
        began = time.perf_counter()
        asked: dict[str, Any] = {
            "data": [question, *self._values[1:]],
            "fn_index": self._event["id"],
            "session_hash": self._session,
        }
        httpx.post(f"{self._address}/join", json=asked, timeout=60).raise_for_status()
        shown = []
        with httpx.stream("GET", f"{self._address}/data?session_hash={self._session}", timeout=60) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    shown.append(line.removeprefix("data:"))
                    if json.loads(shown[-1])["msg"] == "process_completed":
                        break
        return "\n".join(shown), time.perf_counter() - began


def crowd(persons: Sequence[Person]) -> tuple[int, list[float]]:
    """How many of these, who ask at once, got their own answer and no other; and their seconds."""
    asked = [list(QUESTIONS)[number % len(QUESTIONS)] for number in range(len(persons))]
    with ThreadPoolExecutor(len(persons)) as pool:
        got = list(pool.map(Person.ask, persons, asked))
    right = sum(own(question, shown) for question, (shown, _) in zip(asked, got, strict=True))
    return right, sorted(seconds for _, seconds in got)


def own(question: str, shown: str) -> bool:
    """Whether the turn that came last holds the person's question and the words of its answer."""
    turns = [text for line in shown.splitlines() for text in texts(json.loads(line)) if "<article" in text]
    return bool(turns) and question in turns[-1] and QUESTIONS[question] in turns[-1]


def texts(value: object) -> Iterator[str]:
    """All strings within what JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), ROOT / "corpus/documents", QA_SERVE__QUESTIONS_PER_MINUTE="6000") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        usable, first = [], []
        for _ in range(LOADS):
            page = browser.new_page()
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.get_by_label("Your question").wait_for()
            usable.append(time.perf_counter() - began)
            page.locator(".welcome button").first.wait_for()
            first += [first_words(page, question) for question in QUESTIONS]
            page.close()
        persons = [Person(address) for _ in range(PEOPLE)]
        crowd(persons)  # unmeasured: sessions begin with it, which for a page is as it loads
        right, seconds = crowd(persons)
    figures = {
        "usable_s_median": round(statistics.median(usable), 2),
        "usable_s_max": round(max(usable), 2),
        "first_words_ms_median": round(statistics.median(first)),
        "first_words_ms_p95": round(quantile(first, 0.95)),
        "people": PEOPLE,
        "right": right,
        "crowd_s_p95": round(quantile(seconds, 0.95), 2),
    }
    record(len(first), figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
