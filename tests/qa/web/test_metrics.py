"""What Prometheus reads, by its own parser, from a real server."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fastapi
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from index import Embedder, Index
from index.observe import listening
from qa import Assistant
from qa.errors import ExtraMissing
from qa.web.api import add_programs
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.login import guard
from qa.web.metrics import FATES, Metrics
from qa.web.openers import worth_asking
from qa.web.sessions import Sessions
from qa.web.store import Store
from qa.web.tokens import Tokens
from qa.web.told import METRICS
from qa.web.users import Users
from tests.qa.openai_server import saying, serving
from tests.qa.web.serving import served

PARKS = "Which provinces planned industrial parks?"
ENGINE = "tested at 127.0.0.1"


@dataclass
class Observed:
    """An open server, one with a door, a token that may read, and the desk behind both."""

    desk: Desk
    open: str
    door: str
    token: str

    def figures(self) -> dict[tuple[str, ...], float]:
        """By name and values of labels, these in the order of their names; of histograms the count alone."""
        found = httpx.get(f"{self.open}{METRICS}")
        assert found.status_code == 200
        return {
            (one.name, *one.labels.values()): one.value
            for family in text_string_to_metric_families(found.text)
            for one in family.samples
            if not one.name.endswith(("_bucket", "_sum", "_created"))
        }

    def ask(self, question: str, model: str = QUOTES) -> int:
        asked = {"model": model, "messages": [{"role": "user", "content": question}]}
        return httpx.post(f"{self.open}/v1/chat/completions", json=asked, timeout=60).status_code


@pytest.fixture
def observed(tmp_path: Path, real_embedder: Embedder) -> Iterator[Observed]:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/parks.md").write_text("# Parks\nChongqing and Hainan planned industrial parks.\n")
    data = tmp_path / "data"
    with (
        serving(saying("Cheese is green and made of moon. [1]")) as model,
        Index.open(tmp_path / "index", embedder=real_embedder) as index,
    ):
        metrics = Metrics(index)
        with listening(metrics):
            index.sync([tmp_path / "letters"])
            store, users = Store(data / "chat.sqlite"), Users(data / "users")
            engines = {QUOTES: Assistant(index), ENGINE: Assistant(index, model=model.address)}
            desk = Desk(Library(index, data), store, Pace(10_000), engines)
            users.add("anna", "seven wet harbours")
            sessions, tokens = Sessions(data / "chat.sqlite", users), Tokens(data / "chat.sqlite", users)
            app = fastapi.FastAPI(openapi_url=None)
            add_programs(app, desk)
            app.add_api_route(METRICS, metrics.response)
            token = tokens.add("prometheus", "anna", "read")
            with served(guard(app)) as address, served(guard(app, sessions, tokens=tokens)) as door:
                yield Observed(desk, address, door, token)
            tokens.close()
            sessions.close()
            store.close()


def test_questions_are_counted_by_outcome_and_engine_with_their_times(observed: Observed) -> None:
    for question in (PARKS, PARKS, "Who won in Zanzibar?", " "):
        observed.ask(question)

    figures = observed.figures()
    assert {key: value for key, value in figures.items() if key[0] == "spanqa_questions_total"} == {
        ("spanqa_questions_total", QUOTES, "answered"): 2,
        ("spanqa_questions_total", QUOTES, "declined"): 1,
        ("spanqa_questions_total", QUOTES, "failed"): 1,
    }
    assert figures["spanqa_first_sentence_seconds_count",] == 2
    assert figures["spanqa_answer_seconds_count",] == 3


def test_what_a_model_wrote_and_cost_is_counted(observed: Observed) -> None:
    assert observed.ask(PARKS, ENGINE) == 200

    figures = observed.figures()
    assert figures["spanqa_questions_total", ENGINE, "answered"] == 1
    assert [figures["spanqa_model_sentences_total", fate] for fate in FATES] == [0, 0, 1]
    assert figures["spanqa_model_tokens_total", ENGINE] > 20


def test_documents_and_syncs_are_told(observed: Observed) -> None:
    letters = Path(observed.desk.library.index.roots()["letters"])
    before = observed.figures()
    (letters / "empty.txt").write_text("")
    (letters / "tea.txt").write_text("Green tea is steamed soon after picking.\n")
    observed.desk.library.resync()

    after = observed.figures()
    names = ("documents", "chunks", "generation", "unreadable_files")
    assert [before[f"spanqa_{name}",] for name in names] == [1, 1, 1, 0]
    assert [after[f"spanqa_{name}",] for name in names] == [2, 2, 2, 1]
    assert after["spanqa_syncs_total", "done"] == 2


def test_questions_that_nobody_asked_are_not_counted(observed: Observed) -> None:
    assistant = observed.desk.engines[QUOTES]
    worth_asking(assistant, assistant.index.documents(), 3, lambda: False)

    assert not [key for key in observed.figures() if key[0] == "spanqa_questions_total"]


def test_no_label_carries_a_question_a_name_or_a_path(observed: Observed) -> None:
    observed.ask(PARKS)
    observed.ask(PARKS, ENGINE)

    text = httpx.get(f"{observed.open}{METRICS}").text
    labels = set(re.findall(r'(\w+)="([^"]*)"', text))
    assert {name for name, _ in labels} == {"outcome", "engine", "fate", "model", "le"}
    values = {value for name, value in labels if name != "le"}
    assert values == {"answered", "done", "released", "replaced", "dropped", QUOTES, ENGINE}


def test_behind_the_door_a_token_is_shown(observed: Observed) -> None:
    address = f"{observed.door}{METRICS}"
    refused = httpx.get(address)
    told = httpx.get(address, headers={"authorization": f"Bearer {observed.token}"})

    assert (refused.status_code, refused.json()["error"]["type"]) == (401, "unknown_token")
    assert told.status_code == 200
    assert "spanqa_documents 1.0" in told.text


def test_other_machines_and_pages_are_told_nothing(observed: Observed) -> None:
    assert httpx.get(f"{observed.open}{METRICS}", headers={"host": "evil.example"}).status_code >= 400


def test_without_the_package_the_extra_is_named(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(ExtraMissing, match=r"^this needs .*: pip install 'spanqa\[metrics\]'$"):
        Metrics(observed.desk.library.index)
