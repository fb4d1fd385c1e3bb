"""What can go wrong while answering. Nothing found is no error; see Answer.refusal.

QAError
├── SpanMismatch      a quote is not what stands in the stored document: nothing of it is shown
├── ModelUnavailable  a model cannot be had: its name, its package, its file or its key is missing
├── ModelFailed       a model did not answer, or not to the end; the answer is quoted instead
├── BadSettings       a setting is unknown or out of range, or its file cannot be read
├── ExtraMissing      a package of an extra is not installed; names the extra
├── BadSpan           a part of a document that it does not have; see qa/spans.py
├── ReaderMissing     there is no reader of this name, or its weights are missing or changed
├── NotFetched        a thing from elsewhere cannot be brought; carries its URL, the reason, HTTP's status
├── CannotKeep        nothing can be fetched into a folder: its record cannot be read, or nothing written
├── WatchFailed       the system does not tell what changes in a folder
├── GoldError         a gold file cannot be read; names the file, the line and the reason
├── RunError          the folder of an evaluation's run cannot be read or compared
├── SuiteError        a public question set is unknown, or its files are not what they should be
└── GateError         the file of an evaluation's gate cannot be read, or names a measure that is none
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class QAError(Exception):
    """Base of the errors that answering raises."""


class SpanMismatch(QAError):
    def __init__(self, source: str, start: int, end: int) -> None:
        super().__init__(f"{source}:{start}-{end} is no longer what was quoted: run qa doctor")
        self.source = source
        self.start = start
        self.end = end


class ModelUnavailable(QAError):
    """`model`: as it may be shown. `reason`: in our words, and the way out."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"model {model}: {reason}")
        self.model = model
        self.reason = reason


class ModelFailed(QAError):
    """`reason`: in our words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the model failed: {reason}")
        self.reason = reason


class BadSettings(QAError):
    """The settings cannot be used: where each fault stands, and what it is."""


class ExtraMissing(QAError, ImportError):
    """`extra`: of pyproject.toml. `package`: that is missing. An ImportError too: an import ends with it."""

    def __init__(self, extra: str, package: str | None) -> None:
        super().__init__(f"this needs the package {package}: pip install 'spanqa[{extra}]'")
        self.extra = extra
        self.package = package


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Around the imports of an extra's packages alone. Raises ExtraMissing where one is not installed."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise ExtraMissing(name, missing.name) from missing


class ReaderMissing(QAError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"no reader {name}: {reason}")
        self.name = name
        self.reason = reason


class NotFetched(QAError):
    """status: of HTTP, None where no server answered with one that tells."""

    def __init__(self, url: str, reason: str, status: int | None = None) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.status = status


class CannotKeep(QAError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class WatchFailed(QAError):
    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the folders cannot be watched ({reason}): raise fs.inotify.max_user_watches, or sync by hand"
        )
        self.reason = reason


class GoldError(QAError):
    """A gold file that cannot be used: where, and why."""


class RunError(QAError):
    """A run that cannot be used: which, and why."""


class GateError(QAError):
    """A gate that cannot be used: where, and why."""


class SuiteError(QAError):
    """A public question set that cannot be used: which, and why."""
