"""What a sentence must hold to be an answer, whatever its odds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import Embedder, Index
from qa.candidates import Candidate, find_candidates, tells_other_year
from qa.decline import refused_by_rule
from qa.question import Question, analyse

TEXT = """Report 2024

Elin Berg runs the mill at Hamar. Last week the office said that its plan would follow in September.

Kvern 3.0 starts in 9 seconds.

The mill ground 120 tons in 2024, and Hamar ate them."""


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("mill")
    (root / "a.txt").write_text(TEXT)
    with Index.open(root / ".index", embedder=real_embedder) as index:
        index.sync([root / "a.txt"])
        yield index


def best_that_begins(index: Index, asked: Question, beginning: str) -> list[Candidate]:
    found = find_candidates(asked, index.search(asked.text), index.rarity)
    return [one for one in found if one.text.startswith(beginning)]


def test_a_name_may_stand_earlier_in_the_paragraph_and_not_in_another(mill: Index) -> None:
    asked = analyse("When will the plan of Elin Berg follow?")
    assert refused_by_rule(asked, best_that_begins(mill, asked, "Last week"), ()) is None
    assert refused_by_rule(asked, best_that_begins(mill, asked, "The mill"), ()) == "not_answered"


@pytest.mark.parametrize(
    ("version", "refusal"), [("3.0", None), ("3.1", "not_answered"), ("3.10", "not_answered")]
)
def test_another_version_of_what_is_named_is_no_answer(
    mill: Index, version: str, refusal: str | None
) -> None:
    asked = analyse(f"How quickly does Kvern {version} start?")
    assert asked.versions == (version,)
    assert refused_by_rule(asked, best_that_begins(mill, asked, "Kvern 3.0"), ()) == refusal


@pytest.mark.parametrize(("year", "refusal"), [(2024, None), (2018, "not_answered")])
def test_what_tells_of_another_year_is_no_answer(mill: Index, year: int, refusal: str | None) -> None:
    asked = analyse(f"How much did the mill grind in {year}?")
    assert refused_by_rule(asked, best_that_begins(mill, asked, "The mill"), ()) == refusal


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Compared with 2022 the mill lost 6 percent.", False),
        ("The mill lost 6 percent in 2022.", True),
        ("The mill ground 9 tons more than in 2022 after the flood of 2021.", True),
    ],
)
def test_a_year_that_another_is_compared_with_is_not_what_a_sentence_tells_of(text: str, other: bool) -> None:
    assert tells_other_year(analyse("What did the mill lose in 2023?"), text, "") is other
