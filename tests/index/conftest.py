"""What the tests of the index share: the real embedder, an index in a temporary folder, three documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Index, IndexSettings, load_embedder
from tests.index.folders import PARKS, RICE, TEA, Remembering, write


@pytest.fixture(scope="session")
def embedder() -> Remembering:
    return Remembering(load_embedder(IndexSettings().embedder))


@pytest.fixture
def open_index(tmp_path: Path, embedder: Remembering) -> Iterator[Callable[..., Index]]:
    """Opens tmp_path/".index", or the one named, and closes it after the test."""
    opened: list[Index] = []

    def open_it(folder: Path = tmp_path / ".index", **options: Any) -> Index:
        opened.append(Index.open(folder, **{"embedder": embedder, **options}))
        return opened[-1]

    yield open_it
    for index in opened:
        index.close()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder of three documents."""
    return write(tmp_path / "docs", {"tea.md": TEA, "rice.md": RICE, "more/parks.txt": PARKS})
