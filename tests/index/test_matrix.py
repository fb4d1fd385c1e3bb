from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Row
from index.matrix import OWNERS, VECTORS, Matrix
from index.projection import Unreadable
from tests.index.test_vectors import random_vectors, rows_of


def oracle(rows: list[Row], vector: np.ndarray, documents: set[str]) -> list[str]:
    """The ids by falling cosine, from sorting them all."""
    inside = [row for row in rows if row.document_id in documents]
    return [row.id for row in sorted(inside, key=lambda row: (-round(float(row.vector @ vector), 6), row.id))]


@given(st.integers(0, 60), st.integers(1, 80), st.sets(st.sampled_from([f"d{one}" for one in range(9)])))
def test_it_gives_the_highest_cosines_of_the_documents_in_order(
    count: int, limit: int, documents: set[str]
) -> None:
    rows, vector = rows_of(random_vectors(60)[:count]), random_vectors(61)[60]
    with TemporaryDirectory() as folder:
        matrix = Matrix(Path(folder))
        matrix.write([], [rows[:30], rows[30:]], afresh=True)

        everywhere = {row.document_id for row in rows}
        assert [id for id, _ in matrix.view().nearest(vector, limit)] == oracle(rows, vector, everywhere)[
            :limit
        ]
        hits = matrix.view(documents).nearest(vector, limit)
        assert [id for id, _ in hits] == oracle(rows, vector, documents)[:limit]
        assert len(matrix.view(documents)) == sum(row.document_id in documents for row in rows)
        by_id = {row.id: row for row in rows}
        assert all(score == pytest.approx(float(by_id[id].vector @ vector), abs=1e-6) for id, score in hits)


def test_blocks_of_scattered_rows_are_put_together(tmp_path: Path) -> None:
    rows, vector = rows_of(random_vectors()), random_vectors(61)[60]
    matrix = Matrix(tmp_path)
    matrix.write([], [rows], afresh=True)

    most = {f"d{number}" for number in range(6)}
    assert len(matrix.view(most)) > 1_000
    assert [id for id, _ in matrix.view(most).nearest(vector, 300)] == oracle(rows, vector, most)[:300]


def test_removed_rows_are_found_no_more(tmp_path: Path) -> None:
    rows = rows_of(random_vectors(60))
    matrix = Matrix(tmp_path)
    matrix.write([], [rows], afresh=True)
    matrix.write(["i0003", "unknown"], [], afresh=False)

    assert matrix.ids() == {row.id for row in rows} - {"i0003"}
    assert matrix.view().nearest(rows[3].vector, 1)[0][0] != "i0003"
    assert matrix.view({"d4"}).nearest(rows[4].vector, 1)[0][0] == "i0004"
    assert matrix.count() == 59


def test_what_was_opened_stays_as_it_was_while_the_files_are_made_again(tmp_path: Path) -> None:
    rows = rows_of(random_vectors(60))
    writer, reader = Matrix(tmp_path), Matrix(tmp_path)
    writer.write([], [rows], afresh=True)
    reader.read()
    writer.write([], [rows[:2]], afresh=True)
    writer.write([], [rows[50:]], afresh=False)

    assert reader.view().nearest(rows[30].vector, 1)[0][0] == "i0030"
    assert writer.count() == 12


def test_files_that_do_not_fit_together_are_unreadable(tmp_path: Path) -> None:
    matrix = Matrix(tmp_path)
    with pytest.raises(Unreadable, match=OWNERS):
        matrix.read()
    matrix.write([], [rows_of(random_vectors(3))], afresh=True)
    (tmp_path / VECTORS).write_bytes(bytes(100))
    with pytest.raises(Unreadable, match="reshape"):
        matrix.read()
