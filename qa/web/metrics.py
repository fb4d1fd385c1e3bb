"""What Prometheus is told: how many questions, how fast, and what they cost. The only file that imports it.

Hears the steps of this process (index/observe.py); a sync by another one shows in the gauges alone. No label
carries a question, a name of a person or document, or a path: only outcomes, and models as they may be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import Response

from qa.errors import extra

if TYPE_CHECKING:
    from index import Index
    from index.observe import Step

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
BACKGROUND = ("openers", "evaluation")  # questions that nobody waits for
FATES = ("released", "replaced", "dropped")


class Metrics:
    """A listener. Those of one server: two in a process keep apart."""

    def __init__(self, index: Index) -> None:
        """Raises ExtraMissing."""
        with extra("metrics"):
            from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
        self._registry = every = CollectorRegistry()
        self._questions = Counter(
            "spanqa_questions", "Questions by outcome and engine.", ("outcome", "engine"), registry=every
        )
        self._first = Histogram(
            "spanqa_first_sentence_seconds", "To the first sentence.", buckets=SECONDS, registry=every
        )
        self._whole = Histogram(
            "spanqa_answer_seconds", "To the end of an answer or refusal.", buckets=SECONDS, registry=every
        )
        self._sentences = Counter(
            "spanqa_model_sentences", "Sentences of models by what became of them.", ("fate",), registry=every
        )
        self._tokens = Counter("spanqa_model_tokens", "Sent and received.", ("model",), registry=every)
        self._syncs = Counter("spanqa_syncs", "Syncs by outcome.", ("outcome",), registry=every)
        gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "spanqa_documents": ("In the index.", lambda: index.size.documents),
            "spanqa_chunks": ("In the index.", lambda: index.size.chunks),
            "spanqa_generation": ("Raised by one with each change.", lambda: index.generation),
            "spanqa_unreadable_files": ("At their last sync.", lambda: len(index.failures())),
        }
        for name, (help, value) in gauges.items():
            Gauge(name, help, registry=every).set_function(value)

    def __call__(self, step: Step) -> Callable[[], None]:
        return lambda: self._count(step)

    def response(self) -> Response:
        """All of it, as Prometheus reads it."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    def _count(self, step: Step) -> None:
        values = step.values
        if step.name == "question" and step.inside not in BACKGROUND:
            self._questions.labels(step.outcome, values["engine"]).inc()
            if "first_sentence" in values:
                self._first.observe(float(values["first_sentence"]))
            if step.outcome in ("answered", "declined"):
                self._whole.observe(step.seconds)
            for fate in FATES:
                self._sentences.labels(fate).inc(float(values.get(fate, 0)))
        elif step.name == "model":
            self._tokens.labels(values["model"]).inc(float(values["sent"]) + float(values["received"]))
        elif step.name == "sync":
            self._syncs.labels(step.outcome).inc()
