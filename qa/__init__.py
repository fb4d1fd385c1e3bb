"""Answering: questions over an index, answered by exact quotes.

with Index.open(".index") as index:
    answer = Assistant(index).ask("Which provinces planned industrial parks?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.answer import Answer, Citation, Disagreement, Done, Event, Said, Sentence, Turn, Understood, Value
    from qa.assistant import Assistant
    from qa.errors import QAError, SpanMismatch
    from qa.settings import AnswerSettings, Settings, load_settings

# Loaded when first asked for: `qa --help` needs none of it.
_HOMES = {
    "qa.answer": "Answer Citation Disagreement Done Event Said Sentence Turn Understood Value",
    "qa.assistant": "Assistant",
    "qa.errors": "QAError SpanMismatch",
    "qa.settings": "AnswerSettings Settings load_settings",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Answer",
    "AnswerSettings",
    "Assistant",
    "Citation",
    "Disagreement",
    "Done",
    "Event",
    "QAError",
    "Said",
    "Sentence",
    "Settings",
    "SpanMismatch",
    "Turn",
    "Understood",
    "Value",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
