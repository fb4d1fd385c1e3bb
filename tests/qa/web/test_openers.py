"""Questions worth asking: grammatical, answered from what they were made of, and given up when told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Index
from qa import Assistant
from qa.web.openers import worth_asking

TEXTS = {
    "parks.md": "# Parks\nThe councils met. Hainan, Shaanxi and Gansu provinces planned 12 parks in 2020.\n",
    "pier.md": "# Pier\nThe pier burnt. Ida Brandt, the town's engineer, announced a new pier of stone.\n",
    "count.md": "# Count\nIt was a long year. 21 harbours reported storms in the winter of 1931.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    with Index.open(tmp_path_factory.mktemp("index")) as index:
        index.sync([folder])
        yield index


def test_a_list_a_count_and_a_speaker_become_questions(index: Index) -> None:
    found = worth_asking(Assistant(index), index.documents(), 3, lambda: False)

    assert sorted(found) == [
        "How many harbours reported storms in the winter of 1931?",
        "Which provinces planned 12 parks in 2020?",
        "Who announced a new pier of stone?",
    ]


def test_each_is_answered_from_the_documents(index: Index) -> None:
    assistant = Assistant(index)
    for question in worth_asking(assistant, index.documents(), 3, lambda: False):
        assert not assistant.ask(question).abstained


def test_no_more_than_were_asked_for_and_none_once_it_is_stopped(index: Index) -> None:
    assert len(worth_asking(Assistant(index), index.documents(), 2, lambda: False)) == 2
    assert worth_asking(Assistant(index), index.documents(), 3, lambda: True) == []


def test_documents_that_say_nothing_of_the_kind_give_none(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Notes\nnothing here begins with a name or a number.\n")
    with Index.open(tmp_path / "index") as index:
        index.sync([tmp_path / "docs"])
        assert worth_asking(Assistant(index), index.documents(), 3, lambda: False) == []
