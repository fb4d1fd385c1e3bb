"""Candidates by rules: what answered the turn before seldom answers the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index import Embedder, Index
from qa.candidates import FITTING_KIND, SAID_ALREADY, SAID_BESIDE, find_candidates
from qa.question import analyse

TOLD = "In Marrick a referendum was held on 12 June 2022, and 54 percent voted for the tram."


@pytest.mark.parametrize(
    ("question", "before", "loses"),
    [
        ("how high was the turnout?", "What was held in Marrick?", SAID_ALREADY),
        ("when was that?", "What was held in Marrick?", 0),
        ("when did they vote?", "What was held in Marrick?", SAID_BESIDE),
        ("when did they vote?", "When was a referendum held?", SAID_ALREADY),
    ],
)
def test_what_answered_the_turn_before_loses_where_it_is_not_asked_of(
    real_embedder: Embedder, tmp_path: Path, question: str, before: str, loses: float
) -> None:
    (tmp_path / "a.txt").write_text(f"Trams\n\n{TOLD} The first cars came by ship.\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = replace(analyse(question, "the Marrick vote"), asked_before=before)

        def rules(told: tuple[str, ...]) -> dict[str, float]:
            passages = index.search(asked.standalone)
            found = find_candidates(replace(asked, told=told), passages, index.rarity)
            return {one.text: one.rules for one in found}

        alone, after = rules(()), rules((TOLD,))
    assert alone[TOLD] - after[TOLD] == pytest.approx(loses)


def test_what_answered_the_turn_before_may_tell_its_reason(real_embedder: Embedder, tmp_path: Path) -> None:
    told = "The ferry Alma lay still in August, because a shaft had cracked."
    bare = "The harbour was closed in August."
    (tmp_path / "a.txt").write_text(f"Ferries\n\n{told} {bare}\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = replace(analyse("why did the ferry lie still?"), told=(told, bare))
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    assert [one.text for one in found] == [told]


def test_a_source_in_brackets_is_no_candidate(real_embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Trams\n\n[Elin Berg, The Tram of Marrick, p. 77]\n\nThe tram is slow.\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = analyse("How fast is the tram of Marrick?")
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    assert [one.text for one in found] == ["The tram is slow."]


def test_an_address_alone_is_no_candidate(real_embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Trams\n\nHow to ride the tram is told here:\n\n→ https://tram.example/how/to/ride\n"
    )
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = analyse("Where is it told how to ride the tram?")
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    assert [one.text for one in found] == ["How to ride the tram is told here:"]


def test_the_date_of_a_document_alone_is_no_candidate_but_where_it_is_asked_for(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(
        "Trams\n\nMonday, 2 March 1987.\n\nMarrick said that its board would meet.\n"
    )
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])

        def texts(question: str) -> set[str]:
            return {
                one.text for one in find_candidates(analyse(question), index.search(question), index.rarity)
            }

        assert texts("When did the board meet?") == {"Marrick said that its board would meet."}
        assert "Monday, 2 March 1987." in texts("When was the report on trams published?")


def test_a_sentence_that_goes_on_with_the_paragraph_before_is_of_its_names_and_year(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(
        "The vote of 2012\n\nElin Berg had run in 2008.\n\nBack then, she won 68 votes.\n\nShe sings.\n"
    )
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = analyse("How many votes did Elin Berg win in 2008?")
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    assert found[0].text == "Back then, she won 68 votes."
    assert found[0].rules == FITTING_KIND


def test_a_file_is_of_what_it_is_called_and_a_listed_figure_is_a_candidate(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "vardo-3.0.md").write_text("# Start\n\n## Needed\n\n- Python 3.8+\n- A captain\n")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        for question, texts in (
            ("Which version of Python does Vardo need?", {"Python 3.8+", "A captain"}),
            ("Who needs Vardo?", set[str]()),
        ):
            asked = analyse(question)
            found = find_candidates(asked, index.search(asked.text), index.rarity)
            assert {one.text for one in found} == texts
            assert all("vardo" in one.around for one in found)


@pytest.mark.parametrize(("asked", "month"), [("Fjord 300", "May"), ("Fjord 500", "March")])
def test_a_sentence_on_another_number_of_a_name_is_not_on_this_one(
    real_embedder: Embedder, tmp_path: Path, asked: str, month: str
) -> None:
    (tmp_path / "sheet.md").write_text(
        "# Product sheet of the Fjord 300\n\nThe Fjord 300 was launched in May 2021. The Fjord 500 was "
        "launched in March 2023.\n"
    )
    question = analyse(f"When was the {asked} launched?")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path])
        best = find_candidates(question, index.search(question.text), index.rarity)[0]
    assert best.text == f"The {asked} was launched in {month} {2021 if month == 'May' else 2023}."
