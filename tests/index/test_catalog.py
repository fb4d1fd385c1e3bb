from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Document, Heading, Page, Removed
from index.catalog import Catalog, Entry, KeyedChunk, Listed, Text
from index.chunk import Chunk
from index.errors import IndexCorrupt, StorageFailed

MANIFEST = {"fingerprint": "model"}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.set_manifest(MANIFEST)
    yield catalog
    catalog.close()


def entry(source: str, *parts: str, **metadata: str) -> Entry:
    """A document of these parts, one chunk to each, whose ids are its source and the part."""
    text = "\n".join(parts)
    chunks = []
    for part in parts:
        start = text.index(part)
        chunk = Chunk(start, start + len(part), part, ("Head",), ((start, start + len(part)),), 7)
        chunks.append(KeyedChunk(f"{source} {part}", part, chunk))
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(
        source,
        f"Title of {source}",
        text,
        digest,
        metadata,
        (Heading(0, 1, 2),),
        (Page(0, len(text), 1),),
        (Removed("cut", "rule", 3),),
    )
    return Entry(document, "signature", "2026-01-02T03:04:05+00:00", chunks)


def store(catalog: Catalog, *entries: Entry, gone: Sequence[str] = ()) -> None:
    hashes = sorted({keyed.text_hash for one in entries for keyed in one.chunks})
    catalog.add_vectors("model", hashes, np.eye(len(hashes), 3, dtype=np.float32))
    catalog.store(entries, gone)


def test_a_document_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    one = entry("docs/a.md", "First.", "第二。", author="Li")
    store(catalog, one)

    assert catalog.document(one.document.id) == one.document
    assert catalog.chunks(one.document.id) == [keyed.chunk for keyed in one.chunks]
    assert catalog.pages(one.document.id) == (Page(0, 10, 1),)
    (info,) = catalog.infos()
    assert (info.source, info.title, info.metadata) == ("docs/a.md", "Title of docs/a.md", {"author": "Li"})
    assert (info.chunks, info.characters, info.pages) == (2, 10, 1)


def test_an_unknown_document_is_none(catalog: Catalog) -> None:
    assert catalog.document("0" * 16) is None
    assert catalog.pages("0" * 16) == ()


def test_each_change_of_documents_raises_the_generation_by_one(catalog: Catalog) -> None:
    assert catalog.generation == 0
    store(catalog, entry("docs/a.md", "First."), entry("docs/b.md", "Other."))
    assert catalog.generation == 1
    store(catalog, gone=["docs/a.md"])
    assert catalog.generation == 2


def test_a_projection_gets_what_was_added_and_removed_since_its_generation(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "stays", "goes"))
    store(catalog, entry("docs/a.md", "stays", "comes"))

    assert catalog.added_since(0) == ["docs/a.md stays", "docs/a.md comes"]
    assert catalog.added_since(1) == ["docs/a.md comes"]
    assert catalog.removed_since(0) == catalog.removed_since(1) == ["docs/a.md goes"]
    assert catalog.removed_since(2) == []


def test_a_chunk_that_comes_back_is_no_longer_to_be_removed(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "one", "two"))
    store(catalog, entry("docs/a.md", "one"))
    store(catalog, entry("docs/a.md", "one", "two"))

    assert catalog.removed_since(0) == []
    assert catalog.added_since(2) == ["docs/a.md two"]


def test_chunks_stay_in_the_order_of_the_text_when_one_is_put_between_them(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "one", "three"))
    changed = entry("docs/a.md", "one", "two", "three")
    store(catalog, changed)

    assert [chunk.text for chunk in catalog.chunks(changed.document.id)] == ["one", "two", "three"]


def test_a_removed_document_leaves_tombstones_and_no_chunks(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "one", "two"), entry("docs/b.md", "three"))
    store(catalog, gone=["docs/a.md", "docs/never.md"])

    assert catalog.sources().keys() == {"docs/b.md"}
    assert catalog.removed_since(1) == ["docs/a.md one", "docs/a.md two"]
    assert catalog.count() == 1


def test_rows_come_in_the_order_asked_for_without_those_that_are_gone(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "one", "two"))

    rows = catalog.rows(["docs/a.md two", "gone", "docs/a.md one"])
    assert [row.text for row in rows] == ["two", "one"]
    assert rows[0].vector.tolist() == [0, 1, 0]
    assert (rows[0].headings, rows[0].sentences) == (("Head",), ((4, 7),))


def test_beside_a_chunk_stand_those_before_and_after_it_in_its_document(catalog: Catalog) -> None:
    store(catalog, entry("a", "x", "y", "z"), entry("b", "x"))

    asked = np.array([1, 0, 0], np.float32)
    assert catalog.surroundings(["a y", "a z", "b x", "gone"], asked).beside == {
        "a y": ("a x", "a z"),
        "a z": ("a y", None),
        "b x": (None, None),
    }


def test_the_cosines_are_those_of_the_chunks_and_of_what_stands_beside_them(catalog: Catalog) -> None:
    store(catalog, entry("a", "w", "x", "y"), entry("b", "w"))

    cosines = catalog.surroundings(["a x", "gone"], np.array([0.6, 0.8, 0], np.float32)).cosines
    assert cosines == {"a w": pytest.approx(0.6), "a x": pytest.approx(0.8), "a y": 0}


def test_nothing_surrounds_chunks_that_are_gone(catalog: Catalog) -> None:
    assert catalog.surroundings(["gone"], np.array([1, 0, 0], np.float32)) == ({}, {})


def test_a_chunk_that_lost_its_vector_still_stands_beside_another(catalog: Catalog) -> None:
    store(catalog, entry("a", "x", "y"))
    with sqlite3.connect(catalog.path) as database:
        database.execute("DELETE FROM vectors WHERE text_hash = 'y'")

    around = catalog.surroundings(["a x"], np.array([1, 0, 0], np.float32))
    assert around == ({"a x": (None, "a y")}, {"a x": 1})


def test_texts_come_in_the_order_asked_for(catalog: Catalog) -> None:
    store(catalog, entry("docs/a.md", "one", "two"))

    assert catalog.texts(["docs/a.md two", "gone", "docs/a.md one"]) == [
        Text("docs/a.md two", "docs/a.md", 4, "two"),
        Text("docs/a.md one", "docs/a.md", 0, "one"),
    ]


def test_the_listing_and_the_owners_say_what_each_document_is_found_by(catalog: Catalog) -> None:
    one, two = entry("b", "x", publisher="P"), entry("a", "y")
    store(catalog, one, two)

    assert catalog.listing() == [
        Listed(two.document.id, "a", {}),
        Listed(one.document.id, "b", {"publisher": "P"}),
    ]
    assert catalog.owners(["b x", "gone"]) == {"b x": one.document.id}


def test_what_lies_under_a_prefix_is_no_other_folder_that_begins_alike(catalog: Catalog) -> None:
    for source in ("docs/a.md", "docs-2/a.md", "docs", "d%cs/a.md"):
        store(catalog, entry(source, source))

    assert catalog.known("docs").keys() == {"docs", "docs/a.md"}
    assert catalog.known("d%cs").keys() == {"d%cs/a.md"}
    assert catalog.known("docs/a.md")["docs/a.md"].signature == "signature"


def test_failures_are_replaced_under_their_prefix_only(catalog: Catalog) -> None:
    catalog.set_failures(["docs", "more"], {"docs/a.pdf": "empty", "more/b.pdf": "encrypted"})
    catalog.set_failures(["docs"], {"docs/c.pdf": "binary"})

    assert catalog.failures() == {"docs/c.pdf": "binary", "more/b.pdf": "encrypted"}


def test_only_texts_without_a_vector_of_the_model_are_missing(catalog: Catalog) -> None:
    catalog.add_vectors("model", ["one"], np.ones((1, 3), np.float32))

    assert catalog.missing_vectors("model", ["two", "one", "three", "two"]) == ["two", "three"]
    assert catalog.missing_vectors("other", ["one"]) == ["one"]


def test_vectors_of_chosen_documents_only(catalog: Catalog) -> None:
    one, two = entry("a", "x"), entry("b", "y")
    store(catalog, one, two)

    ids, vectors = catalog.vectors_in([two.document.id])
    assert (ids, vectors.tolist()) == (["b y"], [[0, 1, 0]])
    assert catalog.vectors_in(None)[1].shape == (2, 3)
    assert catalog.vectors_in([])[0] == []


def test_pruning_drops_unused_vectors_and_tombstones_and_remembers_up_to_where(catalog: Catalog) -> None:
    store(catalog, entry("a", "x", "y"))
    catalog.add_vectors("older model", ["x"], np.ones((1, 3), np.float32))
    store(catalog, entry("a", "x"))
    catalog.prune()

    assert catalog.missing_vectors("model", ["x", "y"]) == ["y"]
    assert catalog.missing_vectors("older model", ["x"]) == ["x"]
    assert catalog.removed_since(0) == []
    assert catalog.forgotten == 2


def test_clearing_keeps_roots_and_vectors_and_takes_a_new_identity(catalog: Catalog) -> None:
    store(catalog, entry("a", "x"))
    catalog.begin({"docs": Path("/docs")}, (), "now")
    before = catalog.identity
    catalog.clear()

    assert (catalog.sources(), catalog.generation, catalog.manifest) == ({}, 0, {})
    assert catalog.roots() == {"docs": Path("/docs")}
    assert catalog.missing_vectors("model", ["x"]) == []
    assert catalog.identity != before


def test_an_interrupt_in_a_transaction_leaves_no_trace(catalog: Catalog) -> None:
    store(catalog, entry("a", "x"))

    class Interrupting(list[Entry]):
        def __iter__(self) -> Iterator[Entry]:
            yield entry("b", "x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.store(Interrupting())
    assert (set(catalog.sources()), catalog.generation) == ({"a"}, 1)
    store(catalog, entry("c", "x"))
    assert catalog.sources().keys() == {"a", "c"}


def test_two_handles_on_one_file_see_each_other(catalog: Catalog) -> None:
    other = Catalog(catalog.path)
    store(catalog, entry("a", "x"))

    assert other.generation == 1
    assert other.identity == catalog.identity
    other.close()


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "a b?mode=ro#c%20é&immutable=1"
    folder.mkdir()
    Catalog(folder / "catalog.sqlite").close()

    assert [path.name for path in folder.iterdir()] == ["catalog.sqlite"]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"garbage " * 500)

    with pytest.raises(IndexCorrupt, match=r"catalog\.sqlite cannot be read \(file is not a database\)"):
        Catalog(path)


def test_a_damaged_page_is_found(catalog: Catalog) -> None:
    store(catalog, *(entry(f"docs/{number}", f"text {number} " * 50) for number in range(100)))
    catalog.close()
    with sqlite3.connect(catalog.path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    data = bytearray(catalog.path.read_bytes())
    data[20_000:40_000] = b"\xff" * 20_000
    catalog.path.write_bytes(data)

    with pytest.raises(IndexCorrupt, match="malformed"):
        _read_all(catalog.path)


def _read_all(path: Path) -> None:
    damaged = Catalog(path)
    try:
        damaged.infos()
        damaged.rows(damaged.added_since(0))
    finally:
        damaged.close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="unable to open database file") as caught:
        Catalog(tmp_path / "none" / "catalog.sqlite")
    assert caught.value.path == tmp_path / "none" / "catalog.sqlite"


BEGIN_THE_FILE = """
import sqlite3, sys, time

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("begun", flush=True)
time.sleep(0.5)
connection.execute("COMMIT")
"""


def test_a_new_catalog_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    command = [sys.executable, "-c", BEGIN_THE_FILE, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        catalog = Catalog(path)
    assert catalog.is_empty
    catalog.close()


def test_a_catalog_that_another_process_writes_for_long_says_to_try_again(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.database.PATIENCE", 0.1)
    again = Catalog(catalog.path)
    with sqlite3.connect(catalog.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageFailed, match=r"\(another process is writing it\): try again$"):
            again.set_manifest(MANIFEST)
        other.execute("ROLLBACK")
    other.close()
    again.close()


FILL_THE_DISK = """
import resource, sys
import numpy as np
from pathlib import Path
from index.catalog import Catalog
from index.errors import StorageFailed

catalog = Catalog(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    catalog.add_vectors("model", [str(n) for n in range(1_000)], np.ones((1_000, 384), np.float32))
except StorageFailed as error:
    print(error)
print(catalog.generation, catalog.missing_vectors("model", ["0"]))
"""


def test_a_full_disk_is_named_and_what_was_there_stays(catalog: Catalog) -> None:
    store(catalog, entry("a", "x"))
    catalog.close()
    run = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(catalog.path)], capture_output=True, text=True, check=True
    )

    message, state = run.stdout.splitlines()
    assert message.startswith(f"cannot write {catalog.path} (")
    assert state == "1 ['0']"
    again = Catalog(catalog.path)
    assert again.sources().keys() == {"a"}
    again.close()
