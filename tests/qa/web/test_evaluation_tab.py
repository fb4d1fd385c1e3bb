"""Gold sets run from the page: what may be asked, how far it is, what came out, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from index import Index
from qa import Assistant
from qa.evaluation.baseline import accept
from qa.evaluation.gold import Case, Evidence, append_case
from qa.evaluation.run import Run
from qa.web.desk import QUOTES
from qa.web.evaluation import OWN, SHIPPED, Evaluation
from qa.web.evaluation_tab import EvaluationTab, Update
from qa.web.library import Library

QUOTE = "Chongqing and Hainan planned industrial parks."


def as_user(name: str | None = None) -> gr.Request:
    request = gr.Request()
    request.username = name
    return request


LOCAL = as_user()


def case(number: int = 0, fact: str = "Chongqing", document: str = "parks.md") -> Case:
    return Case(
        id=f"parks-{number}",
        question=f"Which cities planned industrial parks{'?' * (number + 1)}",
        kind="list",
        origin="test",
        date="2026-11-22",
        facts=((fact,),),
        evidence=(Evidence(document=document, quote=QUOTE),),
    )


@dataclass(frozen=True)
class Desk:
    tab: EvaluationTab
    evaluation: Evaluation
    folder: Path

    def holds(self, *cases: Case, name: str = OWN) -> None:
        """Let these be the cases of a set."""
        file = self.folder / ("gold.jsonl" if name == OWN else "shipped/gold.jsonl")
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        for one in cases:
            append_case(one, file)

    def run(self, name: str = OWN, request: gr.Request = LOCAL) -> list[Update]:
        return list(self.tab.run(name, QUOTES, request))

    def part(self, name: str) -> Any:
        return getattr(self.tab, f"_{name}")

    @property
    def runs(self) -> list[Path]:
        return sorted(self.folder.joinpath("runs").glob("*"))


async def built(evaluation: Evaluation) -> EvaluationTab:
    """In a running loop: outside of one, Gradio opens some that it leaks."""
    with gr.Blocks(), gr.Tab("Evaluation") as place:
        return EvaluationTab(evaluation, [QUOTES], place)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "parks.md").write_text(f"# Parks\nFive cities sent their plans. {QUOTE} The others waited.\n")
    with Index.open(tmp_path / "index") as index:
        index.sync([letters])
        yield index


@pytest.fixture
def desk(index: Index, tmp_path: Path) -> Iterator[Desk]:
    library = Library(index, tmp_path)
    engines = {QUOTES: Assistant(index)}
    evaluation = Evaluation(library, engines, tmp_path, tmp_path / "shipped", tmp_path / "gold.jsonl")
    yield Desk(asyncio.run(built(evaluation)), evaluation, tmp_path)
    if job := evaluation.job:
        job.stopped = True
        assert job.ended.wait(20)


def offered(desk: Desk) -> list[str]:
    (shown,) = desk.tab.arrive(None, LOCAL)
    return [name for _, name in shown[desk.part("set")].choices]


def test_without_questions_the_tab_says_how_some_come(desk: Desk) -> None:
    (shown,) = desk.tab.arrive(None, LOCAL)

    assert "accept them in the Review tab" in shown[desk.part("progress")]
    assert shown[desk.part("run")].interactive is False


def test_the_shipped_set_is_offered_only_where_its_documents_are_indexed(desk: Desk) -> None:
    desk.holds(case(), name=SHIPPED)
    desk.holds(case(), case(1))
    assert offered(desk) == [SHIPPED, OWN]

    desk.holds(case(document="elsewhere.md"), name=SHIPPED)
    assert offered(desk) == [OWN]


def test_a_run_tells_how_far_it_is_and_is_recorded_as_qa_eval_does(desk: Desk) -> None:
    desk.holds(*map(case, range(30)))
    updates = desk.run()
    told = [update[desk.part("progress")] for update in updates if desk.part("progress") in update]

    assert told[0].startswith('<p role="status">0 of 30 questions asked')
    assert told[-1] == ""
    assert any(" left</p>" in one for one in told)
    (folder,) = desk.runs
    assert folder.name.endswith("-feedback")
    assert [one.id for one in Run.read(folder).asked] == [f"parks-{number}" for number in range(30)]


def test_what_came_out_is_shown_with_its_interval_the_failures_and_pictures(desk: Desk) -> None:
    desk.holds(case(), case(1, fact="<Tibet>"))
    found = desk.run()[-1]

    headline = found[desk.part("headline")]
    assert "<h3>1 of 2 right</h3>" in headline
    assert "The share that is right is 0.500" in headline
    assert "(n=2)" in headline
    failures = found[desk.part("failures")]
    assert "<h3>1 answered wrongly</h3>" in failures
    assert "lacks &lt;Tibet&gt;" in failures
    assert f"<dd>{QUOTE} [1]</dd>" in failures
    assert '<th scope="row">right</th><td>0.500</td>' in found[desk.part("measures")]
    assert 'alt="Right, by kind"' in found[desk.part("pictures")]
    assert found[desk.part("pictures")].count("<img") == 4


def test_a_second_run_of_the_same_set_is_compared_with_the_first(desk: Desk) -> None:
    desk.holds(case(), case(1))
    first = desk.run()[-1][desk.part("comparison")]
    (desk.folder / "letters/parks.md").write_text("# Parks\nNothing was planned.\n")
    desk.evaluation._library.resync()
    second = desk.run()[-1][desk.part("comparison")]

    assert "There is no earlier run of these questions" in first
    assert "Against the run before" in second
    assert "Of 2 questions in both, 0 became right and 2 became wrong" in second
    assert f"<dt>Before</dt><dd>{QUOTE} [1]</dd>" in second
    assert len(desk.runs) == 2


def test_the_shipped_set_is_compared_with_its_baseline(desk: Desk) -> None:
    desk.holds(case(), case(1), name=SHIPPED)
    desk.run(SHIPPED)
    accept(desk.runs[0], desk.folder / "shipped/baseline", "the first")
    compared = desk.run(SHIPPED)[-1][desk.part("comparison")]

    assert "Against the baseline that ships with it" in compared
    assert "no question went from right to wrong or back" in compared


def test_one_run_at_a_time_and_the_second_person_is_told_who_runs(desk: Desk) -> None:
    desk.holds(*map(case, range(300)))
    job = desk.evaluation.start("anna", OWN, QUOTES)
    (refused,) = desk.run(request=as_user("ben"))

    assert "anna is running a gold set (" in refused[desk.part("progress")]
    desk.tab.stop(as_user("ben"))
    assert not job.stopped  # which is anna's to do
    watching = desk.tab.arrive(None, as_user("ben"))
    next(watching)
    seen = next(watching)
    assert "anna is running a gold set." in seen[desk.part("progress")]
    assert seen[desk.part("stop")].visible is False


def test_a_run_that_cannot_begin_holds_up_no_other(desk: Desk) -> None:
    desk.holds(case())
    with pytest.raises(KeyError):
        desk.evaluation.start("anna", OWN, "a model that is gone")

    assert "<h3>1 of 1 right</h3>" in desk.run()[-1][desk.part("headline")]


def test_a_run_that_is_stopped_says_so_and_leaves_nothing(desk: Desk) -> None:
    desk.holds(*map(case, range(300)))
    running = desk.tab.run(OWN, QUOTES, as_user("anna"))
    next(running)
    desk.tab.stop(as_user("anna"))
    ended = list(running)[-1]

    assert "stopped after " in ended[desk.part("progress")]
    assert "of 300 questions: nothing was recorded" in ended[desk.part("progress")]
    assert ended[desk.part("run")].interactive is True
    assert desk.runs == []


def test_documents_that_change_meanwhile_end_the_run(desk: Desk) -> None:
    desk.holds(*map(case, range(300)))
    job = desk.evaluation.start("local", OWN, QUOTES)
    (desk.folder / "letters/roads.md").write_text("# Roads\nSuzhou asked for wider roads.\n")
    desk.evaluation._library.resync()

    assert job.ended.wait(20)
    assert "documents were added or removed after" in str(job.fault)
    assert desk.runs == []


def test_a_gold_set_that_cannot_be_read_is_named_where_it_happens(desk: Desk) -> None:
    (desk.folder / "gold.jsonl").write_text('{"id": "x"}\n')
    (shown,) = desk.tab.arrive(None, LOCAL)
    (refused,) = desk.run()

    assert "gold.jsonl:1: question: Field required" in shown[desk.part("progress")]
    assert "gold.jsonl:1" in refused[desk.part("progress")]


def test_a_baseline_that_cannot_be_read_ends_the_run_in_words(desk: Desk) -> None:
    desk.holds(case(), name=SHIPPED)
    (desk.folder / "shipped/baseline").mkdir()
    ended = desk.run(SHIPPED)[-1]

    assert "is no run" in ended[desk.part("progress")]
    assert 'class="fault"' in ended[desk.part("progress")]


def test_whoever_comes_later_sees_the_last_run(desk: Desk) -> None:
    desk.holds(case())
    desk.run()
    shown = list(desk.tab.arrive(None, as_user("ben")))[-1]

    assert "<h3>1 of 1 right</h3>" in shown[desk.part("headline")]


def test_questions_are_asked_of_what_everybody_sees(desk: Desk) -> None:
    secret = desk.folder / "secret.md"
    secret.write_text("# Budget\nThe budget of the museum was 70 million yuan.\n")
    desk.evaluation._library.add("anna", [("secret.md", secret)])
    question = {"id": "museum", "question": "What was the budget of the museum?", "facts": (("70 million",),)}
    desk.holds(case().model_copy(update=question))
    ended = desk.run(request=as_user("anna"))[-1]

    assert "<h3>0 of 1 right</h3>" in ended[desk.part("headline")]
    assert "70 million yuan" not in ended[desk.part("failures")]
