from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.catalog import Catalog
from index.hits import Hits, Selection
from index.matrix import Matrix
from index.meaning import nearest
from index.vectors import Vectors
from tests.index.test_vectors import random_vectors, rows_of

ROWS = rows_of(random_vectors())
VECTOR = random_vectors(61)[60]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    matrix = Matrix(tmp_path_factory.mktemp("matrix"))
    matrix.write([], [ROWS], afresh=True)
    return matrix


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vectors]:
    vectors = Vectors(tmp_path_factory.mktemp("vectors") / "chroma")
    vectors.write([], [ROWS], afresh=True)
    yield vectors
    vectors.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    yield catalog
    catalog.close()


def owners(ids: Sequence[str]) -> dict[str, str]:
    return {row.id: row.document_id for row in ROWS if row.id in ids}


def exact(selection: Selection | None, limit: int) -> Hits:
    rows = [row for row in ROWS if selection is None or row.document_id in selection.documents]
    return sorted(((row.id, float(row.vector @ VECTOR)) for row in rows), key=lambda hit: -hit[1])[:limit]


@pytest.mark.parametrize(
    "selection",
    [
        None,
        Selection(frozenset(["d1"]), 1 / 7, owners),
        Selection(frozenset(f"d{one}" for one in range(6)), 6 / 7, owners),
        Selection(frozenset(["d2"]), 0.99, owners),  # of which sifting finds too few
    ],
    ids=["all", "few", "most", "fewer than they seem"],
)
@pytest.mark.parametrize("one_by_one", [0, 500, 10_000])
def test_each_way_gives_the_nearest_of_the_selected_documents(
    matrix: Matrix,
    chroma: Vectors,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    selection: Selection | None,
    one_by_one: int,
) -> None:
    monkeypatch.setattr("index.meaning.EXACT", one_by_one)
    hits = nearest(VECTOR, 20, selection, catalog=catalog, matrix=matrix, graph=lambda: chroma)

    right = exact(selection, 20)
    assert len({id for id, _ in hits} & {id for id, _ in right}) >= 19
    assert [score for _, score in hits][:5] == pytest.approx([score for _, score in right][:5], abs=1e-5)


def test_few_vectors_are_looked_at_without_asking_for_the_graph(matrix: Matrix, catalog: Catalog) -> None:
    def unneeded() -> Vectors:
        raise AssertionError

    hits = nearest(VECTOR, 20, None, catalog=catalog, matrix=matrix, graph=unneeded)
    assert [id for id, _ in hits] == [id for id, _ in exact(None, 20)]


def test_without_a_graph_every_vector_is_looked_at(
    matrix: Matrix, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.meaning.EXACT", 0)
    hits = nearest(VECTOR, 20, None, catalog=catalog, matrix=matrix, graph=lambda: None)

    assert [id for id, _ in hits] == [id for id, _ in exact(None, 20)]
