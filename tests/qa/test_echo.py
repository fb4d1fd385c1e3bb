"""What repeats the best sentence in another document is found by the words of that sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Embedder, Index
from qa import Assistant, Done
from qa.candidates import find_candidates
from qa.echo import find_echoes
from qa.question import analyse

ASKED = "How many boats does vardo have room for?"
TEXTS = {
    "2019/vardo.md": "# Vardo\n\nIt has room for 140 boats on all occasions.",
    "2020/vardo.md": "# Vardo\n\nIt has room for 200 boats on all occasions. Its ferry is red.",
    "2020/oslo.md": "# Oslo\n\nIt has a little room for 90 boats on a few occasions.",
    "2020/riga.md": "# Riga\n\nThe pier of Riga is old.",
}


@pytest.fixture
def index(real_embedder: Embedder, tmp_path: Path) -> Iterator[Index]:
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        date = name.split("/")[0]
        (tmp_path / name).write_text(f"---\ndate: '{date}'\n---\n\n{text}\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path / "2019", tmp_path / "2020"])
        yield index


def test_a_sentence_is_echoed_by_what_repeats_it_of_the_same_thing(index: Index) -> None:
    asked = analyse(ASKED)
    old = index.search(ASKED, where={"date": "2019"})
    candidates = find_candidates(asked, old, index.rarity)
    sharing = index.sharing(candidates[0].text)
    assert [one.source for one in sharing] == ["2019/vardo.md", "2020/vardo.md", "2020/oslo.md"]
    (echo,) = find_echoes(asked, candidates, sharing, index.rarity)
    assert echo.text == "It has room for 200 boats on all occasions."
    assert echo.odds == candidates[0].odds
    assert echo.passage in sharing
    both = find_candidates(asked, index.search(ASKED), index.rarity)
    assert find_echoes(asked, both, sharing, index.rarity) == []


def test_an_answer_tells_what_a_document_says_that_was_not_retrieved(index: Index) -> None:
    assistant = Assistant(index)
    asked = assistant.understand(ASKED)
    passages = [one for one in assistant.retrieve(asked) if one.metadata["date"] == "2019"]
    *_, done = assistant.answer(ASKED, asked, passages)
    assert isinstance(done, Done)
    (found,) = done.answer.disagreements
    assert {value.text for value in found.values} == {"140", "200"}
    assert all(any(c.quote in one.text for one in done.answer.passages) for c in done.answer.citations)
    *_, done = assistant.answer(ASKED, asked, passages, {"date": "2019"})
    assert isinstance(done, Done)
    assert done.answer.disagreements == ()
