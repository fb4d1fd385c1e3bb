"""Steps as OpenTelemetry's spans, where OTEL_EXPORTER_OTLP_ENDPOINT names who takes them.

The only file that imports opentelemetry, and only then. Its provider is its own: what other libraries trace
does not come this way, since it may hold what was asked. An error is told by its kind, without its words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.observe import Step, listening
from qa.errors import ExtraMissing, extra

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from qa.settings import LogSettings

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SCOPE = "spanqa"


@contextmanager
def traced(settings: LogSettings) -> Iterator[None]:
    """What is done meanwhile is traced. Without the extra one line says so: the variable is often set for
    all programs of a machine, and must not keep this one from answering."""
    if not os.environ.get(ENDPOINT):
        yield
        return
    try:
        with extra("tracing"):
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import SERVICE_NAME, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ExtraMissing as missing:
        print(f"qa: nothing is traced: {missing}", file=sys.stderr)
        yield
        return
    named = {} if "OTEL_SERVICE_NAME" in os.environ else {SERVICE_NAME: SCOPE}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        with listening(Spans(provider.get_tracer(SCOPE), texts=settings.text)):
            yield
    finally:
        provider.shutdown()  # sends what is left


class Spans:
    """A listener. texts: whether questions are told, too."""

    def __init__(self, tracer: Tracer, *, texts: bool) -> None:
        self._tracer = tracer
        self._texts = texts

    def __call__(self, step: Step) -> Callable[[], None]:
        from opentelemetry import context, trace
        from opentelemetry.trace import Status, StatusCode

        span = self._tracer.start_span(step.name)
        token = context.attach(trace.set_span_in_context(span))

        def end() -> None:
            told = {**step.values, **(step.texts if self._texts else {})}
            span.set_attributes({f"{SCOPE}.{name}": value for name, value in told.items()})
            span.set_attribute(f"{SCOPE}.outcome", step.outcome)
            if step.outcome == "failed":
                span.set_attribute("error.type", step.fault)
                span.set_status(Status(StatusCode.ERROR))
            context.detach(token)
            span.end()

        return end
