"""The tab that asks a gold set and shows what came out: measures, pictures, failures, and what changed.

Knows Gradio and the evaluation; nothing of how an answer is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

import gradio as gr
from gradio.components import Component

from index import IndexFault
from qa.errors import QAError
from qa.options import shipped
from qa.web.desk import Desk, person
from qa.web.evaluation import OWN, SHIPPED, Evaluation, GoldSet, Job, Outcome
from qa.web.evaluation_page import (
    comparison_html,
    failures_html,
    headline_html,
    measures_html,
    pictures_html,
    progress_html,
)
from qa.web.page import notice_html
from qa.web.review import GOLD

LABELS = {SHIPPED: "The questions that ship with the documents", OWN: "The questions from feedback"}
BREATH = 0.25  # seconds between two looks at a run
NOTHING = (
    "There are no questions to ask yet. Judge answers in the chat and accept them in the Review tab, or "
    "index the documents that ship with the program."
)

Update = dict[Component, Any]  # of what changes on the screen, its new value


def evaluation_tab(desk: Desk) -> None:
    """Build the tab where it is called."""
    data = desk.library.folder
    evaluation = Evaluation(desk.library, desk.engines, data, shipped("gold"), data / GOLD)
    with gr.Tab("Evaluation", elem_id="evaluation-tab", id="evaluation") as place:
        EvaluationTab(evaluation, list(desk.engines), place)


class EvaluationTab:
    """engines: to choose from; the last only quotes, and is chosen."""

    def __init__(self, evaluation: Evaluation, engines: Sequence[str], place: gr.Tab) -> None:
        self._evaluation = evaluation
        with gr.Row(equal_height=True):
            self._set = gr.Radio([], label="Questions to ask", elem_id="evaluation-set")
            self._engine = gr.Radio(
                engines,
                value=engines[-1],
                label="Answers by",
                visible=len(engines) > 1,
                elem_id="evaluation-engine",
            )
        with gr.Row():
            self._run = gr.Button("Run", variant="primary", interactive=False, elem_id="evaluation-run")
            self._stop = gr.Button("Stop", visible=False, elem_id="evaluation-stop")
        self._progress = gr.Markdown(elem_id="evaluation-progress", latex_delimiters=[])
        with gr.Column(visible=False, elem_id="evaluation-result") as self._result:
            self._headline = gr.Markdown(elem_id="evaluation-headline", latex_delimiters=[])
            self._comparison = gr.Markdown(elem_id="evaluation-comparison", latex_delimiters=[])
            self._pictures = gr.Markdown(elem_id="evaluation-pictures", latex_delimiters=[])
            self._failures = gr.Markdown(elem_id="evaluation-failures", latex_delimiters=[])
            self._measures = gr.Markdown(elem_id="evaluation-measures", latex_delimiters=[])
        self._on(place.select, self.arrive, [self._set])
        self._on(self._run.click, self.run, [self._set, self._engine])
        self._on(self._stop.click, self.stop, [])

    @property
    def screen(self) -> list[Component]:
        return [
            self._set,
            self._run,
            self._stop,
            self._progress,
            self._result,
            self._headline,
            self._comparison,
            self._failures,
            self._pictures,
            self._measures,
        ]

    def _on(
        self,
        event: Callable[..., Any],
        act: Callable[..., Update | Iterator[Update]],
        inputs: Sequence[Component],
    ) -> None:
        """Without a limit: many may look on while one runs."""
        event(
            act,
            [*inputs],
            self.screen,
            show_progress="hidden",
            api_visibility="private",
            concurrency_limit=None,
        )

    # What a person does

    def arrive(self, chosen: str | None, request: gr.Request) -> Iterator[Update]:
        """What may be asked, and the run under way or the last one."""
        user = person(request)
        try:
            yield self._offered(self._evaluation.sets(user), chosen)
        except (IndexFault, QAError) as fault:
            yield {self._progress: notice_html(str(fault), fault=True)}
        if job := self._evaluation.job:
            yield from self._followed(job, user)

    def run(self, chosen: str | None, engine: str, request: gr.Request) -> Iterator[Update]:
        """Ask the chosen set, and tell how far it is until it has come to an end."""
        user = person(request)
        if not chosen:
            yield {self._progress: notice_html("Choose which questions to ask.", fault=True)}
            return
        try:
            job = self._evaluation.start(user, chosen, engine)
        except (IndexFault, QAError) as fault:
            yield {self._progress: notice_html(str(fault), fault=True)}
            return
        yield {self._result: gr.Column(visible=False)}
        yield from self._followed(job, user)

    def stop(self, request: gr.Request) -> Update:
        self._evaluation.stop(person(request))
        return {self._stop: gr.Button(interactive=False)}

    # What the screen shows of it

    def _followed(self, job: Job, user: str) -> Iterator[Update]:
        while not job.ended.is_set():
            whose = "" if job.user == user else f"<p>{escape(job.user)} is running a gold set.</p>"
            yield {
                self._progress: whose + progress_html(job.done, job.total, job.left),
                self._run: gr.Button(interactive=False),
                self._stop: gr.Button(visible=job.user == user, interactive=not job.stopped),
            }
            job.ended.wait(BREATH)
        shown = self._found(job.outcome) if job.outcome else {}
        told = notice_html(str(job.fault), fault=not job.stopped) if job.fault else ""
        yield {
            **shown,
            self._progress: told,
            self._run: gr.Button(interactive=True),
            self._stop: gr.Button(visible=False),
        }

    def _offered(self, sets: Sequence[GoldSet], chosen: str | None) -> Update:
        if not sets:
            return {
                self._set: gr.Radio([], value=None, visible=False),
                self._run: gr.Button(interactive=False),
                self._progress: f"<p>{NOTHING}</p>",
            }
        choices = [(f"{LABELS[one.name]} ({len(one.cases):,})", one.name) for one in sets]
        names = [one.name for one in sets]
        return {
            self._set: gr.Radio(choices, value=chosen if chosen in names else names[-1], visible=True),
            self._run: gr.Button(interactive=True),
            self._progress: "",
        }

    def _found(self, outcome: Outcome) -> Update:
        return {
            self._result: gr.Column(visible=True),
            self._headline: headline_html(outcome.run, outcome.folder.name),
            self._comparison: comparison_html(outcome.comparison, outcome.against),
            self._failures: failures_html(outcome.run, outcome.cases),
            self._pictures: pictures_html(outcome.pictures),
            self._measures: measures_html(outcome.run),
        }
