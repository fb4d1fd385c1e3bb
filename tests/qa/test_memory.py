"""Sentences are embedded once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.memory import RememberedVectors


def test_a_text_is_encoded_once_and_rows_keep_their_order() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.array([[len(text), 1] for text in texts], np.float32)

    remembered = RememberedVectors(encode, size=2)
    assert remembered(["aa", "b", "aa"])[:, 0].tolist() == [2, 1, 2]
    assert remembered(["b", "aa"])[:, 0].tolist() == [1, 2]
    assert asked == ["aa", "b"]
    remembered(["ccc"])  # pushes out "b", the longest unused
    remembered(["aa", "b"])
    assert asked == ["aa", "b", "ccc", "b"]
