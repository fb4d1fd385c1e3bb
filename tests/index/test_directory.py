from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Listed
from index.directory import Directory
from index.errors import AmbiguousDocument, BadQuestion, UnknownDocument, UnknownField

DIRECTORY = Directory(
    [
        Listed("1", "docs/a.md", {"publisher": "P", "year": "2020"}),
        Listed("2", "docs/more/a.md", {"publisher": "P", "year": "2021"}),
        Listed("3", "docs/b.md", {}),
    ]
)


def test_documents_are_selected_by_all_of_their_metadata() -> None:
    assert DIRECTORY.matching({"publisher": "P"}) == frozenset(["1", "2"])
    assert DIRECTORY.matching({"publisher": "P", "year": "2021"}) == frozenset(["2"])
    assert DIRECTORY.matching({"publisher": "p"}) == frozenset()


def test_of_several_values_a_document_has_any() -> None:
    assert DIRECTORY.matching({"year": ["2020", "2021"]}) == frozenset(["1", "2"])
    assert DIRECTORY.matching({"publisher": {"P", "Q"}, "year": ("2021", "1999")}) == frozenset(["2"])
    assert DIRECTORY.matching({"year": []}) == frozenset()


@pytest.mark.parametrize("value", [2020, None, [2020], b"2020"])
def test_a_value_that_is_no_text_is_an_error_and_not_nothing_found(value: Any) -> None:
    with pytest.raises(BadQuestion, match=r"where year is .*: give a text, or several"):
        DIRECTORY.matching({"year": value})


def test_a_filter_that_lets_every_document_through_is_none() -> None:
    assert DIRECTORY.matching({}) is None
    assert Directory([Listed("1", "a", {"x": "y"})]).matching({"x": "y"}) is None


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownField, match="no document has a field editor; there are: publisher, year"):
        DIRECTORY.matching({"editor": "P"})
    assert Directory([Listed("1", "a", {})]).matching({"editor": "P"}) == frozenset()


@pytest.mark.parametrize(
    ("name", "id"), [("docs/a.md", "1"), ("more/a.md", "2"), ("b.md", "3"), ("2", "2"), ("docs/b.md", "3")]
)
def test_a_document_is_found_by_its_source_the_end_of_it_or_its_id(name: str, id: str) -> None:
    assert DIRECTORY.id_of(name) == id


def test_the_end_of_several_sources_is_ambiguous() -> None:
    with pytest.raises(AmbiguousDocument) as caught:
        DIRECTORY.id_of("a.md")
    assert caught.value.candidates == ("docs/a.md", "docs/more/a.md")


def test_no_document_is_found_by_a_part_of_a_name() -> None:
    with pytest.raises(UnknownDocument, match=r"no document d in the index"):
        DIRECTORY.id_of("d")
    with pytest.raises(UnknownDocument, match=r"did you mean docs/b\.md"):
        DIRECTORY.id_of("bb.md")


def test_the_words_of_the_metadata_are_known() -> None:
    assert DIRECTORY.metadata_words == {"p", "2020", "2021"}


@given(
    st.lists(st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"), max_size=3), max_size=6),
    st.dictionaries(st.sampled_from("xyz"), st.sampled_from("123"), max_size=2),
)
def test_a_filter_chooses_what_looking_at_each_document_would(
    documents: list[dict[str, str]], where: dict[str, str]
) -> None:
    directory = Directory(Listed(f"{at}", f"s{at}", fields) for at, fields in enumerate(documents))
    fields = {field for one in documents for field in one}
    if fields and not where.keys() <= fields:
        with pytest.raises(UnknownField):
            directory.matching(where)
        return
    right = {f"{at}" for at, one in enumerate(documents) if where.items() <= one.items()}
    assert (directory.known if (found := directory.matching(where)) is None else found) == right
