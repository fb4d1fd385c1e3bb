"""Steps as listeners hear of them: their order, what they are part of, and how they end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from contextvars import copy_context

import pytest

from index.observe import Step, in_one_context, listening


class Ear:
    """Remembers each step that ended, in that order."""

    def __init__(self) -> None:
        self.heard: list[Step] = []

    def __call__(self, step: Step) -> Callable[[], None]:
        return lambda: self.heard.append(step)


def test_a_listener_is_told_of_a_step_at_its_end_with_what_it_is_part_of() -> None:
    ear = Ear()
    with listening(ear), Step("question", engine="quotes only") as whole:
        with Step("retrieve") as step:
            step.note(passages=8)
        whole.note(outcome="answered")

    assert [(one.name, one.inside, one.values, one.fault) for one in ear.heard] == [
        ("retrieve", "question", {"passages": 8}, ""),
        ("question", "", {"engine": "quotes only", "outcome": "answered"}, ""),
    ]
    retrieve, question = ear.heard
    assert 0 < retrieve.seconds < question.seconds < 1


def test_an_error_goes_on_and_its_kind_is_told() -> None:
    ear = Ear()
    with listening(ear), pytest.raises(ValueError, match="secret"), Step("sync"):
        raise ValueError("secret")

    assert [(one.name, one.fault, one.outcome) for one in ear.heard] == [("sync", "ValueError", "failed")]


def test_nobody_is_told_who_does_not_listen() -> None:
    ear = Ear()
    with Step("before"):
        pass
    with listening(ear):
        pass
    with Step("after") as after:
        pass

    assert ear.heard == []
    assert after.seconds > 0


def counted(upto: int) -> Generator[int, None, None]:
    with Step("count"):
        for number in range(upto):
            with Step("number"):
                pass
            yield number


def test_a_step_stays_open_over_a_generator_that_each_thread_asks_once() -> None:
    ear, got = Ear(), list[int]()
    with listening(ear):
        numbers = in_one_context(counted(3))
        for _ in range(3):
            thread = threading.Thread(target=lambda: got.append(next(numbers)))
            thread.start()
            thread.join()
        assert list(numbers) == []

    assert got == [0, 1, 2]
    assert [(one.name, one.inside) for one in ear.heard] == [*[("number", "count")] * 3, ("count", "")]


def test_a_generator_left_in_another_context_ends_its_step() -> None:
    ear = Ear()
    with listening(ear), closing(in_one_context(counted(3))) as numbers:
        assert copy_context().run(next, numbers) == 0

    assert [(one.name, one.outcome) for one in ear.heard] == [("number", "done"), ("count", "stopped")]


def test_what_a_generator_leaves_open_is_not_seen_around_it() -> None:
    ear = Ear()
    with listening(ear), closing(in_one_context(counted(1))) as numbers:
        next(numbers)
        with Step("beside"):
            pass

    assert [(one.name, one.inside) for one in ear.heard if one.name == "beside"] == [("beside", "")]
