from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa.web.library
from index import Embedder, Index, View
from index.lock import writing
from qa import Assistant
from qa.web.library import Busy, Library, Misplaced, Narrowed, NotYours, Row
from qa.web.uploads import Limits

TEA = "---\ntitle: On tea\npublisher: Leaf Press\ndate: 2020-05-01\n---\nGreen tea is grown in Zhejiang.\n"
RICE = "---\ntitle: On rice\npublisher: Grain House\n---\nRice is grown in Hunan.\n"
FERRY = "The ferry to Zanzibar leaves at nine.\n"


@pytest.fixture
def library(tmp_path: Path, real_embedder: Embedder) -> Iterator[Library]:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "tea.md").write_text(TEA)
    (folder / "rice.md").write_text(RICE)
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([folder])
        yield Library(index, tmp_path / ".index-data")


def send(library: Library, user: str, name: str, text: str) -> list[str]:
    path = library.folder.parent / "sent"
    path.write_text(text)
    return [line.text for line in library.add(user, [(name, path)])]


def sources(rows: list[Row]) -> list[str]:
    return [row.source for row in rows]


PUBLIC = ["docs/rice.md", "docs/tea.md"]


def test_an_upload_is_seen_by_its_owner_and_answers_them_alone(library: Library) -> None:
    assert send(library, "alice", "ferry.md", FERRY) == ["ferry.md: added"]

    assert sources(library.documents("alice")) == [*PUBLIC, "uploads/alice/ferry.md"]
    assert sources(library.documents("bob")) == PUBLIC
    assert sources(library.documents("local")) == [*PUBLIC, "uploads/alice/ferry.md"]
    question = "When does the ferry to Zanzibar leave?"
    assert "nine" in Assistant(library.visible("alice")).ask(question).text
    assert Assistant(library.visible("bob")).ask(question).missing == ("Zanzibar",)
    assert library.visible("local") is library.index
    assert [info.source for info in library.common("alice").documents()] == PUBLIC
    assert library.common("local") is library.index


def test_a_person_whose_name_begins_like_another_sees_nothing_of_theirs(library: Library) -> None:
    send(library, "alice", "ferry.md", FERRY)
    assert sources(library.documents("al")) == PUBLIC
    assert sources(library.documents("alice2")) == PUBLIC


def test_a_shared_upload_is_everybodys_to_read_and_its_owners_to_take_back(library: Library) -> None:
    send(library, "alice", "ferry.md", FERRY)
    shared = library.share("alice", "uploads/alice/ferry.md")

    assert shared == "uploads/shared/alice/ferry.md"
    assert library.documents("bob")[-1] == Row(
        shared, library.index.documents()[-1], "indexed", "", own=False, shared=True
    )
    assert library.documents("alice")[-1].own
    with pytest.raises(NotYours, match="who shared it can change it"):
        library.remove("bob", shared)
    assert library.share("alice", shared, shared=False) == "uploads/alice/ferry.md"
    assert sources(library.documents("bob")) == PUBLIC


def test_only_uploads_of_ones_own_are_removed(library: Library) -> None:
    send(library, "alice", "ferry.md", FERRY)
    with pytest.raises(NotYours, match=r"docs/tea.md: of the synced folder docs: its owner changes the file"):
        library.remove("alice", "docs/tea.md")
    for user, source in (
        ("bob", "uploads/alice/ferry.md"),
        ("bob", "uploads/bob/../alice/ferry.md"),
        ("alice", "uploads/alice/../../../docs/tea.md"),
    ):
        with pytest.raises(NotYours, match="there is no such document"):
            library.remove(user, source)
    library.remove("alice", "uploads/alice/ferry.md")

    assert sources(library.documents("alice")) == PUBLIC
    assert not (library.folder / "uploads/alice/ferry.md").exists()
    assert (library.folder.parent / "docs/tea.md").exists()


def test_what_was_sent_before_is_replaced_or_left_as_it_is(library: Library) -> None:
    assert send(library, "alice", "ferry.md", FERRY) == ["ferry.md: added"]
    assert send(library, "alice", "../ferry.md", FERRY) == ["ferry.md: you had it already"]
    changed = FERRY.replace("nine", "ten")
    assert send(library, "alice", "ferry.md", changed) == ["ferry.md: replaces the one that you had"]
    assert library.visible("alice").document("ferry.md").text == changed.strip()


def test_a_file_that_cannot_be_read_is_not_kept_and_the_one_before_it_stays(library: Library) -> None:
    send(library, "alice", "ferry.md", FERRY)

    (line,) = send(library, "alice", "ferry.md", " \n ")
    assert line.startswith("ferry.md: empty; the version indexed on ")
    assert send(library, "alice", "scan.pdf", "no pdf")[0].startswith("scan.pdf: ")
    assert send(library, "alice", "tool.exe", "x")[0].startswith("tool.exe: unknown kind .exe")
    assert [(row.source, row.state) for row in library.documents("alice")] == [
        ("docs/rice.md", "indexed"),
        ("docs/tea.md", "indexed"),
        ("uploads/alice/ferry.md", "indexed"),
    ]
    assert library.visible("alice").document("ferry.md").text == FERRY.strip()
    assert [path.name for path in (library.folder / "uploads").rglob("*.*")] == ["ferry.md"]
    assert list(library.folder.glob(".staging-*")) == []


def test_more_than_the_limit_adds_nothing(library: Library) -> None:
    small = Library(library.index, library.folder, Limits(size=10))
    assert send(small, "alice", "ferry.md", FERRY) == [
        "Nothing was added: more than the limit of an upload: send fewer files at a time"
    ]
    assert sources(small.documents("alice")) == PUBLIC


def test_where_indexing_fails_nothing_of_the_upload_is_kept(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(library, "alice", "ferry.md", FERRY)
    monkeypatch.setattr(qa.web.library, "PATIENCE", 0.2)
    with writing(library.index.folder), pytest.raises(Busy, match="another program has been writing"):
        send(library, "alice", "ferry.md", "Another text of no ferry.")

    assert (library.folder / "uploads/alice/ferry.md").read_text() == FERRY
    assert send(library, "alice", "ferry.md", FERRY) == ["ferry.md: you had it already"]


def test_an_upload_that_could_not_be_shared_stays_where_it_was(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(library, "alice", "ferry.md", FERRY)
    monkeypatch.setattr(qa.web.library, "PATIENCE", 0.2)
    with writing(library.index.folder), pytest.raises(Busy):
        library.share("alice", "uploads/alice/ferry.md")
    library.resync()
    assert sources(library.documents("bob")) == PUBLIC
    shared = library.share("alice", "uploads/alice/ferry.md")
    with writing(library.index.folder), pytest.raises(Busy):
        library.share("alice", shared, shared=False)
    assert library.share("alice", shared, shared=False) == "uploads/alice/ferry.md"


def test_those_who_add_at_once_wait_for_each_other_and_all_get_theirs(library: Library) -> None:
    said: dict[int, list[str]] = {}

    def add(number: int) -> None:
        path = library.folder.parent / f"sent-{number}"
        path.write_text(f"Note {number} of the harbour.")
        said[number] = [line.text for line in library.add(f"user{number}", [("note.md", path)])]

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said == {number: ["note.md: added"] for number in range(6)}
    for number in range(6):
        assert sources(library.documents(f"user{number}")) == [*PUBLIC, f"uploads/user{number}/note.md"]


def test_the_list_is_searched_and_filtered(library: Library) -> None:
    assert sources(library.documents("bob", "tea leaf")) == ["docs/tea.md"]
    assert sources(library.documents("bob", "", {"publisher": "Grain House"})) == ["docs/rice.md"]
    assert library.documents("bob", "absent") == []
    assert library.filters("bob")["publisher"] == ["Grain House", "Leaf Press"]
    send(library, "alice", "secret.md", "---\nclient: Hush\n---\nNothing of note.\n")
    assert "client" in library.filters("alice")
    assert "client" not in library.filters("bob")


def test_files_that_failed_are_listed_with_the_reason(library: Library) -> None:
    (library.folder.parent / "docs/empty.md").write_text("")
    report = library.resync()

    assert [one.source for one in report.failed] == ["docs/empty.md"]
    row = next(row for row in library.documents("bob") if row.source == "docs/empty.md")
    assert (row.state, row.reason, row.info, row.title) == ("failed", "empty", None, "empty.md")


def test_a_choice_narrows_what_is_asked_and_never_widens_it(library: Library) -> None:
    send(library, "alice", "ferry.md", FERRY)
    hidden = Narrowed(sources=frozenset({"uploads/alice/ferry.md", "docs/tea.md"}))

    assert [one.source for one in library.narrow("bob", hidden).documents()] == ["docs/tea.md"]
    filtered = library.narrow("alice", Narrowed(where={"publisher": "Grain House"}))
    assert [one.source for one in filtered.documents()] == ["docs/rice.md"]
    assert library.narrow("local", Narrowed()) is library.index
    everything = library.narrow("bob", Narrowed())
    assert isinstance(everything, View)
    assert everything is library.visible("bob")  # so that what it has worked out is kept


def test_uploads_inside_a_synced_folder_are_refused_and_stay_hidden(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        (tmp_path / "around/data/uploads/alice").mkdir(parents=True)
        (tmp_path / "around/data/uploads/alice/ferry.md").write_text(FERRY)
        (tmp_path / "around/tea.md").write_text(TEA)
        index.sync([tmp_path / "around"])
        library = Library(index, tmp_path / "around/data")

        assert sources(library.documents("bob")) == ["around/tea.md"]
        assert sources(library.documents("alice")) == ["around/data/uploads/alice/ferry.md", "around/tea.md"]
        with pytest.raises(Misplaced, match=r"inside the synced folder around: set serve.data"):
            send(library, "bob", "rice.md", RICE)


def test_somebodys_uploads_that_were_synced_by_themselves_stay_theirs(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        (tmp_path / "data/uploads/alice").mkdir(parents=True)
        (tmp_path / "data/uploads/alice/ferry.md").write_text(FERRY)
        index.sync([tmp_path / "data/uploads/alice"])
        library = Library(index, tmp_path / "data")

        assert sources(library.documents("bob")) == []
        assert sources(library.documents("alice")) == ["alice/ferry.md"]
        send(library, "bob", "rice.md", RICE)
        assert sources(library.documents("alice")) == ["uploads/alice/ferry.md"]
