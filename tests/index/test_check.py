"""Each fault that an index can have is found and named, and mended by a repair where it can be."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index import Finding, Index, IndexSettings
from index.models import CARRIERS, WEIGHTS, find_model
from index.projection import MARK
from tests.index.folders import Remembering, contents, write

REPAIR = "run qa doctor --repair"
Opener = Callable[..., Index]


@pytest.fixture
def index(open_index: Opener, documents: Path) -> Index:
    index = open_index()
    index.sync([documents])
    return index


def execute(index: Index, *statements: str) -> None:
    """In the catalog, behind the index's back."""
    with closing(sqlite3.connect(index.folder / "catalog.sqlite", isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


def damage(index: Index, part: str, kind: str, other: Index) -> None:
    folder = index.folder / part
    if kind == "changed":
        next(path for path in folder.rglob("*") if path.name != MARK and path.is_file()).write_bytes(b"")
        (folder / "new").write_text("a file more")
    elif kind == "unfinished":
        (folder / MARK).unlink()
    else:
        shutil.rmtree(folder)
    if kind == "foreign":
        shutil.copytree(other.folder / part, folder)


@pytest.mark.parametrize("part", ["words", "matrix", "chroma"])
@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("missing", "is missing"),
        ("foreign", "is that of another index"),
        ("unfinished", "was not written to its end, or its files were changed since"),
        ("changed", "was not written to its end, or its files were changed since"),
    ],
)
def test_a_projection_that_is_not_this_indexs_is_named_and_made_again(
    index: Index, open_index: Opener, tmp_path: Path, embedder: Remembering, part: str, kind: str, fault: str
) -> None:
    other = open_index(tmp_path / "other")
    other.sync([write(tmp_path / "others", {"x.txt": "Other."})])
    other.close()
    before, embedded = contents(index.folder), embedder.texts
    index.close()
    damage(index, part, kind, other)
    again = open_index()

    assert again.check() == [Finding("fault", f"{part} {fault}", REPAIR)]
    assert again.repair() == []
    assert embedder.texts == embedded
    assert contents(index.folder) == before


@pytest.mark.parametrize("part", ["words", "matrix", "chroma"])
def test_a_projection_that_is_behind_is_named_and_brought_forward(
    index: Index, open_index: Opener, documents: Path, tmp_path: Path, part: str
) -> None:
    index.close()
    shutil.copytree(index.folder / part, tmp_path / "earlier")
    write(documents, {"new.txt": "Hops make beer bitter."})
    with open_index() as later:
        later.sync()
    shutil.rmtree(index.folder / part)
    shutil.copytree(tmp_path / "earlier", index.folder / part)
    again = open_index()

    what = f"{part} shows the documents as of change 1, there are 2"
    assert again.check() == [Finding("fault", what, REPAIR)]
    assert again.repair() == []


def test_orphans_of_a_projection_are_counted_and_removed(index: Index, open_index: Opener) -> None:
    """As if a chunk had been lost from the catalog and another had not been taken from the words."""
    execute(index, "UPDATE chunks SET id = 'another' WHERE text LIKE '%tea%'")
    index.close()
    again = open_index()

    assert [(finding.what, finding.way_out) for finding in again.check()] == [
        (f"{part} lacks 1 chunks and has 1 that are gone", REPAIR) for part in ("words", "matrix", "chroma")
    ]
    assert again.repair() == []


def test_chunks_of_no_document_are_counted_and_removed(index: Index) -> None:
    execute(index, "DELETE FROM documents WHERE source = 'docs/tea.md'")

    assert Finding("fault", "1 chunks are of no document", REPAIR) in index.check()
    assert index.repair() == []
    assert [passage.source for passage in index.search("green tea", k=9)] == [
        "docs/rice.md",
        "docs/more/parks.txt",
    ]
    index.sync()
    assert index.search("green tea", k=1)[0].source == "docs/tea.md"


def test_a_chunk_without_its_vector_is_named_and_only_that_is_embedded(
    index: Index, embedder: Remembering
) -> None:
    embedded = embedder.texts
    execute(index, "DELETE FROM vectors WHERE rowid = 1")

    assert Finding("fault", "1 chunks have no vector", REPAIR) in index.check()
    assert index.repair() == []
    assert embedder.texts == embedded + 1


def test_a_span_that_no_longer_matches_is_named_and_a_rebuild_mends_it(
    index: Index, open_index: Opener
) -> None:
    execute(index, "UPDATE documents SET text = 'X' || text WHERE source = 'docs/rice.md'")
    fault = Finding("fault", "docs/rice.md: a chunk is not what stands in its text", "run qa sync --rebuild")

    assert index.check() == index.repair() == [fault]
    index.close()
    rebuilt = open_index(rebuild=True)
    rebuilt.sync()
    assert rebuilt.check() == []


def test_a_sync_that_was_cut_short_is_named_and_carried_out(
    index: Index, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.BATCH", 1)
    write(documents, {"a.txt": "Hops make beer bitter.", "b.txt": "Beer is brewed from malt."})

    def interrupt(done: int, *_: object) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.sync(progress=interrupt)
    (finding,) = index.check()
    assert finding.kind == "fault"
    assert finding.what.startswith("a sync of docs, begun 2")
    assert finding.what.endswith(", has not come to its end")
    assert finding.way_out == "run qa sync"
    assert len(index.documents()) == 4
    assert index.repair() == []
    assert len(index.documents()) == 5


def test_a_part_that_was_synced_does_not_end_the_sync_of_the_whole(index: Index, documents: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.sync(progress=interrupt)
    index.sync([documents / "more"])
    assert len(index.check()) == 1
    index.sync([documents])
    assert index.check() == []
    index.sync([documents / "more"])
    assert index.check() == []


def test_a_sync_cut_short_whose_folder_is_gone_stays_named_after_a_repair(
    index: Index, documents: Path
) -> None:
    execute(index, "UPDATE roots SET begun = '2026-11-22T03:00:00'")
    documents.rename(documents.with_name("moved"))

    assert [finding.what for finding in index.repair()] == [
        "a sync of docs, begun 2026-11-22T03:00:00, has not come to its end",
        f"the synced folder {documents} is gone",
    ]


def test_a_changed_model_file_is_named(open_index: Opener, documents: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(find_model(IndexSettings().embedder), model)
    settings = IndexSettings(embedder=str(model))
    with open_index(settings=settings, embedder=None) as index:
        index.sync([documents])
        assert index.check() == []
        with (model / WEIGHTS).open("ab") as weights:
            weights.write(b" ")
        what = f"the model {model} is not the one that the index was built with"
        fault = Finding("fault", what, "put that one back, or run qa sync --rebuild")
        assert index.check() == [fault]
    shutil.rmtree(model)
    with open_index(settings=settings, embedder=None) as index:
        what = f"there is no embedding model {model}"
        assert index.check() == [Finding("fault", what, "put it back where it was")]


def test_a_carried_model_file_that_is_another_is_named(
    index: Index, open_index: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = IndexSettings().embedder
    monkeypatch.setitem(CARRIERS, name, replace(CARRIERS[name], sha256="0" * 64))
    index.close()
    with open_index(embedder=None) as again:
        what = f"{find_model(name) / WEIGHTS} is not {name}"
        assert again.check() == [Finding("fault", what, "reinstall its package")]


def test_a_file_that_was_damaged_on_the_disk_is_named(index: Index, documents: Path) -> None:
    write(documents, {f"{number}.txt": f"Cheese number {number} ripens. " * 40 for number in range(60)})
    index.sync()
    execute(index, "PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    path = index.folder / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'chunks_by_text'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xff" * 200)
    with Index.open(index.folder) as again:
        faults = [finding for finding in again.check() if finding.way_out.startswith("delete ")]
    assert faults[0].what.startswith(f"{path}: ")
