"""What the server does, as one JSON object a line on stderr: requests, steps (index/observe.py), and what
libraries complain of.

Knows logging. Words of questions, and messages of libraries, which may hold anything, are written only where
that is wanted; of an error its kind and its place in the program. Keys and tokens never come here.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index.observe import Step, listening
from qa.web.requests import Handled, request_id

if TYPE_CHECKING:
    from qa.settings import LogSettings

OURS = ("app", "corpus", "index", "qa")
DIGITS = 6  # of seconds
_events = logging.getLogger("qa.events")


@contextmanager
def logged(settings: LogSettings, stream: TextIO | None = None) -> Iterator[None]:
    """All that is logged meanwhile goes to `stream`, or stderr, as lines of JSON, if the settings say so."""
    if not settings.as_json:
        yield
        return
    root, handler = logging.getLogger(), logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(texts=settings.text))
    level = _events.level
    root.addHandler(handler)
    logging.captureWarnings(True)
    _events.setLevel(logging.INFO)
    try:
        with listening(_told_steps(texts=settings.text)):
            yield
    finally:
        _events.setLevel(level)
        logging.captureWarnings(False)
        root.removeHandler(handler)


def log_request(handled: Handled) -> None:
    """Tell of a request, where anything is told."""
    told = handled._asdict()
    _tell("request", told.pop("id"), failed=handled.status >= 500, values=told)


class JsonLines(logging.Formatter):
    """texts: whether the messages of libraries are written, too."""

    def __init__(self, *, texts: bool) -> None:
        super().__init__()
        self._texts = texts

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == _events.name:
            told |= {"event": record.msg, **record.__dict__["told"]}
        else:
            told |= {"event": "message", "logger": record.name, "request": request_id()}
            if self._texts or record.name.split(".")[0] in OURS:
                told["message"] = record.getMessage().replace(str(Path.home()), "~")
            if record.exc_info and record.exc_info[0]:
                told |= {"fault": record.exc_info[0].__name__, "at": _place(record)}
        return json.dumps({name: value for name, value in told.items() if value != ""})


def _told_steps(*, texts: bool) -> Callable[[Step], Callable[[], None]]:
    """A listener that tells of each step that is not part of another."""

    def begin(step: Step) -> Callable[[], None]:
        def end() -> None:
            if not step.inside:
                became = {"outcome": step.outcome, "seconds": step.seconds, "fault": step.fault}
                values = {**became, **step.values, **(step.texts if texts else {})}
                _tell(step.name, request_id(), failed=step.outcome == "failed", values=values)

        return end

    return begin


def _tell(event: str, request: str, *, failed: bool, values: dict[str, Any]) -> None:
    rounded = {
        name: round(value, DIGITS) if isinstance(value, float) else value for name, value in values.items()
    }
    level = logging.ERROR if failed else logging.INFO
    _events.log(level, event, extra={"told": {"request": request, **rounded}})


def _place(record: logging.LogRecord) -> str:
    """Where the error was raised: "qa.web.api:170"."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
