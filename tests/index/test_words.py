from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Row
from index.hits import Selection
from index.words import Words, question_words, words


def row(id: str, text: str, title: str = "", document: str = "d") -> Row:
    return Row(id, document, "s", title, 0, len(text), text, (), (), {}, np.zeros(2, np.float32))


@pytest.fixture
def lexical(tmp_path: Path) -> Iterator[Words]:
    index = Words(tmp_path / "words")
    rows = [
        row("a", "Chongqing planned industrial parks.", "Parks", "one"),
        row("b", "Hainan planned a free port and nothing else of note.", "Ports", "one"),
        row("c", "The café in São Paulo sells tea.", "Tea", "two"),
        row("d", "重庆市建设区块链产业园。", "园区", "two"),
    ]
    index.write([], [rows], afresh=True)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Provinces' parks, planned", ["provinc", "park", "plan"]),
        ("China's report", ["china", "report"]),
        ("CAFÉ São", ["cafe", "sao"]),
        ("ｆｕｌｌ ｗｉｄｔｈ", ["full", "width"]),
        ("Straße", ["strass"]),
        ("state-of-the-art 3.5%", ["state", "of", "the", "art", "3.5"]),
        ("Debian 2.10, or 2.1.", ["debian", "2.10", "or", "2.1"]),
        ("twenty-two of 10,000", ["22", "of", "10000"]),
        ("重庆市", ["重", "庆", "市", "重庆", "庆市"]),
        ("が", ["が"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("区块链2020年", ["区", "块", "链", "区块", "块链", "2020", "年"]),
        ("!? — …", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words_folds_case_accents_width_and_endings(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_question_is_looked_for_by_its_telling_words() -> None:
    assert question_words("Which provinces planned industrial parks?") == [
        "provinc",
        "plan",
        "industri",
        "park",
    ]


def test_a_question_of_function_words_alone_keeps_them() -> None:
    assert question_words("To be or not to be?") == ["to", "be", "or", "not"]


@given(st.text())
def test_words_are_lower_case_runs_without_spaces_and_read_the_same_again(text: str) -> None:
    found = words(text)

    assert all(word and not any(character.isspace() for character in word) for word in found)
    assert words(text.upper() if text.isascii() else text) == found


def test_the_best_match_comes_first(lexical: Words) -> None:
    hits = lexical.find("industrial parks planned", 10)

    assert [id for id, _ in hits] == ["a", "b"]
    assert hits[0][1] > hits[1][1] > 0


def test_chinese_is_found_without_spaces(lexical: Words) -> None:
    assert [id for id, _ in lexical.find("产业园在哪里", 10)] == ["d"]


def test_a_word_of_the_title_counts_half(lexical: Words) -> None:
    assert [id for id, _ in lexical.find("ports", 10)] == ["b"]
    (_, in_title_and_text), *_ = lexical.find("tea", 10)
    (_, in_text), *_ = lexical.find("café", 10)
    assert in_title_and_text > in_text


def test_a_limit_cuts_the_worst(lexical: Words) -> None:
    assert [id for id, _ in lexical.find("industrial parks planned", 1)] == ["a"]


@pytest.mark.parametrize("share", [0.01, 0.5])
def test_a_filter_keeps_scores_and_drops_other_documents(lexical: Words, share: float) -> None:
    free = dict(lexical.find("planned tea", 10))
    two = Selection(frozenset(["two"]), share, lambda ids: {id: {"c": "two"}.get(id, "one") for id in ids})

    assert dict(lexical.find("planned tea", 10, two)) == {"c": pytest.approx(free["c"])}


@pytest.mark.parametrize(
    "question",
    [
        '"parks',
        "parks AND",
        "text:parks^2",
        "parks~ -(",
        "document:one OR parks",
        "[parks TO *]",
        "\\parks\0",
    ],
)
def test_query_syntax_in_a_question_is_plain_text(lexical: Words, question: str) -> None:
    assert lexical.find(question, 10)[0][0] == "a"


@given(st.text(max_size=200))
def test_any_question_can_be_asked(question: str) -> None:
    empty = Words(Path("nowhere"))

    assert empty.find(question, 10) == []


def test_a_question_without_words_finds_nothing(lexical: Words) -> None:
    assert lexical.find("?!", 10) == []


def test_a_words_frequency_counts_the_chunks_that_are_there(lexical: Words) -> None:
    assert [lexical.frequency(word) for word in ("plan", "port", "tea", "nothere", "")] == [2, 1, 1, 0, 0]
    lexical.write(["a"], [], afresh=False)

    assert lexical.frequency("plan") == 1


def test_equal_scores_are_ordered_by_id(tmp_path: Path) -> None:
    index = Words(tmp_path)
    index.write([], [[row(id, "the same words") for id in "zyx"]], afresh=True)

    assert [id for id, _ in index.find("same words", 10)] == ["x", "y", "z"]


def test_names_are_those_that_nearly_all_chunks_write_as_one(lexical: Words) -> None:
    lexical.write([], [[row("e", "The Parks of Chongqing. A park in Hainan; parks in Gansu.")]], afresh=False)
    assert lexical.names("") == ["chongqing", "gansu", "hainan", "paulo", "sao"]
    assert lexical.names("h", single=True) == ["hainan"]
    assert lexical.names("x") == []


def test_names_of_removed_chunks_are_forgotten(lexical: Words) -> None:
    lexical.write(["c"], [], afresh=False)
    assert lexical.names("pau") == []


def test_an_unread_index_has_no_names(tmp_path: Path) -> None:
    assert Words(tmp_path / "none").names("h") == []
