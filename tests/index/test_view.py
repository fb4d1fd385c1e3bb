from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Index
from index.errors import AmbiguousDocument, UnknownDocument, UnknownField
from index.words import GLANCE, words
from tests.index.folders import Remembering, write

FILES = {
    "public/tea.md": "---\npublisher: Leaf Press\n---\nGreen tea is grown in Zhejiang, for Hangzhou.\n",
    "public/rice.md": "---\npublisher: Grain House\n---\nRice is grown in Hunan. Paddies need water.\n",
    "alice/merger.md": "---\npublisher: Alice\nsecret: hush\n---\n# Zanzibar\n\nThe board met in Quito.\n",
    "bob/merger.md": "---\npublisher: Bob\n---\nBob grows tea in Zimbabwe, and rice near Hunan.\n",
    "bob-and-co/note.txt": "Nothing much was noted by Bartholomew on paddies.\n",
}
WORDS = sorted({word for text in FILES.values() for word in words(text)} | {"note", "alic", "unheard"})
QUESTIONS = ("Where is tea grown?", "Who met the board of Zanzibar?", "paddies", "merger")


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory, embedder: Remembering) -> Iterator[dict[str, Index]]:
    """An index of all of FILES, by the name ""; and of each alone, by its source."""
    with ExitStack() as opened:

        def indexed(files: dict[str, str]) -> Index:
            folder = tmp_path_factory.mktemp("view")
            index = opened.enter_context(Index.open(folder / ".index", embedder=embedder))
            index.sync([write(folder / "data", files)])
            return index

        alone = {f"data/{name}": indexed({name: text}) for name, text in FILES.items()}
        yield {"": indexed(FILES), **alone}


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(sorted(f"data/{name}" for name in FILES))))
def test_a_view_of_documents_is_an_index_of_them_alone(indexes: dict[str, Index], seen: set[str]) -> None:
    index, alone = indexes[""], [indexes[source] for source in seen]
    view = index.within(seen)

    assert [info.source for info in view.documents()] == sorted(seen)
    assert [word for word in WORDS if view.knows(word)] == [
        word for word in WORDS if any(one.knows(word) for one in alone)
    ]
    for letter in "abhqtz":
        written = {name for one in alone for name in one.names(letter)}
        assert view.names(letter) == [name for name in index.names(letter) if name in written]
    for name in index.names(""):
        assert view.is_name(name) == any(one.is_name(name) for one in alone)
    for question in QUESTIONS:
        found = view.search(question, k=20)
        assert {passage.source for passage in found} == seen
        assert {source for passage in found for source in passage.also_in} <= seen
        assert {passage.source for passage in view.sharing(question, k=20)} <= seen


@pytest.mark.parametrize("names", [["data/"], [f"data/{name}" for name in FILES]])
def test_a_view_of_everything_is_the_index(indexes: dict[str, Index], names: list[str]) -> None:
    index = indexes[""]
    view = index.within(names)

    assert view.documents() == index.documents()
    assert view.generation == index.generation
    assert view.settings == index.settings
    assert view.names("") == index.names("")
    assert [word for word in WORDS if view.knows(word)] == [word for word in WORDS if index.knows(word)]
    assert [view.rarity(word) for word in WORDS] == [index.rarity(word) for word in WORDS]
    for question in QUESTIONS:
        assert view.search(question) == index.search(question)
        assert view.sharing(question) == index.sharing(question)
        assert view.search(question, where={"publisher": "Bob"}) == index.search(
            question, where={"publisher": "Bob"}
        )
    for info in index.documents():
        assert view.document(info.source) == index.document(info.source)
        assert view.chunks(info.id) == index.chunks(info.id)
    assert view.encode(["tea"]).tolist() == index.encode(["tea"]).tolist()


def test_a_view_finds_what_a_filter_of_its_documents_finds(indexes: dict[str, Index]) -> None:
    for question in QUESTIONS:
        found = indexes[""].within(["data/bob/"]).search(question, k=3)
        assert found == indexes[""].search(question, k=3, where={"publisher": "Bob"})
        assert found


def test_a_folder_is_named_with_a_slash_and_ends_there(indexes: dict[str, Index]) -> None:
    assert [info.source for info in indexes[""].within(["data/bob/"]).documents()] == ["data/bob/merger.md"]
    assert indexes[""].within(["data/bob", "bob/", ""]).documents() == []


def test_a_hidden_document_cannot_be_told_from_one_that_is_not_there(indexes: dict[str, Index]) -> None:
    index = indexes[""]
    view = index.within(["data/public/"])
    hidden = index.document("data/alice/merger.md")
    for name in (hidden.source, hidden.id, "merger.md", "alice/merger.md"):
        with pytest.raises(UnknownDocument) as unknown:
            view.document(name)
        assert unknown.value.name == name
        assert "merger" not in str(unknown.value).replace(name, "")  # no suggestion either
    with pytest.raises(UnknownDocument):
        view.chunks(hidden.id)
    with pytest.raises(AmbiguousDocument):
        index.document("merger.md")
    assert index.within(["data/bob/"]).document("merger.md").source == "data/bob/merger.md"


def test_the_fields_of_a_hidden_document_are_unknown_and_so_are_their_values(
    indexes: dict[str, Index],
) -> None:
    view = indexes[""].within(["data/public/"])
    with pytest.raises(UnknownField) as unknown:
        view.search("tea", where={"secret": "hush"})
    assert unknown.value.known == ("publisher",)
    assert view.search("tea", where={"publisher": "Alice"}) == []
    assert not view.knows("hush")


def test_an_empty_view_finds_nothing_and_says_so_without_an_error(indexes: dict[str, Index]) -> None:
    nothing = indexes[""].within([])

    assert nothing.search("tea") == []
    assert nothing.search("tea", where={"publisher": "Bob"}) == []
    assert nothing.names("") == []
    assert not nothing.is_name("Hunan")


def test_a_word_of_many_hidden_chunks_is_found_in_the_one_that_is_seen(
    open_index: Callable[..., Index], tmp_path: Path
) -> None:
    files = {f"hidden/{n}.txt": f"Saffron saffron saffron, part {n}.\n" for n in range(GLANCE + 5)}
    long = " ".join(["Of the many spices of the market one was saffron."] + ["Others were not."] * 9)
    index = open_index()
    index.sync([write(tmp_path / "data", {**files, "seen/a.txt": f"{long}\n", "seen/b.txt": "Cumin.\n"})])

    assert index.within(["data/seen/"]).knows("saffron")
    assert not index.within(["data/seen/b.txt"]).knows("saffron")


def test_a_view_follows_what_is_synced_later(open_index: Callable[..., Index], tmp_path: Path) -> None:
    index = open_index()
    folder = write(tmp_path / "data", {"mine/a.txt": "Tea is green.\n", "theirs/b.txt": "Rice is white.\n"})
    index.sync([folder])
    view = index.within(["data/mine/"])
    assert not view.knows("saffron")
    write(folder, {"mine/c.txt": "Saffron is red.\n", "theirs/d.txt": "Cumin is brown.\n"})
    index.sync()

    assert view.knows("saffron")
    assert not view.knows("cumin")
    assert [info.source for info in view.documents()] == ["data/mine/a.txt", "data/mine/c.txt"]
