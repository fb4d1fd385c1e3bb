"""The spans that carry a sentence are found, as short as they can be, in real passages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Embedder, Index, Passage
from qa.ground import carrying

LAMPS = (
    "The lighthouse of Vardo was built in 1896. Its lamp was replaced in 1931. "
    "Who built the pier of Tana in 1950?"
)
PIERS = "The pier of Vardo is 90 metres long. The lighthouse of Vardo was built in 1896 by Ole Hansen."


@pytest.fixture(scope="module")
def passages(
    tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder
) -> Iterator[tuple[Passage, Passage]]:
    folder: Path = tmp_path_factory.mktemp("vardo")
    (folder / "lamps.md").write_text(f"# Lamps\n\n{LAMPS}\n")
    (folder / "piers.md").write_text(f"# Piers\n\n{PIERS}\n")
    with Index.open(tmp_path_factory.mktemp("index") / "i", embedder=real_embedder) as index:
        index.sync([folder])
        found = {one.title: one for one in index.search("lighthouse of Vardo", k=2)}
        yield found["Lamps"], found["Piers"]


def quotes(sentence: str, marked: list[Passage], given: list[Passage]) -> list[str]:
    spans = carrying(sentence, marked, given)
    return [one.passage.text[one.start - one.passage.start : one.end - one.passage.start] for one in spans]


def test_one_sentence_is_enough_where_it_is(passages: tuple[Passage, Passage]) -> None:
    lamps, piers = passages
    said = "The lighthouse of Vardo was built in 1896."
    assert quotes(said, [lamps], [lamps, piers]) == ["The lighthouse of Vardo was built in 1896."]


def test_each_marked_passage_that_carries_it_is_cited(passages: tuple[Passage, Passage]) -> None:
    lamps, piers = passages
    found = quotes("The lighthouse of Vardo was built in 1896.", [piers, lamps], [lamps, piers])
    assert found == [
        "The lighthouse of Vardo was built in 1896 by Ole Hansen.",
        "The lighthouse of Vardo was built in 1896.",
    ]


def test_a_wrong_mark_is_put_right(passages: tuple[Passage, Passage]) -> None:
    lamps, piers = passages
    said = "The pier of Vardo is 90 metres long."
    assert quotes(said, [lamps], [lamps, piers]) == ["The pier of Vardo is 90 metres long."]
    assert quotes(said, [], [lamps, piers]) == ["The pier of Vardo is 90 metres long."]


@pytest.mark.parametrize(
    "said",
    [
        "The lighthouse of Vardo was built in 1897.",
        "The lighthouse of Tana was built in 1896.",
        "The pier of Vardo is 90 feet long.",
        "The pier of Tana was built in 1950.",  # that is only asked
    ],
)
def test_what_no_span_states_has_none(passages: tuple[Passage, Passage], said: str) -> None:
    assert quotes(said, list(passages), list(passages)) == []
