from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.catalog import Row
from index.projection import Unreadable
from index.vectors import Vectors

ROWS, DIMENSION = 1_200, 16  # over Chroma's sync_threshold of 1,000, so that its graph is on disk


def random_vectors(rows: int = ROWS) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).normal(size=(rows, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def rows_of(vectors: NDArray[np.float32]) -> list[Row]:
    return [
        Row(f"i{number:04}", f"d{number % 7}", "s", "", 0, 1, "x", (), (), {}, vector)
        for number, vector in enumerate(vectors)
    ]


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[Vectors]:
    vectors = Vectors(tmp_path / "chroma")
    vectors.write([], [rows_of(random_vectors())], afresh=True)
    yield vectors
    vectors.close()


def oracle(vector: NDArray[np.float32]) -> list[str]:
    """The ids by falling cosine, from sorting them all."""
    return [row.id for row in sorted(rows_of(random_vectors()), key=lambda row: -float(row.vector @ vector))]


def test_the_nearest_are_those_that_an_exact_search_gives(chroma: Vectors) -> None:
    found = [chroma.nearest(vector, 10) for vector in random_vectors()[:50]]

    agreed = [
        len({id for id, _ in hits} & set(oracle(vector)[:10]))
        for hits, vector in zip(found, random_vectors(), strict=False)
    ]
    assert sum(agreed) / 500 > 0.98
    assert all(hits[0][1] == pytest.approx(1, abs=1e-5) for hits in found)


def test_more_can_be_asked_for_than_there_are(tmp_path: Path) -> None:
    few = Vectors(tmp_path / "few")
    few.write([], [rows_of(random_vectors(3))], afresh=True)

    assert len(few.nearest(random_vectors()[0], 50)) == 3
    few.write(["i0000", "i0001", "i0002"], [], afresh=False)
    assert few.nearest(random_vectors()[0], 50) == []
    few.close()


def test_the_same_question_gives_the_same_answer_after_reopening(chroma: Vectors) -> None:
    before = chroma.nearest(random_vectors()[5], 50)
    chroma.close()
    chroma.read()

    assert chroma.nearest(random_vectors()[5], 50) == before


def test_every_row_finds_itself_after_many_were_removed(chroma: Vectors) -> None:
    removed = [f"i{number:04}" for number in range(0, ROWS, 6)]
    chroma.write(removed, [], afresh=False)
    left = [row for row in rows_of(random_vectors()) if row.id not in removed]

    assert all(chroma.nearest(row.vector, 1)[0][0] == row.id for row in left)


def test_a_client_opened_before_another_process_wrote_is_stale_until_it_reads_again(chroma: Vectors) -> None:
    write = (
        "import sys; from pathlib import Path; from tests.index.test_vectors import rows_of, random_vectors\n"
        "from index.vectors import Vectors\n"
        "vectors = Vectors(Path(sys.argv[1])); vectors.write([], [rows_of(random_vectors(1_500))[1_200:]], "
        "afresh=False); vectors.close()"
    )
    new = random_vectors(1_500)[1_400]
    chroma.nearest(new, 1)
    subprocess.run([sys.executable, "-c", write, str(chroma.folder)], check=True)
    assert chroma.nearest(new, 1)[0][0] != "i1400"  # why `read` makes a new client
    chroma.read()

    assert chroma.nearest(new, 1)[0][0] == "i1400"


def test_a_graph_without_its_files_is_noticed_though_chroma_still_counts_its_rows(chroma: Vectors) -> None:
    chroma.close()
    for path in chroma.folder.glob("*/"):
        shutil.rmtree(path)

    with pytest.raises(Unreadable, match=r"Error finding id|rows that its graph does not reach"):
        chroma.read()


def test_a_folder_without_a_database_or_with_garbage_is_unreadable(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path / "chroma")
    with pytest.raises(Unreadable, match="holds no Chroma database"):
        vectors.read()
    vectors.folder.mkdir()
    (vectors.folder / "chroma.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(Unreadable, match="file is not a database"):
        vectors.read()
    vectors.write([], [rows_of(random_vectors(3))], afresh=True)

    assert vectors.count() == 3
    vectors.close()
