"""A model's sentences and marks, however they are cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.claims import Claim, claims


def said(text: str, size: int) -> list[tuple[str, tuple[int, ...]]]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [(claim.text, claim.marks) for claim in claims(pieces)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Parks were planned by Hainan. [1][2] Gansu did not [3]. So [1, 2] it says.",
            [("Parks were planned by Hainan.", (1, 2)), ("Gansu did not.", (3,)), ("So it says.", (1, 2))],
        ),
        (
            "A 1.5 million park.\n\n- Item one [2]\n- **Bold** item [passage 3].\n",
            [("A 1.5 million park.", ()), ("Item one", (2,)), ("Bold item.", (3,))],
        ),
        ("区块链在海南。[1] 上海也有。【2†source】", [("区块链在海南。", (1,)), ("上海也有。", (2,))]),
        (
            "Dr. Li of Apple Inc. Ambassador spoke at 9 a.m. [1]",
            [("Dr. Li of Apple Inc. Ambassador spoke at 9 a.m.", (1,))],
        ),
        ("[1][2]", []),
        (" \n\n ", []),
    ],
)
def test_sentences_and_marks_are_the_same_in_any_pieces(
    text: str, expected: list[tuple[str, tuple[int, ...]]], size: int
) -> None:
    assert said(text, size) == expected


def test_a_sentence_is_there_before_the_next_is_complete() -> None:
    pieces = iter(["Hainan planned parks. ", "[2] ", "Gansu ", "waited. ", "The end."])
    assert next(claims(pieces)) == Claim("Hainan planned parks.", (2,))
    assert list(pieces) == ["waited. ", "The end."]


@given(st.lists(st.text(max_size=30), max_size=30))
def test_nothing_said_raises_and_no_claim_holds_a_mark_or_a_line_break(pieces: list[str]) -> None:
    for claim in claims(pieces):
        assert claim.text == " ".join(claim.text.split()) != ""
        assert all(mark >= 0 for mark in claim.marks)
