"""A passage that was expected gets its exact ranks, and the one reason why it is not shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index import Index, IndexSettings, Standing
from index.errors import NoIndex, UnknownDocument
from tests.index.folders import TEA, write

QUESTION = "How is green tea made?"
CHEESE = [f"Cheese number {number} ripens for {number} weeks in a cool cave." for number in range(20)]


@pytest.fixture
def index(open_index: Callable[..., Index], documents: Path) -> Index:
    write(documents, {f"cheese{number}.txt": text for number, text in enumerate(CHEESE)})
    write(documents, {"copies/tea.md": TEA})
    index = open_index(settings=IndexSettings(candidates=4))
    index.sync([documents])
    return index


def why(index: Index, document: str, k: int = 2, **where: str) -> Standing:
    (standing,) = index.why(QUESTION, document, 0, len(index.document(document).text), k, where)
    return standing


def cosines(index: Index) -> dict[str, float]:
    """Of the question and each document's only chunk."""
    (asked,) = index.encode([QUESTION])
    found = {}
    for info in index.documents():
        titled = "" if info.title in index.document(info.id).text else f"{info.title}\n"
        found[info.source] = float(index.encode([titled + index.document(info.id).text])[0] @ asked)
    return found


def test_what_is_shown_says_as_which_passage(index: Index) -> None:
    shown = index.search(QUESTION, k=2)[1]
    standing = why(index, shown.source)

    assert (standing.verdict, standing.passage) == ("shown", 2)
    assert (standing.start, standing.end, standing.text) == (shown.start, shown.end, shown.text)
    assert (standing.rank_meaning, standing.similarity) == (shown.rank_meaning, shown.similarity)


def test_a_near_duplicate_names_the_passage_that_it_is_folded_into(index: Index) -> None:
    (shown,) = index.search(QUESTION, k=1)
    folded = why(index, shown.also_in[0])

    assert {shown.source, folded.source} == {"docs/tea.md", "docs/copies/tea.md"}
    assert (folded.verdict, folded.passage, folded.rank_fused) == ("folded", 1, 2)
    assert (why(index, shown.source).verdict, why(index, shown.source).passage) == ("shown", 1)


def test_what_is_outranked_has_its_rank_among_the_candidates(index: Index) -> None:
    standing = why(index, index.search(QUESTION, k=2)[1].source, k=1)

    assert (standing.verdict, standing.passage, standing.rank_fused) == ("outranked", None, 3)


def test_ranks_are_exact_far_beyond_the_candidates(index: Index) -> None:
    oracle = cosines(index)
    order = sorted(oracle, key=lambda source: -oracle[source])
    last = why(index, order[-1])

    assert (last.rank_meaning, last.rank_words, last.rank_fused) == (24, None, None)
    assert (last.chunks, last.verdict, last.passage) == (24, "outranked", None)
    for standing in (why(index, source) for source in order[5:12]):
        assert standing.similarity == pytest.approx(oracle[standing.source], abs=1e-5)
        above = sum(cosine > standing.similarity + 1e-6 for cosine in oracle.values())
        assert standing.rank_meaning == above + 1


def test_words_are_ranked_exactly_too(index: Index, documents: Path) -> None:
    texts = {f"{number}.txt": "green " + "grass " * number for number in range(1, 9)}
    write(documents, texts)
    index.sync()
    ranks = [why(index, f"docs/{name}").rank_words for name in texts]

    assert ranks == sorted(ranks, key=lambda rank: rank or 0)
    assert len(set(ranks)) == 8
    assert None not in ranks


def test_a_filter_ranks_among_what_it_leaves_and_says_what_it_excludes(index: Index) -> None:
    tea, rice = "docs/tea.md", "docs/rice.md"
    left = why(index, rice, publisher="Grain House")
    assert (left.verdict, left.chunks, left.rank_meaning) == ("shown", 1, 1)
    out = why(index, rice, publisher="Leaf Press")

    assert (out.verdict, out.rank_meaning, out.rank_words, out.rank_fused) == ("excluded", None, None, None)
    assert out.similarity == pytest.approx(why(index, rice).similarity, abs=1e-6)
    assert why(index, tea, publisher="nobody").verdict == "excluded"


def test_each_chunk_that_a_span_touches_stands_for_itself(
    open_index: Callable[..., Index], documents: Path, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "small", settings=IndexSettings(chunk_tokens=16))
    index.sync([documents])
    first, second, *_ = index.chunks(index.document("tea.md").id)

    def places(start: int, end: int) -> list[tuple[int, int]]:
        return [(one.start, one.end) for one in index.why(QUESTION, "tea.md", start, end)]

    assert places(first.start, first.end) == [(first.start, first.end)]
    assert places(first.end - 1, second.start + 1) == [(one.start, one.end) for one in (first, second)]
    assert places(first.end, second.start) == []  # the white space between them


def test_without_the_matrix_the_ranks_are_the_same(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = why(index, "docs/cheese3.txt")
    monkeypatch.setattr("index.matrix.Matrix.open_at", lambda *_: False)
    monkeypatch.setattr("index.meaning.EXACT", 0)

    assert why(index, "docs/cheese3.txt") == expected


def test_a_document_that_is_not_there_is_named(
    index: Index, open_index: Callable[..., Index], tmp_path: Path
) -> None:
    with pytest.raises(UnknownDocument, match=r"no document teas\.md in the index"):
        index.why(QUESTION, "teas.md", 0, 3)
    with pytest.raises(NoIndex):
        open_index(tmp_path / "empty").why(QUESTION, "tea.md", 0, 3)
