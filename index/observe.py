"""What is being done, told to whoever listens: steps with a beginning, an end and a few values.

    with Step("retrieve") as step:
        ...
        step.note(passages=len(found))

Knows no metrics, traces or logs: these listen. Without a listener a step costs a microsecond. The listeners
are those of the process, as the handlers of a log are. `values` hold counts and names of ours; whatever comes
from a question or a document belongs in `texts`, which listeners pass on only where they were told to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token, copy_context
from time import perf_counter
from types import TracebackType
from typing import Self, TypeVar

Value = str | int | float
T = TypeVar("T")


class Step:
    """Something that is done. inside: the step that it is part of, by name, or "".

    At its end `seconds` says how long it took, and `fault` with what kind of error it ended, or "".
    """

    __slots__ = ("_began", "_ends", "_token", "fault", "inside", "name", "seconds", "texts", "values")

    def __init__(self, name: str, **values: Value) -> None:
        self.name = name
        self.values: dict[str, Value] = values
        self.texts: dict[str, str] = {}
        self.inside, self.fault, self.seconds = "", "", 0.0
        self._ends: list[Callable[[], None]] = []
        self._token: Token[str] | None = None
        self._began = 0.0

    def note(self, **values: Value) -> None:
        self.values.update(values)

    @property
    def outcome(self) -> str:
        """As it was noted; else "done", "failed", or "stopped" where nobody wanted the rest."""
        ended = {"": "done", GeneratorExit.__name__: "stopped"}
        return str(self.values.get("outcome") or ended.get(self.fault, "failed"))

    @property
    def so_far(self) -> float:
        """Seconds since it began."""
        return perf_counter() - self._began

    def __enter__(self) -> Self:
        if _listeners:
            self.inside = _inside.get()
            self._token = _inside.set(self.name)
            self._ends = [begin(self) for begin in _listeners]
        self._began = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = self.so_far
        self.fault = kind.__name__ if kind else ""
        for end in reversed(self._ends):
            end()
        if self._token is not None:
            _inside.reset(self._token)


Listener = Callable[[Step], Callable[[], None]]  # called as a step begins; gives what is called at its end

_inside: ContextVar[str] = ContextVar("step", default="")
_listeners: tuple[Listener, ...] = ()
_changing = threading.Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """The listener is told of all steps that begin meanwhile, in any thread."""
    global _listeners
    with _changing:
        _listeners = (*_listeners, listener)
    try:
        yield
    finally:
        with _changing:
            _listeners = tuple(one for one in _listeners if one is not listener)


def in_one_context(events: Generator[T, None, None]) -> Generator[T, None, None]:
    """The same events. A step may stand open while a generator waits to be asked for the next, and servers
    ask for each in another thread or context; what is inside the step is known by the context alone."""
    context = copy_context()
    try:
        while True:
            try:
                event = context.run(next, events)
            except StopIteration:
                return
            yield event
    finally:
        context.run(events.close)
