"""What a reviewer does with the candidates, and what comes of it; the page itself is tried in the browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from index import Index
from qa import Assistant
from qa.evaluation.gold import Case, Evidence, GoldTurn
from qa.web.feedback import candidate_of, sources_in
from qa.web.library import Library
from qa.web.review import NO_EVIDENCE, NO_FACTS, Review
from qa.web.review_tab import ReviewTab, Update, said_html
from qa.web.store import Exchange, Store

PARKS = "Which cities planned industrial parks?"
QUOTE = "Chongqing and Hainan planned industrial parks."
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def as_user(name: str | None = None) -> gr.Request:
    request = gr.Request()
    request.username = name
    return request


LOCAL = as_user()


@dataclass(frozen=True)
class Desk:
    """The tab, and what it stands on. Uploads of anna and ben lie beside two documents that all see."""

    tab: ReviewTab
    store: Store
    library: Library
    gold: Path

    def judge(self, question: str, right: str | None, user: str = "local") -> str:
        """The id of the candidate that a person's verdict in the chat makes."""
        seen = self.library.visible(user)
        exchange = Exchange(question, Assistant(seen).ask(question), None, NOW, "quotes only")
        case = candidate_of([], exchange, right, seen)
        sources = sources_in([exchange]) | {one.document for one in case.evidence}
        return self.store.suggest(user, case, f"corrected to: {right}", sources)

    def accept(self, shown: Update, request: gr.Request = LOCAL, **edited: Any) -> Update:
        """The fields as they are shown, but for what was edited."""
        names = ("question", "kind", "facts", "forbidden", "values")
        fields = {name: shown[self.part(name)] for name in names}
        fields["evidence"] = shown[self.part("evidence")].value
        return self.tab.accept(shown[self.part("id")], **cast(Any, fields | edited), request=request)

    def part(self, name: str) -> Any:
        return getattr(self.tab, f"_{name}")

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.gold.read_text().splitlines()]


async def built(review: Review) -> ReviewTab:
    """In a running loop: outside of one, Gradio opens some that it leaks."""
    with gr.Blocks(), gr.Tab("Review") as place:
        return ReviewTab(review, place)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "parks.md").write_text(
        f"# Parks\nFive cities sent their plans. {QUOTE} The others waited until May 2021.\n"
    )
    (folder / "roads.md").write_text("# Roads\nSuzhou asked for 40 wider roads in 2019.\n")
    with Index.open(tmp_path_factory.mktemp("index")) as index:
        index.sync([folder])
        library = Library(index, data)
        secret = folder / "secret.md"
        secret.write_text("# Budget\nThe budget of the museum was 70 million yuan.\n")
        library.add("anna", [("secret.md", secret)])
        secret.unlink()
        yield library


@pytest.fixture
def desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    store = Store(tmp_path / "chat.sqlite")
    gold = tmp_path / "gold.jsonl"
    yield Desk(asyncio.run(built(Review(library, store, gold))), store, library, gold)
    store.close()


def test_where_nothing_waits_the_tab_says_how_something_comes(desk: Desk) -> None:
    shown = desk.tab.arrive("", LOCAL)

    assert "Judge an answer in the chat" in shown[desk.part("where")]
    assert shown[desk.part("form")].visible is False


def test_the_facts_and_the_quote_of_a_correction_are_proposed(desk: Desk) -> None:
    desk.judge(PARKS, "It was Hainan and Chongqing")
    shown = desk.tab.arrive("", LOCAL)

    assert shown[desk.part("question")] == PARKS
    assert shown[desk.part("facts")] == "Hainan\nChongqing"
    (choice,) = shown[desk.part("evidence")].choices
    assert choice[0].startswith(f"{QUOTE} (")


def test_a_correction_is_found_in_a_document_that_the_answer_did_not_quote(desk: Desk) -> None:
    desk.judge(PARKS, "“40 wider\nroads in 2019”")
    shown = desk.tab.arrive("", LOCAL)

    evidence = Evidence.model_validate_json(shown[desk.part("evidence")].value[0])
    assert evidence.quote == "40 wider roads in 2019"
    assert evidence.document.endswith("/roads.md")
    assert shown[desk.part("facts")] == "40\n2019"


def test_an_accepted_case_stands_in_the_gold_set_as_it_was_edited(desk: Desk) -> None:
    desk.judge(PARKS, QUOTE)
    shown = desk.tab.arrive("", LOCAL)
    after = desk.accept(
        shown, question=" Who planned parks? ", kind="list", facts="Chongqing | Chungking\n\nHainan\n"
    )

    assert "Accepted: Who planned parks?" in after[desk.part("outcome")]
    (case,) = desk.accepted
    assert (case["question"], case["kind"]) == ("Who planned parks?", "list")
    assert case["facts"] == [["Chongqing", "Chungking"], ["Hainan"]]
    assert case["evidence"][0]["quote"] == QUOTE
    assert case["origin"] == "feedback in the chat"
    assert "forbidden" not in case
    (kept,) = desk.store.candidates("accepted")
    assert kept.case.model_dump(mode="json", exclude_unset=True) == case
    assert "Nothing waits" in after[desk.part("where")]


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ({"facts": ""}, NO_FACTS),
        ({"evidence": []}, NO_EVIDENCE),
        ({"facts": "Tibet"}, "no quote holds Tibet"),
        ({"forbidden": "hainan"}, "a quote holds hainan, which the answer must not"),
        ({"kind": "follow-up"}, "a history belongs to a follow-up"),
        ({"question": "  "}, "no question: write what was asked"),
    ],
)
def test_a_case_with_a_fault_is_refused_in_words_and_still_waits(
    desk: Desk, edited: dict[str, Any], said: str
) -> None:
    desk.judge(PARKS, QUOTE)
    refused = desk.accept(desk.tab.arrive("", LOCAL), **edited)

    assert said in refused[desk.part("faults")]
    assert refused.keys() == {desk.part("faults")}  # what was written stays
    assert not desk.gold.exists()
    assert len(desk.store.candidates()) == 1


def test_a_question_that_the_gold_set_asks_already_is_refused(desk: Desk) -> None:
    first, second = desk.judge(PARKS, QUOTE), desk.judge(PARKS, QUOTE)
    desk.accept(desk.tab.arrive("", LOCAL))
    refused = desk.accept(desk.tab.arrive("", LOCAL))

    assert "asks what feedback-" in refused[desk.part("faults")]
    assert [one.id for one in desk.store.candidates()] == [second]
    assert [one.id for one in desk.store.candidates("accepted")] == [first]


def test_two_verdicts_on_one_answer_get_ids_of_their_own(desk: Desk) -> None:
    desk.judge(PARKS, QUOTE)
    desk.judge(PARKS, QUOTE)
    desk.accept(desk.tab.arrive("", LOCAL))
    desk.accept(desk.tab.arrive("", LOCAL), question="Who planned industrial parks?")

    first, second = desk.accepted
    assert second["id"] == f"{first['id']}-2"


def test_of_two_who_decide_the_second_is_told_and_nothing_is_written_twice(desk: Desk) -> None:
    desk.judge(PARKS, QUOTE)
    here = desk.tab.arrive("", LOCAL)
    desk.accept(here)
    accepted = desk.accept(here)
    rejected = desk.tab.reject(here[desk.part("id")], LOCAL)

    assert "Somebody else has decided this one" in accepted[desk.part("outcome")]
    assert "it was decided meanwhile" in rejected[desk.part("outcome")]
    assert len(desk.accepted) == 1


def test_a_rejected_candidate_is_gone_and_the_next_is_shown(desk: Desk) -> None:
    desk.judge(PARKS, "Hainan")
    desk.judge("Who asked for wider roads?", "Suzhou")
    after = desk.tab.reject(desk.tab.arrive("", LOCAL)[desk.part("id")], LOCAL)

    assert "Rejected" in after[desk.part("outcome")]
    assert after[desk.part("question")] == "Who asked for wider roads?"
    assert "1 of 1 waiting" in after[desk.part("where")]
    assert not desk.gold.exists()


def test_next_and_previous_step_through_what_waits_and_stop_at_its_ends(desk: Desk) -> None:
    ids = [desk.judge(f"{PARKS[:-1]} {number}?", "Hainan") for number in range(3)]
    seen = [desk.tab.arrive("", LOCAL)]
    for step in (desk.tab.next, desk.tab.next, desk.tab.next, desk.tab.previous):
        seen.append(step(seen[-1][desk.part("id")], LOCAL))

    assert [one[desk.part("id")] for one in seen] == [ids[0], ids[1], ids[2], ids[2], ids[1]]
    assert "2 of 3 waiting" in seen[-1][desk.part("where")]


def test_coming_back_to_the_tab_keeps_what_is_being_edited(desk: Desk) -> None:
    id = desk.judge(PARKS, "Hainan")
    desk.judge(PARKS, "Chongqing")

    shown = desk.tab.arrive(id, LOCAL)
    assert shown.keys() == {desk.part("where"), desk.part("document")}
    assert "1 of 2 waiting" in shown[desk.part("where")]


def test_the_documents_to_quote_are_those_that_the_person_sees(desk: Desk) -> None:
    def listed(user: str) -> list[str]:
        return [name for _, name in desk.tab.arrive("", as_user(user))[desk.part("document")].choices]

    assert [name.rpartition("/")[2] for name in listed("anna")] == ["", "parks.md", "roads.md", "secret.md"]
    assert [name.rpartition("/")[2] for name in listed("ben")] == ["", "parks.md", "roads.md"]


def test_a_pasted_quote_is_added_as_its_document_writes_it(desk: Desk) -> None:
    before = Evidence(document="parks.md", quote=QUOTE)
    added = desk.tab.add([before.model_dump_json()], "asked for 40  wider\nroads", "", LOCAL)

    first, second = map(Evidence.model_validate_json, added[desk.part("evidence")].value)
    assert first == before
    assert second.quote == "asked for 40 wider roads"
    assert added[desk.part("quote")] == ""


@pytest.mark.parametrize(
    ("quote", "source", "said"),
    [
        ("Suzhou asked for 41 wider roads in 2019.", "", "no document holds these words: the nearest is in "),
        ("Suzhou", "parks.md", "parks.md does not hold these words"),
        ("Suzhou", "gone.md", "gone.md"),
        ("  ", "", "paste the words of a document first"),
    ],
)
def test_a_quote_that_stands_nowhere_is_refused_with_the_nearest(
    desk: Desk, quote: str, source: str, said: str
) -> None:
    refused = desk.tab.add([], quote, source, LOCAL)

    assert said in refused[desk.part("faults")]
    assert refused.keys() == {desk.part("faults")}


# With login


def test_a_candidate_with_words_of_an_upload_is_seen_by_nobody_else_before_it_is_shared(desk: Desk) -> None:
    desk.judge("What was the budget of the museum?", "70 million yuan", user="anna")
    desk.judge(PARKS, "Hainan", user="anna")

    def waiting(user: str) -> list[str]:
        tab, request = desk.tab, as_user(user)
        first = tab.arrive("", request)
        return [first[desk.part("where")], first[desk.part("question")]]

    assert "of 2 waiting" in waiting("anna")[0]
    assert "budget" in waiting("anna")[1]
    assert waiting("ben") == ['<p role="status">1 of 1 waiting</p>', PARKS]


def test_an_upload_that_is_not_shared_gives_no_evidence_to_the_gold_set(desk: Desk) -> None:
    desk.judge("What was the budget of the museum?", "70 million yuan", user="anna")
    refused = desk.accept(desk.tab.arrive("", as_user("anna")), as_user("anna"))

    assert "anna/secret.md is not seen by everybody: share it" in refused[desk.part("faults")]
    assert not desk.gold.exists()


def test_nobody_rejects_what_they_may_not_see(desk: Desk) -> None:
    id = desk.judge("What was the budget of the museum?", "70 million yuan", user="anna")
    told = desk.tab.reject(id, as_user("ben"))

    assert "no candidate" in told[desk.part("outcome")]
    assert [one.id for one in desk.store.candidates()] == [id]


def test_who_said_what_and_the_turns_before_are_shown_escaped(desk: Desk) -> None:
    case = Case(
        id="x",
        question="And then?",
        kind="follow-up",
        origin="test",
        date="2026-11-22",
        history=(GoldTurn(role="user", text="<b>Who?</b>"),),
    )
    desk.store.suggest("anna", case, "corrected to: <script>")
    (one,) = desk.store.candidates()

    shown = said_html(one)
    assert "<b>anna</b>" in shown
    assert "corrected to: &lt;script&gt;" in shown
    assert "<dt>Asked</dt><dd>&lt;b&gt;Who?&lt;/b&gt;</dd>" in shown
