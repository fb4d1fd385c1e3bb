"""What every projection of the catalog must do, run on each of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from corpus.document import Document
from index.catalog import Catalog, Entry, KeyedChunk
from index.chunk import Chunk
from index.matrix import Matrix
from index.projection import MARK, Projection, read_mark
from index.vectors import Vectors
from index.words import Words


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.set_manifest({"fingerprint": "model"})
    put(catalog, *(f"d{number}" for number in range(30)))
    yield catalog
    catalog.close()


@pytest.fixture(params=[Words, Matrix, Vectors])
def projection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Projection]:
    projection: Projection = request.param(tmp_path / "projection")
    yield projection
    projection.close()


def put(catalog: Catalog, *sources: str) -> None:
    """A document of one chunk for each source, with its name as its text and its id."""
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(len(sources), 8)).astype(np.float32)
    catalog.add_vectors("model", sources, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    catalog.store([_entry(source) for source in sources])


def _entry(source: str) -> Entry:
    chunk = Chunk(0, len(source), source, (), ((0, len(source)),), 1)
    return Entry(Document(source, source, source, "hash"), "", "2026", [KeyedChunk(source, source, chunk)])


def reopened(projection: Projection) -> Projection:
    """Another handle on the same folder, as another process would have."""
    return type(projection)(projection.folder)


def test_it_starts_empty_and_behind(projection: Projection, catalog: Catalog) -> None:
    assert not projection.is_current(catalog)
    assert not projection.open_at(catalog)
    assert (projection.count(), projection.ids()) == (0, set())


def test_catching_up_gives_it_all_chunks(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)

    assert projection.is_current(catalog)
    assert projection.open_at(catalog)
    assert projection.ids() == set(catalog.added_since(0))
    assert projection.count() == 30


def test_catching_up_twice_writes_nothing(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    before = (projection.folder / MARK).stat().st_mtime_ns
    projection.catch_up(catalog)

    assert (projection.folder / MARK).stat().st_mtime_ns == before


def test_it_is_brought_forward_by_what_changed(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    catalog.store([], ["d3"])
    put(catalog, "new")
    assert not projection.open_at(catalog)
    projection.catch_up(catalog)

    assert projection.ids() == set(catalog.added_since(0))
    mark = read_mark(projection.folder)
    assert mark is not None
    assert (mark.generation, mark.worn) == (3, 1)


def test_another_handle_sees_what_was_written_since_it_was_opened(
    projection: Projection, catalog: Catalog
) -> None:
    projection.catch_up(catalog)
    other = reopened(projection)
    assert other.open_at(catalog)
    catalog.store([], ["d3"])
    put(catalog, "new")
    projection.catch_up(catalog)

    assert other.open_at(catalog)
    assert other.ids() == set(catalog.added_since(0))
    other.close()


def test_a_handle_that_is_behind_is_brought_forward_from_where_the_folder_is(
    projection: Projection, catalog: Catalog
) -> None:
    other = reopened(projection)
    other.catch_up(catalog)
    catalog.store([], ["d3"])
    projection.catch_up(catalog)
    put(catalog, "new")
    other.catch_up(catalog)

    assert other.ids() == set(catalog.added_since(0))
    other.close()


def test_it_is_made_again_when_many_rows_were_removed(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    catalog.store([], [f"d{number}" for number in range(6)])
    projection.catch_up(catalog)

    mark = read_mark(projection.folder)
    assert mark is not None
    assert mark.worn == 0
    assert projection.ids() == set(catalog.added_since(0))


def test_one_that_is_ahead_of_its_catalog_is_made_again(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    mark = json.loads((projection.folder / MARK).read_text())
    (projection.folder / MARK).write_text(json.dumps({**mark, "generation": 9, "worn": 3}))
    other = reopened(projection)
    other.catch_up(catalog)

    found = read_mark(projection.folder)
    assert found is not None
    assert (found.generation, found.worn) == (1, 0)
    assert other.ids() == set(catalog.added_since(0))
    other.close()


def test_it_is_made_again_when_the_tombstones_it_needs_are_gone(
    projection: Projection, catalog: Catalog
) -> None:
    projection.catch_up(catalog)
    catalog.store([], ["d3"])
    catalog.prune()
    put(catalog, "new")
    projection.catch_up(catalog)

    assert projection.ids() == set(catalog.added_since(0))


def test_one_of_another_catalog_is_made_again(
    projection: Projection, catalog: Catalog, tmp_path: Path
) -> None:
    other = Catalog(tmp_path / "other.sqlite")
    other.set_manifest({"fingerprint": "model"})
    put(other, "foreign")
    projection.catch_up(other)
    other.close()
    assert not projection.open_at(catalog)
    projection.catch_up(catalog)

    assert projection.ids() == set(catalog.added_since(0))


@pytest.mark.parametrize("mark", ["", "garbage", "[]", "{}", '{"catalog": "x"}', "no file"])
def test_without_a_mark_that_holds_it_is_made_again(
    projection: Projection, catalog: Catalog, mark: str
) -> None:
    projection.catch_up(catalog)
    (projection.folder / MARK).write_text(mark)
    if mark == "no file":
        (projection.folder / MARK).unlink()
    other = reopened(projection)
    assert not other.open_at(catalog)
    other.catch_up(catalog)

    assert other.ids() == set(catalog.added_since(0))
    other.close()


@pytest.mark.parametrize("damage", ["cut short", "emptied", "deleted", "garbage"])
def test_damaged_files_are_noticed_before_they_are_read(
    projection: Projection, catalog: Catalog, damage: str
) -> None:
    projection.catch_up(catalog)
    projection.close()
    for path in [path for path in projection.folder.rglob("*") if path.is_file() and path.name != MARK]:
        if damage == "deleted":
            path.unlink()
        else:
            data = path.read_bytes()
            half = data[: len(data) // 2]
            path.write_bytes({"cut short": half, "emptied": b"", "garbage": b"garbage" + data}[damage])
    other = reopened(projection)
    assert not other.open_at(catalog)
    other.catch_up(catalog, afresh=True)

    assert other.ids() == set(catalog.added_since(0))
    other.close()


def test_a_count_that_is_not_the_catalogs_is_noticed(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    put(catalog, "new")
    mark = json.loads((projection.folder / MARK).read_text())
    (projection.folder / MARK).write_text(json.dumps({**mark, "generation": 2}))
    other = reopened(projection)

    assert other.is_current(catalog)
    assert not other.open_at(catalog)
    other.close()


def test_a_folder_that_was_deleted_is_made_again(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    projection.close()
    shutil.rmtree(projection.folder)
    other = reopened(projection)
    other.catch_up(catalog)

    assert other.ids() == set(catalog.added_since(0))
    other.close()


def test_an_emptied_catalog_empties_it(projection: Projection, catalog: Catalog) -> None:
    projection.catch_up(catalog)
    catalog.store([], list(catalog.sources()))
    projection.catch_up(catalog)

    assert projection.open_at(catalog)
    assert projection.ids() == set()


def test_while_it_is_being_written_elsewhere_it_is_not_opened(
    projection: Projection, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    projection.catch_up(catalog)
    other = reopened(projection)
    monkeypatch.setattr("index.projection.PATIENCE", 0.05)
    with FileLock(projection.folder.with_name("projection.lock")):
        assert not other.open_at(catalog)
    assert other.open_at(catalog)
    other.close()


def test_a_file_in_its_place_gives_way(projection: Projection, catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "projection").write_text("a file where a folder should be")

    projection.catch_up(catalog)
    assert projection.ids() == set(catalog.added_since(0))


FULL = """
import resource, sys
from pathlib import Path
from index.catalog import Catalog
from index.errors import StorageFailed
from index.matrix import Matrix
from index.vectors import Vectors
from index.words import Words
catalog = Catalog(Path(sys.argv[1]))
kinds = {kind.__name__: kind for kind in (Words, Matrix, Vectors)}
projection = kinds[sys.argv[2]](Path(sys.argv[3]))
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (10, 500, 20_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        projection.catch_up(catalog, afresh=True)
        print(limit, "done")
    except StorageFailed as error:
        print(limit, error.path.name)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
projection.catch_up(catalog)
print(projection.ids() == set(catalog.added_since(0)))
"""


def test_a_full_disk_is_named_and_once_there_is_room_it_catches_up(
    projection: Projection, catalog: Catalog
) -> None:
    kind, folder = type(projection).__name__, projection.folder
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(catalog.path), kind, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )

    first, *_, last = run.stdout.splitlines()
    assert (first, last) == ("10 projection", "True")
