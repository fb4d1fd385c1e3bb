"""A pytest plugin: every question of a gold set is a test.

    pytest --gold my_gold.jsonl --index .index

The tests that pytest would run anyway run too. Nothing of ours is loaded without --gold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from qa import Answer, Assistant
    from qa.evaluation.gold import Case

ASSISTANT = pytest.StashKey["Assistant"]()


class WrongAnswer(Exception):
    """Carries the answer and what is wrong with it."""

    def __init__(self, case: Case, answer: Answer, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.case, self.answer, self.faults = case, answer, faults


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gold", "questions with known answers")
    group.addoption("--gold", type=Path, help="gold set: a .jsonl file or a folder of them")
    group.addoption("--index", type=Path, default=Path(".index"), help="folder of the index (.index)")


def pytest_configure(config: pytest.Config) -> None:
    gold: Path | None = config.getoption("--gold")
    if gold is not None:
        if not gold.exists():
            raise pytest.UsageError(f"--gold {gold}: no such file or folder")
        config.args.append(str(gold.resolve()))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GoldFile | None:
    gold: Path | None = parent.config.getoption("--gold")
    if gold is None or file_path.suffix != ".jsonl":
        return None
    given = gold.resolve()
    return GoldFile.from_parent(parent, path=file_path) if given in (file_path, file_path.parent) else None


class GoldFile(pytest.File):
    def collect(self) -> Iterator[Question]:
        from qa.errors import GoldError
        from qa.evaluation.gold import read_lines

        try:
            lines = read_lines(self.path)
        except GoldError as error:
            raise self.CollectError(str(error)) from error
        for line in lines:
            yield Question.from_parent(self, name=line.case.id, line=line.number, case=line.case)


class Question(pytest.Item):
    def __init__(self, *, line: int, case: Case, **parent: Any) -> None:
        super().__init__(**parent)
        self._line, self._case = line, case

    def runtest(self) -> None:
        from qa.evaluation.judge import faults_of
        from qa.evaluation.record import supported

        answer = _assistant(self.config).ask(self._case.question, self._case.turns)
        faults = list(faults_of(self._case, answer))
        faults += [f"unsupported: {one.text}" for one in answer.sentences if not supported(one)]
        if faults:
            raise WrongAnswer(self._case, answer, faults)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, WrongAnswer):
            return super().repr_failure(excinfo, style)
        error = excinfo.value
        faults = "\n".join(f"E  {fault}" for fault in error.faults)
        return f"{error.case.question}\n\n{error.answer.text}\n\n{faults}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._line - 1, f"gold: {self.name}"


def _assistant(config: pytest.Config) -> Assistant:
    """Over the index that was named, opened at the first question."""
    if ASSISTANT not in config.stash:
        from index import Index
        from qa import Assistant
        from qa.settings import load_settings

        settings = load_settings()
        index = Index.open(config.getoption("--index"), settings.index, create=False)
        config.add_cleanup(index.close)
        config.stash[ASSISTANT] = Assistant(index, settings.answer)
    return config.stash[ASSISTANT]
