"""What an index does, wherever its graph lies: looked past (few chunks), in its folder, or on a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Finding, Index, IndexSettings, SyncReport
from index.errors import ServerGone
from index.vectors import NAME, ServedVectors
from tests.index.folders import Remembering, write
from tests.index.serving import chroma_server, free_port

ALL = ("docs/more/parks.txt", "docs/rice.md", "docs/tea.md")
Opener = Callable[..., Index]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server"), free_port()) as url:
        yield url


@pytest.fixture(params=["exact", "graph", "server"])
def opener(request: pytest.FixtureRequest, open_index: Opener, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens the index of the test, asking Chroma's graph for all but the first kind."""
    kind = request.param
    if kind != "exact":
        monkeypatch.setattr("index.meaning.EXACT", 0)
    url = request.getfixturevalue("server") if kind == "server" else None

    def open_it(*arguments: Path, **options: object) -> Index:
        return open_index(*arguments, server=url, **options)

    return open_it


def sources(index: Index, question: str, **where: str) -> list[str]:
    return [passage.source for passage in index.search(question, where=where)]


def test_what_was_synced_is_found_best_first(opener: Opener, documents: Path) -> None:
    index = opener()

    assert index.sync([documents]) == SyncReport(added=ALL)
    assert sources(index, "cereal agriculture")[0] == "docs/rice.md"
    assert set(sources(index, "tea")) == set(ALL)
    assert index.search("cereal agriculture", k=1)[0].rank_meaning == 1
    assert index.check() == []


def test_every_kind_of_index_finds_the_same(
    open_index: Opener, documents: Path, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded, served = open_index(tmp_path / "a"), open_index(tmp_path / "b", server=server)
    for index in (embedded, served):
        index.sync([documents])
    exact = embedded.search("How is tea made?")
    monkeypatch.setattr("index.meaning.EXACT", 0)

    assert embedded.search("How is tea made?") == served.search("How is tea made?") == exact


def test_a_filter_holds(opener: Opener, documents: Path) -> None:
    index = opener()
    index.sync([documents])

    assert sources(index, "tea", publisher="Grain House") == ["docs/rice.md"]
    assert sources(index, "tea", publisher="nobody") == []


def test_changes_and_removals_are_seen_by_who_has_it_open(opener: Opener, documents: Path) -> None:
    writer, reader = opener(), opener()
    writer.sync([documents])
    assert len(sources(reader, "tea")) == 3
    (documents / "tea.md").unlink()
    write(documents, {"rice.md": "Cheese ripens in caves.", "new.txt": "Hops make beer bitter."})
    report = writer.sync()

    assert (report.added, report.changed, report.removed) == (
        ("docs/new.txt",),
        ("docs/rice.md",),
        ("docs/tea.md",),
    )
    assert sources(reader, "ripening of cheese")[0] == "docs/rice.md"
    assert set(sources(reader, "tea")) == {"docs/more/parks.txt", "docs/new.txt", "docs/rice.md"}
    assert writer.check() == []


def test_it_is_there_when_opened_again_and_nothing_is_embedded_twice(
    opener: Opener, documents: Path, embedder: Remembering
) -> None:
    first = opener()
    first.sync([documents])
    expected = first.search("green tea")
    first.close()
    embedded = embedder.texts
    again = opener()

    assert again.sync() == SyncReport(unchanged=ALL)
    assert embedder.texts == embedded
    assert again.search("green tea") == expected
    assert again.check() == []


def test_it_is_rebuilt_without_what_it_held(opener: Opener, documents: Path) -> None:
    opener().sync([documents])
    (documents / "tea.md").unlink()
    index = opener(rebuild=True)
    index.sync()

    assert set(sources(index, "tea")) == {"docs/more/parks.txt", "docs/rice.md"}
    assert index.check() == []


def test_two_indexes_share_a_server_and_know_only_their_own(
    open_index: Opener, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.meaning.EXACT", 0)
    indexes = []
    for name in ("tea", "rice"):
        write(tmp_path / name, {"a.txt": f"All about {name}."})
        indexes.append(open_index(tmp_path / f".{name}", server=server))
        indexes[-1].sync([tmp_path / name])

    assert [sources(index, "tea or rice") for index in indexes] == [["tea/a.txt"], ["rice/a.txt"]]


def test_a_collection_that_the_server_lost_is_made_again_without_embedding(
    open_index: Opener, documents: Path, server: str, embedder: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.meaning.EXACT", 0)
    index = open_index(server=server)
    index.sync([documents])
    expected = index.search("green tea")
    ServedVectors(index.folder / "server", server).write([], [], afresh=True)
    embedded = embedder.texts

    assert index.search("green tea") == expected
    assert embedder.texts == embedded + 1  # the question
    assert index.check() == []


def test_a_server_that_is_down_is_named_and_one_that_comes_back_goes_on(
    open_index: Opener, documents: Path, tmp_path: Path
) -> None:
    port = free_port()
    index = open_index(server=f"http://127.0.0.1:{port}")
    gone = rf"no Chroma server answers at http://127\.0\.0\.1:{port} \(.*\): start it with chroma run"
    with pytest.raises(ServerGone, match=gone):
        index.sync([documents])
    with pytest.raises(ServerGone, match=gone):
        index.search("tea")
    with chroma_server(tmp_path / "server", port):
        assert index.sync() == SyncReport(unchanged=ALL)
        expected = index.search("tea")
        assert len(expected) == 3
        assert index.check() == []
    write(documents, {"new.txt": "Hops make beer bitter."})
    with pytest.raises(ServerGone, match=gone):
        index.sync()
    what = f"no Chroma server answers at http://127.0.0.1:{port}"
    down, unfinished = index.check()
    assert down == Finding("fault", what, "start it with chroma run")
    assert unfinished.what.startswith("a sync of docs, begun ")
    with chroma_server(tmp_path / "server", port):
        index.sync()
        assert sources(index, "beer")[0] == "docs/new.txt"
        assert index.check() == []


def test_the_server_can_be_named_in_the_settings(server: str, open_index: Opener, documents: Path) -> None:
    index = open_index(settings=IndexSettings(server=server))
    index.sync([documents])

    assert (index.folder / "server" / NAME).is_file()
    assert not (index.folder / "chroma").exists()
    with pytest.raises(ValueError, match="server"):
        IndexSettings(server="127.0.0.1:8000")


def test_an_index_can_move_to_a_server_and_back(
    open_index: Opener, documents: Path, server: str, embedder: Remembering
) -> None:
    at_home = open_index()
    at_home.sync([documents])
    expected = at_home.search("green tea")
    at_home.close()
    shutil.rmtree(at_home.folder / "chroma")
    embedded = embedder.texts
    served = open_index(server=server)
    assert served.search("green tea") == expected
    served.close()

    assert open_index().search("green tea") == expected
    assert embedder.texts == embedded + 2  # the question, twice
