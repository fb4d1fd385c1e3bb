from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import BadPath, MissingFolder
from corpus.load import LOADERS
from corpus.loaders import Loaded
from index import Embedder, Failure, Index, SyncReport
from index.catalog import Catalog
from index.chunk import Chunk
from index.entries import embedded_text
from index.errors import FolderGone, NoIndex
from index.sync import Plan, pair_renames, plan_sync
from tests.index.folders import PARKS, RICE, TEA, Remembering, contents, write

ALL = ("docs/more/parks.txt", "docs/rice.md", "docs/tea.md")


def sources(index: Index) -> list[str]:
    return [info.source for info in index.documents()]


def age(folder: Path, seconds: float = 60) -> None:
    """Make the files look as if they were last changed that long ago."""
    for path in folder.rglob("*"):
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - int(seconds * 1e9)))


def test_a_new_folder_is_added(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()

    assert index.sync([documents]) == SyncReport(added=ALL)
    assert sources(index) == list(ALL)
    assert index.roots() == {"docs": documents}


def test_syncing_again_changes_nothing(
    open_index: Callable[..., Index], documents: Path, tmp_path: Path, embedder: Remembering
) -> None:
    index = open_index()
    index.sync([documents])
    before, embedded, generation = contents(tmp_path / ".index"), embedder.texts, index.generation

    assert index.sync() == SyncReport(unchanged=ALL)
    assert contents(tmp_path / ".index") == before
    assert (embedder.texts, index.generation) == (embedded, generation)


def test_a_changed_file_is_read_again_and_only_its_new_chunks_are_embedded(
    open_index: Callable[..., Index], documents: Path, embedder: Remembering
) -> None:
    index = open_index()
    paragraphs = [f"Paragraph {number} is about the growing of rice. " * 8 for number in range(6)]
    write(documents, {"rice.md": "\n\n".join(paragraphs)})
    index.sync([documents])
    embedded = embedder.texts
    write(documents, {"rice.md": "\n\n".join([*paragraphs, "A last one is new."])})

    report = index.sync()
    assert report == SyncReport(changed=("docs/rice.md",), unchanged=("docs/more/parks.txt", "docs/tea.md"))
    assert 1 <= embedder.texts - embedded <= 2
    assert "A last one is new." in index.document("rice.md").text


def test_a_deleted_file_is_removed(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    (documents / "tea.md").unlink()

    assert index.sync() == SyncReport(removed=("docs/tea.md",), unchanged=ALL[:2])
    assert all(passage.source != "docs/tea.md" for passage in index.search("green tea", k=10))


def test_a_renamed_file_is_named_as_such_and_embeds_nothing(
    open_index: Callable[..., Index], documents: Path, embedder: Remembering
) -> None:
    index = open_index()
    index.sync([documents])
    embedded = embedder.texts
    (documents / "tea.md").rename(documents / "more" / "leaves.md")

    assert index.sync() == SyncReport(renamed=("docs/more/leaves.md",), unchanged=ALL[:2])
    assert embedder.texts == embedded
    assert sources(index) == ["docs/more/leaves.md", "docs/more/parks.txt", "docs/rice.md"]


def test_a_copy_is_added_and_not_renamed(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    shutil.copy(documents / "tea.md", documents / "copy.md")

    assert index.sync() == SyncReport(added=("docs/copy.md",), unchanged=ALL)


@pytest.mark.parametrize(
    ("added", "gone", "renamed"),
    [
        ({"new": "1"}, {"old": "1"}, {"new": "old"}),
        ({"new": "1"}, {"old": "2"}, {}),
        ({"a": "1", "b": "1"}, {"old": "1"}, {"a": "old"}),
        ({"a": "1"}, {"x": "1", "y": "1"}, {"a": "x"}),
        ({"a": "1", "b": "1"}, {"x": "1", "y": "1"}, {"a": "x", "b": "y"}),
    ],
)
def test_each_new_file_is_paired_with_one_that_is_gone(
    added: dict[str, str], gone: dict[str, str], renamed: dict[str, str]
) -> None:
    assert pair_renames(added, gone) == renamed


def test_a_file_of_the_same_size_and_an_old_time_is_trusted(
    open_index: Callable[..., Index], documents: Path
) -> None:
    age(documents)
    index = open_index()
    index.sync([documents])
    path = documents / "tea.md"
    status = path.stat()
    path.write_text(TEA.replace("Green", "Brown"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert index.sync().unchanged == ALL
    os.utime(path)
    assert index.sync().changed == ("docs/tea.md",)


def test_a_file_changed_within_its_time_stamps_resolution_is_noticed(
    open_index: Callable[..., Index], documents: Path
) -> None:
    path = documents / "tea.md"
    index = open_index()
    index.sync([documents])
    status = path.stat()
    path.write_text(TEA.replace("Green", "Brown"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert index.sync().changed == ("docs/tea.md",)


def test_a_touched_file_with_the_same_content_is_unchanged(
    open_index: Callable[..., Index], documents: Path
) -> None:
    age(documents)
    index = open_index()
    index.sync([documents])
    age(documents)
    generation = index.generation

    assert index.sync() == SyncReport(unchanged=ALL)
    assert index.generation == generation


def test_a_file_that_cannot_be_read_is_named_and_tried_again(
    open_index: Callable[..., Index], documents: Path
) -> None:
    write(documents, {"empty.md": ""})
    index = open_index()
    failed = (Failure("docs/empty.md", "empty"),)

    assert index.sync([documents]) == SyncReport(added=ALL, failed=failed)
    assert index.sync() == SyncReport(unchanged=ALL, failed=failed)
    write(documents, {"empty.md": "No longer empty."})
    assert index.sync() == SyncReport(added=("docs/empty.md",), unchanged=ALL)
    assert index.check() == []


def test_a_file_on_which_a_loader_slips_is_named_and_the_others_are_read(
    open_index: Callable[..., Index],
    documents: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def slips(data: bytes, _source: str) -> Loaded:
        raise ValueError(f"no day\n{data!r}")

    monkeypatch.setitem(LOADERS, ".day", slips)
    write(documents, {"first.day": "Mai"})
    index = open_index()
    reason = "cannot be read: ValueError: no day b'Mai': a fault of this program, worth reporting"
    caplog.set_level("INFO", "index.entries")

    report = index.sync([documents])
    assert report == SyncReport(added=ALL, failed=(Failure("docs/first.day", reason),))
    assert index.failures() == {"docs/first.day": reason}
    [record] = caplog.records
    assert record.getMessage() == "'docs/first.day' cannot be read"
    assert record.exc_info


def test_a_file_that_can_no_longer_be_read_keeps_its_indexed_version(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])
    date = next(info.indexed_at for info in index.documents() if info.source == "docs/tea.md")[:10]
    (documents / "tea.md").write_bytes(b"")

    reason = f"empty; the version indexed on {date} stays"
    assert index.sync().failed == (Failure("docs/tea.md", reason),)
    assert index.search("green tea", k=1)[0].source == "docs/tea.md"
    assert [finding.what for finding in index.check()] == [f"docs/tea.md: {reason}"]


def test_a_second_folder_keeps_the_documents_of_the_first(
    open_index: Callable[..., Index], documents: Path, tmp_path: Path
) -> None:
    write(tmp_path / "other", {"x.txt": "Something else."})
    index = open_index()
    index.sync([documents])

    assert index.sync([tmp_path / "other"]) == SyncReport(added=("other/x.txt",))
    assert sources(index) == [*ALL, "other/x.txt"]
    assert index.sync().unchanged == (*ALL, "other/x.txt")


def test_two_folders_of_one_name_are_told_apart(open_index: Callable[..., Index], tmp_path: Path) -> None:
    for parent in ("a", "b"):
        write(tmp_path / parent / "docs", {"x.txt": f"In {parent}."})
        write(tmp_path / parent, {"note.txt": f"Note in {parent}."})
    index = open_index()
    index.sync([tmp_path / parent / name for parent in "ab" for name in ("docs", "note.txt")])

    assert sources(index) == ["docs-2/x.txt", "docs/x.txt", "note-2.txt", "note.txt"]
    assert index.document("docs-2/x.txt").text == "In b."


def test_a_part_of_a_folder_is_synced_alone(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    write(documents, {"tea.md": TEA + "More.", "more/parks.txt": PARKS + "\nMore.\n"})

    assert index.sync([documents / "more"]) == SyncReport(changed=("docs/more/parks.txt",))
    assert index.sync([documents / "tea.md"]) == SyncReport(changed=("docs/tea.md",))
    assert index.roots() == {"docs": documents}
    shutil.rmtree(documents / "more")
    assert index.sync([documents / "more"]) == SyncReport(removed=("docs/more/parks.txt",))


def test_a_parent_folder_takes_over_its_children(
    open_index: Callable[..., Index], documents: Path, embedder: Remembering
) -> None:
    index = open_index()
    index.sync([documents / "more", documents / "tea.md"])
    embedded = embedder.texts
    report = index.sync([documents])

    assert report == SyncReport(added=("docs/rice.md",), renamed=("docs/more/parks.txt", "docs/tea.md"))
    assert index.roots() == {"docs": documents}
    assert sources(index) == list(ALL)
    assert embedder.texts == embedded + 1


def test_a_takeover_that_was_cut_short_is_finished_by_the_next_sync(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents / "more"])

    def interrupt(done: int, *_: object) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.sync([documents], progress=interrupt)
    index.sync()
    assert index.roots() == {"docs": documents}
    assert sources(index) == list(ALL)


def test_a_single_file_goes_by_its_name(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()

    assert index.sync(str(documents / "tea.md")) == SyncReport(added=("tea.md",))
    assert index.sync() == SyncReport(unchanged=("tea.md",))


def test_a_path_that_is_not_there_is_an_error(open_index: Callable[..., Index], tmp_path: Path) -> None:
    index = open_index()

    with pytest.raises(MissingFolder, match="nowhere"):
        index.sync([tmp_path / "nowhere"])
    assert index.roots() == {}


def test_an_empty_path_is_an_error_and_not_the_working_directory(
    open_index: Callable[..., Index], documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(documents)
    index = open_index()

    with pytest.raises(MissingFolder, match="'': no such folder or file"):
        index.sync(["", "more"])
    assert index.roots() == {}


def bad_paths(folder: Path) -> dict[str, str]:
    """Beside the reason of each."""
    (folder / os.fsdecode(b"caf\xe9")).mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    return {
        "~nobody99/x": "could not determine home directory",
        str(folder / ("x" * 256)): "file name too long",
        str(folder / os.fsdecode(b"caf\xe9")): "its name is not valid Unicode",
        str(folder / "loop"): "(symlink loop|too many levels)",
        "a\0b": "embedded null",
    }


def test_a_path_that_can_name_nothing_is_an_error_that_names_it(
    open_index: Callable[..., Index], tmp_path: Path, documents: Path
) -> None:
    index = open_index()
    for path, reason in bad_paths(tmp_path).items():
        with pytest.raises(BadPath, match=reason) as caught:
            index.sync([documents, path])
        assert str(caught.value).startswith(path.encode(errors="backslashreplace").decode())
    assert index.roots() == {}


def test_names_that_look_alike_are_two_documents(open_index: Callable[..., Index], tmp_path: Path) -> None:
    names = ("Café.txt", "Cafe\u0301.txt", "café.txt", "CAFÉ.txt", "two\nlines.txt", "two lines.txt")
    folder = write(tmp_path / "docs", {name: f"This is number {at}." for at, name in enumerate(names)})
    index = open_index()

    assert index.sync([folder]) == SyncReport(added=tuple(sorted(f"docs/{name}" for name in names)))
    assert [index.document(name).text for name in names] == [f"This is number {at}." for at in range(6)]
    assert index.sync() == SyncReport(unchanged=tuple(sorted(f"docs/{name}" for name in names)))
    assert index.check() == []


def test_a_name_that_is_not_unicode_is_one_failed_file_until_it_is_renamed(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])
    (documents / "tea.md").unlink()
    named = documents / os.fsdecode(b"caf\xe9.txt")
    named.write_text("Coffee is roasted.")
    told: list[str] = []

    report = index.sync((), lambda _done, _of, now: told.append(now))
    failed = (Failure(r"docs/caf\udce9.txt", "its name is not valid Unicode: rename it"),)
    assert report == SyncReport(removed=ALL[2:], unchanged=ALL[:2], failed=failed)
    assert "\n".join(told).encode()
    assert [finding.kind for finding in index.check()] == ["note"]
    named.rename(documents / "café.txt")
    assert index.sync() == SyncReport(added=("docs/café.txt",), unchanged=ALL[:2])
    assert index.check() == []


def test_a_file_whose_name_is_not_unicode_and_that_goes_while_it_is_looked_at_is_named(
    open_index: Callable[..., Index], documents: Path
) -> None:
    named = write(documents, {os.fsdecode(b"caf\xe9.txt"): TEA}) / os.fsdecode(b"caf\xe9.txt")
    index = open_index()
    report = index.sync([documents], lambda *_: named.unlink(missing_ok=True))
    assert report.added == ALL
    assert report.failed == (Failure(r"docs/caf\udce9.txt", "unreadable: no such file or directory"),)


def test_a_file_that_changes_while_it_is_read_is_read_again_by_the_next_sync(
    open_index: Callable[..., Index], documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(documents)
    read = Path.read_bytes

    def overtaken(path: Path) -> bytes:
        data = read(path)
        if path.name == "tea.md":
            path.write_text(TEA.replace("Green", "White"))
        return data

    index = open_index()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "read_bytes", overtaken)
        index.sync([documents])
    assert "Green tea" in index.document("tea.md").text
    assert index.sync().changed == ("docs/tea.md",)
    assert "White tea" in index.document("tea.md").text


def test_a_file_that_goes_while_it_is_read_is_named(
    open_index: Callable[..., Index], documents: Path
) -> None:
    def remove(_done: int, _total: int, now: str) -> None:
        if now == "docs/tea.md":
            (documents / "tea.md").unlink()

    index = open_index()
    report = index.sync([documents], progress=remove)
    assert report.failed == (Failure("docs/tea.md", "unreadable: no such file or directory"),)
    assert index.sync() == SyncReport(unchanged=ALL[:2])
    assert index.check() == []


def test_a_synced_folder_that_vanished_is_an_error_and_deletes_nothing(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])
    documents.rename(documents.with_name("moved"))

    for paths in ([], [documents]):
        with pytest.raises(FolderGone, match="bring it back, or drop its documents: qa sync --forget docs"):
            index.sync(paths)
    assert sources(index) == list(ALL)
    assert index.forget("docs") == ALL
    assert (sources(index), index.roots()) == ([], {})


def test_a_synced_folder_that_vanished_is_not_taken_over_by_its_parent(
    open_index: Callable[..., Index], documents: Path, tmp_path: Path
) -> None:
    index = open_index()
    index.sync([documents / "more"])
    (documents / "more").rename(tmp_path / "unplugged")

    with pytest.raises(FolderGone, match="qa sync --forget more"):
        index.sync([documents])
    assert (sources(index), list(index.roots())) == (["more/parks.txt"], ["more"])
    (tmp_path / "unplugged").rename(documents / "more")
    assert index.sync([documents]).removed == ()
    assert sources(index) == list(ALL)


UNPRIVILEGED = "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root reads all: needs setpriv (util-linux)"
)
@pytest.mark.parametrize("mode", [0, 0o444])
def test_a_folder_that_cannot_be_listed_loses_none_of_its_documents(
    open_index: Callable[..., Index], documents: Path, mode: int
) -> None:
    index = open_index()
    index.sync([documents])
    (documents / "more").chmod(mode)
    as_owner = ["setpriv", *UNPRIVILEGED] if os.geteuid() == 0 else []
    command = [*as_owner, sys.executable, "-m", "qa", "sync", "--json", "--index", str(index.folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    finally:
        (documents / "more").chmod(0o755)
    report = json.loads(done.stdout)
    assert report["removed"] == []
    assert report["failed"] == [
        {"source": "docs/more", "reason": "the folder cannot be listed: permission denied"}
    ]
    assert index.document("parks.txt")


def test_an_emptied_folder_empties_the_index(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    for path in list(documents.rglob("*.*")):
        path.unlink()

    assert index.sync() == SyncReport(removed=ALL)
    with pytest.raises(NoIndex):
        index.search("tea")
    assert index.check() == []


def test_a_sync_of_nothing_known_asks_for_a_folder(open_index: Callable[..., Index]) -> None:
    with pytest.raises(NoIndex, match="run qa sync FOLDER"):
        open_index().sync()


def test_the_index_does_not_read_itself(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index(documents / "index")

    assert index.sync([documents]).failed == ()
    assert index.sync() == SyncReport(unchanged=ALL)


def test_progress_counts_the_files_and_names_what_is_done(
    open_index: Callable[..., Index], documents: Path
) -> None:
    calls: list[tuple[int, int, str]] = []
    open_index().sync([documents], progress=lambda *call: calls.append(call))

    assert [call[2] for call in calls] == [*ALL, "embedding chunk 1 of 3", ""]
    assert calls[-1] == (3, 3, "")
    assert all(total == 3 for _, total, _ in calls)
    assert [done for done, _, _ in calls] == sorted(done for done, _, _ in calls)


def test_an_interrupt_keeps_the_batches_that_were_done(
    open_index: Callable[..., Index], documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.BATCH", 1)

    def interrupt(done: int, *_: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    index = open_index()
    with pytest.raises(KeyboardInterrupt):
        index.sync([documents], progress=interrupt)
    assert sources(index) == list(ALL[:2])
    (finding,) = index.check()
    assert re.fullmatch("a sync of docs, begun [-0-9T:]{19}, has not come to its end", finding.what)
    assert index.sync() == SyncReport(added=ALL[2:], unchanged=ALL[:2])
    assert contents(tmp_path / ".index") == built_at_once(open_index, tmp_path, [documents])


def test_the_embedded_text_names_the_title_and_headings_it_does_not_hold() -> None:
    chunk = Chunk(0, 9, "Two\n\nText", ("One", "Two"), ((0, 9),), 3)

    assert embedded_text("Title", chunk) == "Title\nOne\nTwo\n\nText"
    assert embedded_text("One", chunk) == "One\nTwo\n\nText"


def built_at_once(open_index: Callable[..., Index], tmp_path: Path, folders: list[Path]) -> dict[str, object]:
    open_index(tmp_path / "at-once").sync(folders)
    return contents(tmp_path / "at-once")


TEXTS = (
    TEA,
    RICE,
    PARKS,
    TEA + "\nA line more.\n",
    "Rice and tea.\n\nSteamed rice, in paddy fields.",
    "",
    "Tea.",
)
NAMES = ("a.md", "b.txt", "sub/c.md", "sub/d.txt")
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
        st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("sync"), st.just(""), st.just("")),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300 if os.environ.get("QA_LONG") else 12, deadline=None)
@given(CHANGES)
def test_any_order_of_changes_ends_in_the_index_that_one_sync_builds(
    embedder: Remembering, changes: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "docs", {"a.md": TEA})
        with Index.open(Path(place) / "grown", embedder=embedder) as grown:
            grown.sync([folder])
            for kind, name, other in changes:
                change(folder, kind, name, other)
                if kind == "sync":
                    grown.sync()
            # A file that became unreadable keeps its old version, which no index built at once can have.
            for failure in grown.sync().failed:
                (Path(place) / failure.source).unlink()
            grown.sync()
            assert grown.check() == []
        with Index.open(Path(place) / "at-once", embedder=embedder) as at_once:
            at_once.sync([folder])
            if at_once.documents():
                assert contents(Path(place) / "grown") == contents(Path(place) / "at-once")
            else:
                assert contents(Path(place) / "grown")["ids"] == set()


def change(folder: Path, kind: str, name: str, other: str) -> None:
    path = folder / name
    if kind == "write":
        write(folder, {name: other})
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif kind == "rename" and path.is_file():
        (folder / other).parent.mkdir(exist_ok=True)
        path.replace(folder / other)


def test_a_folder_that_goes_after_it_was_looked_for_keeps_its_documents(
    tmp_path: Path, real_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "docs", {"tea.md": TEA})
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([folder])

        def plan_and_lose(catalog: Catalog, paths: Sequence[Path]) -> Plan:
            plan = plan_sync(catalog, paths)
            folder.rename(tmp_path / "aside")
            return plan

        monkeypatch.setattr("index.index.plan_sync", plan_and_lose)
        with pytest.raises(MissingFolder):
            index.sync()
        assert sources(index) == ["docs/tea.md"]
