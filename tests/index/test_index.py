from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import MissingFolder
from index import Finding, Index, IndexFault, IndexSettings, SyncReport
from index.errors import (
    AmbiguousDocument,
    IndexBusy,
    IndexCorrupt,
    IndexMismatch,
    ModelMissing,
    NoIndex,
    StorageFailed,
    UnknownDocument,
    UnknownFolder,
)
from index.layout import LAYOUT
from index.lock import writing
from index.projection import MARK
from tests.index.folders import TEA, Remembering, contents, write

ALL = ("docs/more/parks.txt", "docs/rice.md", "docs/tea.md")


@pytest.fixture
def index(open_index: Callable[..., Index], documents: Path) -> Index:
    index = open_index()
    index.sync([documents])
    return index


# Opening


def test_opening_loads_no_model_and_searching_a_small_index_neither_torch_nor_chroma(index: Index) -> None:
    program = (
        "import sys\nfrom index import Index\nindex = Index.open(sys.argv[1])\n"
        "print('chromadb' in sys.modules, 'openvino' in sys.modules)\n"
        "index.sync()\nprint('chromadb' in sys.modules, 'openvino' in sys.modules)\n"
        "index.search('tea')\nprint(*(name in sys.modules for name in ('torch', 'gradio', 'chromadb')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(index.folder)], capture_output=True, text=True, check=True
    )

    assert run.stdout.split("\n") == ["False False", "False False", "False False False", ""]


def test_a_folder_without_an_index_is_named_where_none_may_be_made(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match=r"no document is indexed in .*none: run qa sync FOLDER"):
        Index.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_searching_an_index_that_was_never_filled_is_an_error(open_index: Callable[..., Index]) -> None:
    with pytest.raises(NoIndex):
        open_index().search("tea")


@pytest.mark.parametrize(
    ("settings", "difference"),
    [
        (
            IndexSettings(embedder="e5-small"),
            "built with all-MiniLM-L6-v2 (384), settings ask for e5-small",
        ),
        (IndexSettings(chunk_tokens=64), "built with chunks of 120 tokens, settings ask for 64"),
    ],
)
def test_an_index_built_otherwise_is_refused_by_saying_how(
    index: Index, open_index: Callable[..., Index], settings: IndexSettings, difference: str
) -> None:
    with pytest.raises(IndexMismatch) as caught:
        open_index(settings=settings)
    rebuild = f"run qa sync --rebuild --index {index.folder}"
    assert str(caught.value) == f"index {index.folder} {difference}: {rebuild}"
    assert caught.value.differences == (difference,)


@pytest.mark.usefixtures("index")
def test_all_that_differs_is_named_at_once(open_index: Callable[..., Index]) -> None:
    with pytest.raises(IndexMismatch) as caught:
        open_index(settings=IndexSettings(embedder="e5-small", chunk_tokens=64))
    assert len(caught.value.differences) == 2


@pytest.mark.usefixtures("index")
def test_settings_that_are_not_built_in_may_change(open_index: Callable[..., Index]) -> None:
    assert open_index(settings=IndexSettings(candidates=1, neighbours=0)).search("tea", k=3)


def test_rebuilding_reads_the_known_folders_again(
    index: Index, open_index: Callable[..., Index], documents: Path, tmp_path: Path
) -> None:
    smaller = IndexSettings(chunk_tokens=16)
    rebuilt = open_index(settings=smaller, rebuild=True)

    assert len(rebuilt.documents()) == 3  # nothing is emptied before it can be filled again
    with pytest.raises(NoIndex):
        rebuilt.search("tea")
    assert rebuilt.sync() == SyncReport(added=ALL)
    assert len(rebuilt.chunks(rebuilt.document("tea.md").id)) > 1
    open_index(tmp_path / "new", settings=smaller).sync([documents])
    assert contents(index.folder) == contents(tmp_path / "new")


def test_rebuilding_with_one_folder_reads_all_that_were_named_earlier(
    index: Index, open_index: Callable[..., Index], tmp_path: Path
) -> None:
    index.sync([write(tmp_path / "two", {"tea.md": TEA})])
    before = contents(index.folder)

    report = open_index(rebuild=True).sync([tmp_path / "docs"])
    assert report == SyncReport(added=(*ALL, "two/tea.md"))
    assert contents(index.folder) == before


def test_a_rebuild_that_cannot_begin_leaves_the_index_as_it_was(
    index: Index, open_index: Callable[..., Index], tmp_path: Path
) -> None:
    before = contents(index.folder)
    with pytest.raises(MissingFolder):
        open_index(rebuild=True).sync([tmp_path / "nowhere"])
    with pytest.raises(ModelMissing):
        Index.open(index.folder, IndexSettings(embedder=str(tmp_path)), rebuild=True).sync()
    assert contents(index.folder) == before
    assert open_index().search("tea")


@pytest.mark.parametrize("name", ["words", "chroma"])
def test_a_file_in_the_place_of_a_projection_is_mended(
    index: Index, open_index: Callable[..., Index], name: str
) -> None:
    index.close()
    shutil.rmtree(index.folder / name)
    (index.folder / name).write_text("no folder")
    again = open_index()
    assert again.search("How is green tea made?")[0].source == "docs/tea.md"
    again.repair()
    assert (index.folder / name).is_dir()
    assert again.check() == []


def test_an_interrupted_first_sync_is_no_empty_answer(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.sync([documents], stop)
    with pytest.raises(NoIndex):
        index.search("tea")


@pytest.mark.usefixtures("index")
def test_rebuilding_with_the_same_model_embeds_nothing(
    open_index: Callable[..., Index], embedder: Remembering
) -> None:
    embedded = embedder.texts
    open_index(rebuild=True).sync()

    assert embedder.texts == embedded


def test_an_index_of_a_newer_layout_is_refused_and_can_be_rebuilt(
    index: Index, open_index: Callable[..., Index]
) -> None:
    index.close()
    with sqlite3.connect(index.folder / "catalog.sqlite") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()

    newer = rf"is a newer version's \(layout 99, this one reads {LAYOUT}\): run qa sync --rebuild"
    with pytest.raises(IndexMismatch, match=newer):
        open_index()
    assert open_index(rebuild=True).sync() == SyncReport(added=ALL)


@pytest.mark.usefixtures("index")
def test_another_model_of_the_same_name_is_refused_before_it_embeds(
    open_index: Callable[..., Index], documents: Path, embedder: Remembering
) -> None:
    class Other(Remembering):
        fingerprint = "0" * 64

        def __init__(self) -> None:
            self.name, self.dimension, self.texts = embedder.name, embedder.dimension, 0

    write(documents, {"new.txt": "Something new."})
    other = Other()
    with pytest.raises(IndexMismatch, match="the one here is \\(384\\) of 000000000000"):
        open_index(embedder=other).sync()
    assert other.texts == 0


def test_a_catalog_that_is_garbage_is_named_with_a_way_out(
    index: Index, open_index: Callable[..., Index]
) -> None:
    index.close()
    (index.folder / "catalog.sqlite").write_bytes(b"garbage" * 1_000)

    with pytest.raises(IndexCorrupt, match=r"file is not a database\): delete .*\.index and run qa sync"):
        open_index()


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path, open_index: Callable[..., Index]) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageFailed, match=r"cannot write .*file"):
        open_index(tmp_path / "file")


# Documents


@pytest.mark.parametrize("name", ["docs/more/parks.txt", "more/parks.txt", "parks.txt"])
def test_a_document_is_found_by_the_end_of_its_source_or_by_its_id(index: Index, name: str) -> None:
    document = index.document(name)

    assert document.source == "docs/more/parks.txt"
    assert index.document(document.id) == document


def test_an_unknown_document_is_named_with_those_that_look_like_it(index: Index) -> None:
    with pytest.raises(
        UnknownDocument, match=r"no document teas\.md in the index; did you mean docs/tea\.md\?"
    ):
        index.document("teas.md")
    with pytest.raises(UnknownDocument, match=r"no document arks\.txt"):
        index.document("arks.txt")


def test_an_ambiguous_name_lists_its_documents(index: Index, documents: Path) -> None:
    write(documents, {"more/tea.md": "Other tea."})
    index.sync()

    with pytest.raises(AmbiguousDocument) as caught:
        index.document("tea.md")
    assert caught.value.candidates == ("docs/more/tea.md", "docs/tea.md")
    assert index.document("docs/tea.md").title == "On tea"


def test_chunks_cover_the_document_in_order(index: Index) -> None:
    document = index.document("tea.md")
    chunks = index.chunks(document.id)

    assert [document.text[chunk.start : chunk.end] for chunk in chunks] == [chunk.text for chunk in chunks]
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(document.text.split())
    with pytest.raises(UnknownDocument):
        index.chunks("0" * 16)


def test_the_list_of_documents_says_what_each_holds(index: Index) -> None:
    infos = {info.source: info for info in index.documents()}

    assert tuple(infos) == ALL
    tea = infos["docs/tea.md"]
    assert (tea.title, tea.metadata, tea.pages) == ("On tea", {"publisher": "Leaf Press"}, 0)
    assert tea.chunks == len(index.chunks(tea.id))
    assert tea.characters == len(index.document(tea.id).text)


def test_an_unknown_folder_cannot_be_forgotten(index: Index) -> None:
    with pytest.raises(UnknownFolder, match="no synced folder is called doc; there are: docs"):
        index.forget("doc")


# Repair


def test_a_sound_index_has_no_findings(index: Index) -> None:
    assert index.check() == []
    assert index.repair() == []


@pytest.mark.parametrize("part", ["chroma", "words"])
@pytest.mark.parametrize("damage", ["deleted", "no mark", "cut short", "another index's"])
def test_a_damaged_projection_is_mended_by_the_next_search_without_embedding(
    index: Index,
    open_index: Callable[..., Index],
    embedder: Remembering,
    tmp_path: Path,
    part: str,
    damage: str,
) -> None:
    before = contents(index.folder)
    expected = index.search("green tea")
    index.close()
    folder = index.folder / part
    if damage == "no mark":
        (folder / MARK).unlink()
    elif damage == "cut short":
        for path in folder.rglob("*"):
            if path.is_file() and path.name != MARK:
                os.truncate(path, path.stat().st_size // 2)
    else:
        shutil.rmtree(folder)
    if damage == "another index's":
        write(tmp_path / "others", {"x.txt": "Other."})
        other = open_index(tmp_path / "other")
        other.sync([tmp_path / "others"])
        other.close()
        shutil.copytree(other.folder / part, folder)
    embedded = embedder.texts
    again = open_index()

    assert [finding.kind for finding in again.check()] == ["fault"]
    assert again.search("green tea") == expected
    assert embedder.texts == embedded + 1  # the question
    assert again.check() == []
    assert contents(index.folder) == before


def test_repair_mends_a_lost_vector_and_a_damaged_projection(index: Index) -> None:
    before = contents(index.folder)
    with sqlite3.connect(index.folder / "catalog.sqlite") as raw:
        raw.execute("DELETE FROM vectors WHERE rowid = 1")
    raw.close()
    (index.folder / "words" / MARK).unlink()
    index.close()
    with Index.open(index.folder) as again:
        assert [finding.what for finding in again.check()] == [
            "1 chunks have no vector",
            "words was not written to its end, or its files were changed since",
        ]
        assert again.repair() == []
    after = contents(index.folder)
    assert {key: after[key] for key in after if key != "vectors"} == {
        key: before[key] for key in before if key != "vectors"
    }


def test_a_folder_that_is_gone_is_noted(index: Index, documents: Path) -> None:
    documents.rename(documents.with_name("moved"))

    what = f"the synced folder {documents} is gone"
    assert index.check() == [Finding("note", what, "bring it back, or run qa sync --forget docs")]


# Several processes and threads


def test_a_second_writer_is_refused_at_once_and_told_who_writes(index: Index) -> None:
    with writing(index.folder):
        with pytest.raises(IndexBusy) as caught:
            index.sync()
        assert index.search("green tea")
    assert str(caught.value).startswith(
        f"index {index.folder} is being written by process {os.getpid()} since "
    )
    assert str(caught.value).endswith(": wait for it, or stop it")
    assert index.sync() == SyncReport(unchanged=ALL)


@pytest.mark.parametrize("part", ["chroma", "words"])
def test_a_projection_that_another_process_is_writing_is_not_waited_for(
    index: Index, open_index: Callable[..., Index], part: str
) -> None:
    expected = index.search("steamed leaves")
    index.close()
    (index.folder / part / MARK).unlink()
    again = open_index()
    with writing(index.folder):
        assert again.search("steamed leaves") == expected
        assert not (index.folder / part / MARK).exists()
    assert again.search("steamed leaves") == expected
    assert (index.folder / part / MARK).exists()


def test_sixteen_threads_get_the_answers_that_one_gets(
    index: Index, open_index: Callable[..., Index]
) -> None:
    questions = ["green tea", "flooded fields", "industrial parks", "water"] * 16
    expected = {question: index.search(question) for question in questions}
    again = open_index()
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(again.search, questions))

    assert found == [expected[question] for question in questions]


def test_threads_search_while_one_syncs(
    index: Index, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.BATCH", 1)
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            assert index.search("green tea", k=1)[0].source == "docs/tea.md"
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for number in range(10):
                write(documents, {f"new{number}.txt": f"Cheese number {number} ripens."})
                index.sync()
        finally:
            stop.set()
        assert all(one.result() > 0 for one in asking)
    assert len(index.documents()) == 13
    assert index.check() == []


WRITE = """
import sys
import index.sync
from index import Index
index.sync.BATCH = 4
with Index.open(sys.argv[1]) as index:
    print("ready", flush=True)
    index.sync([sys.argv[2]])
"""


def test_a_reader_goes_on_while_another_process_writes(index: Index, documents: Path) -> None:
    texts = {f"new{number}.txt": f"Cheese number {number} ripens for {number} weeks." for number in range(30)}
    write(documents, texts)
    found: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(index.folder), str(documents)], stdout=subprocess.PIPE, text=True
    ) as writer:
        while writer.poll() is None:
            assert index.search("green tea", k=1)[0].source == "docs/tea.md"
            found.append(len(index.search("cheese ripens for weeks", k=100)))
            time.sleep(0.02)
    assert writer.returncode == 0
    assert found == sorted(found)
    assert len(set(found)) > 3  # the reader saw it grow
    assert len(index.search("cheese ripens for weeks", k=100)) == 33
    assert index.check() == []


# A full disk


FULL = """
import resource, sys
from index import Index, IndexFault
with Index.open(sys.argv[1]) as index:
    index.search("tea")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    try:
        index.sync([sys.argv[2]])
        print("done")
    except IndexFault as error:
        print(type(error).__name__, error)
    print([passage.source for passage in index.search("How is green tea made?", k=1)])
"""


@pytest.mark.parametrize("limit", [8_000, 200_000, 430_000])
def test_a_full_disk_is_named_and_the_index_stays_usable(
    index: Index, documents: Path, tmp_path: Path, open_index: Callable[..., Index], limit: int
) -> None:
    """The limit is on the size of a file: by the smaller ones SQLite fails, by the largest Chroma."""
    ripening = {f"new{number}.txt": f"It ripens {number}. " * 60 for number in range(40)}
    write(documents, ripening)
    index.close()
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(index.folder), str(documents), str(limit)],
        capture_output=True,
        text=True,
        check=True,
    )

    outcome, found = run.stdout.strip().split("\n")
    assert outcome.startswith(f"StorageFailed cannot write {index.folder}/")
    assert found == "['docs/tea.md']"
    again = open_index()
    again.sync()
    assert again.check() == []
    open_index(tmp_path / "new").sync([documents])
    assert {**contents(index.folder), "vectors": None} == {**contents(tmp_path / "new"), "vectors": None}


# The public face


def test_every_fault_names_the_thing_and_carries_it(index: Index) -> None:
    with pytest.raises(IndexFault) as caught:
        index.document("nothing")
    assert isinstance(caught.value, UnknownDocument)
    assert (caught.value.name, caught.value.candidates) == ("nothing", ())


def test_the_manifest_says_what_the_index_was_built_with(index: Index, embedder: Remembering) -> None:
    with sqlite3.connect(index.folder / "catalog.sqlite") as raw:
        (manifest,) = raw.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone()
    raw.close()

    assert json.loads(manifest) == {
        "embedder": "all-MiniLM-L6-v2",
        "fingerprint": embedder.fingerprint,
        "dimension": 384,
        "loader": "blocks-8",
        "chunker": "sentences-4",
        "chunk_tokens": 120,
    }


def test_a_closed_index_can_be_opened_again(documents: Path, tmp_path: Path, embedder: Remembering) -> None:
    reports = []
    for _ in range(2):
        with Index.open(tmp_path / ".index", embedder=embedder) as index:
            reports.append(index.sync([documents]))
            assert index.search("green tea", k=1)[0].source == "docs/tea.md"
    assert reports == [SyncReport(added=ALL), SyncReport(unchanged=ALL)]
