"""Indexes that many tests read: the shipped documents, and the raw articles where they are at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from index import Embedder, Index, IndexSettings, load_embedder
from qa import Assistant
from qa.reader import load_reader
from tests.documentation import build

ROOT = Path(__file__).parents[1]
hypothesis.settings.register_profile("plain", deadline=None)  # how long an example takes is the machine's
hypothesis.settings.load_profile("plain")
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # or its import writes into the home folder
SEEDS = Path(os.environ.get("QA_SEEDS", ROOT / "../shared/seeds"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First those of the whole house: they take longest, and two processes share the tests."""
    items.sort(key=lambda item: item.path.parent != ROOT / "tests")


@pytest.fixture(scope="session")
def real_embedder() -> Embedder:
    return load_embedder(IndexSettings().embedder)


@pytest.fixture(scope="session", autouse=True)
def one_reader() -> Iterator[None]:
    """The reader is loaded once for all assistants: that was half the time of asking one question."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.assistant.load_reader", cache(load_reader))
        yield


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Iterator[Index]:
    """An index of corpus/documents."""
    with Index.open(tmp_path_factory.mktemp("shipped") / ".index", embedder=real_embedder) as index:
        index.sync([ROOT / "corpus/documents"])
        yield index


@pytest.fixture
def folder_of_examples(
    shipped: Index, real_embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A working directory in which examples run: the documents that ship, and an index of them. The models
    are loaded once for all commands: that was four fifths of their time."""
    monkeypatch.setattr("index.index.load_embedder", lambda _: real_embedder)
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    shutil.copytree(shipped.folder, tmp_path / ".index")
    return tmp_path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built."""
    site = tmp_path_factory.mktemp("site")
    built = build(ROOT, site)
    assert built.returncode == 0, built.stderr
    return site


@pytest.fixture(scope="session")
def assistant(shipped: Index) -> Assistant:
    return Assistant(shipped)


@pytest.fixture(scope="session")
def over_raw_articles(
    tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder
) -> Iterator[Assistant]:
    """An assistant over the five raw articles."""
    if not SEEDS.is_dir():
        pytest.skip(f"no raw articles in {SEEDS}: set QA_SEEDS to their folder")
    with Index.open(tmp_path_factory.mktemp("raw") / ".index", embedder=real_embedder) as index:
        index.sync([SEEDS])
        yield Assistant(index)
