from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from index import Embedder, Index
from qa.candidates import Candidate, find_candidates
from qa.extract import AS_LIKELY, GOES_ON, LEAST_ODDS, choose
from qa.question import Question, analyse

ASKED = "What does Shandong plan?"


@pytest.fixture(scope="module")
def candidates(shipped: Index) -> list[Candidate]:
    passages = shipped.search(ASKED, k=8)
    return find_candidates(analyse(ASKED), passages, shipped.rarity)


def read(candidates: list[Candidate], odds: dict[int, float]) -> list[Candidate]:
    """As a reader leaves them that gave these odds, by place, and to all others far less."""
    return [replace(one, odds=odds.get(at, -9.0)) for at, one in enumerate(candidates)]


def others_of_best(candidates: list[Candidate]) -> list[int]:
    best = candidates[0].passage.document_id
    return [at for at, one in enumerate(candidates) if at and one.passage.document_id == best]


def shown(question: Question, candidates: list[Candidate], limit: int = 3) -> list[Candidate]:
    return [choice.candidate for choice in choose(question, candidates, limit)]


def test_sentences_read_as_likely_follow_in_the_order_of_the_document(candidates: list[Candidate]) -> None:
    first, second = others_of_best(candidates)[:2]
    chosen = shown(analyse(ASKED), read(candidates, {0: 2.0, first: 1.6, second: 1.2}))
    assert {one.start for one in chosen} == {candidates[at].start for at in (0, first, second)}
    assert [one.start for one in chosen] == sorted(one.start for one in chosen)


def test_one_that_is_read_as_far_less_likely_does_not(candidates: list[Candidate]) -> None:
    first = others_of_best(candidates)[0]
    for best in (6.0, 2.0, -2.0):
        share = AS_LIKELY / (1 + math.exp(-best))
        least = math.log(share / (1 - share))
        assert len(shown(analyse(ASKED), read(candidates, {0: best, first: least + 0.1}))) == 2
        assert len(shown(analyse(ASKED), read(candidates, {0: best, first: least - 0.1}))) == 1
    unlikely = LEAST_ODDS - 0.1
    assert len(shown(analyse(ASKED), read(candidates, {0: unlikely, first: unlikely}))) == 1


def test_neither_does_one_of_another_document(candidates: list[Candidate]) -> None:
    best = candidates[0].passage.document_id
    other = next(at for at, one in enumerate(candidates) if one.passage.document_id != best)
    assert len(shown(analyse(ASKED), read(candidates, {0: 2.0, other: 2.0}))) == 1


def test_never_more_than_the_limit_and_one_where_one_answers(candidates: list[Candidate]) -> None:
    likely = read(candidates, dict.fromkeys(range(len(candidates)), 2.0))
    assert len(shown(analyse(ASKED), likely, limit=2)) == 2
    assert len(shown(analyse("When does Shandong plan it?"), likely)) == 1
    assert len(shown(analyse("Who plans for Shandong?"), likely)) == 1
    assert len(shown(analyse("Where is Shandong?"), likely)) == 1
    assert len(shown(analyse("Who is Shandong?"), likely, limit=2)) == 2  # whatever is told of it


def test_behind_a_list_stand_only_lists(candidates: list[Candidate]) -> None:
    at = {one.text[:30]: place for place, one in enumerate(candidates)}
    listing = next(place for text, place in at.items() if text.startswith("Shandong wants blockchain put"))
    ordered = [candidates[listing], *candidates[:listing], *candidates[listing + 1 :]]
    likely = read(ordered, dict.fromkeys(range(len(ordered)), 2.0))
    for one in shown(analyse("Which fields does Shandong name?"), likely):
        assert one.text.count(",") or one.text.endswith(":")


def test_where_one_sentence_answers_one_that_goes_on_from_it_about_as_likely_takes_its_place(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(
        "Harbour\n\nThe board thanks Carl Dahl, who retired in 2024. He was succeeded by Anna Berg, mate of "
        "the Fenna. Anna Berg lives in Hamar."
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = analyse("Who took the place of Carl Dahl when he retired?")
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    places = {one.text.split()[0]: at for at, one in enumerate(found)}
    best, goes_on, other = places["The"], places["He"], places["Anna"]
    assert best == 0
    (chosen,) = shown(asked, read(found, {best: 2.0, goes_on: 2.0 - GOES_ON + 0.1, other: 2.0}))
    assert chosen.text.startswith("He was succeeded")
    (chosen,) = shown(asked, read(found, {best: 2.0, goes_on: 2.0 - GOES_ON - 0.1, other: 2.0}))
    assert chosen.text.startswith("The board")


def test_one_that_goes_on_in_a_paragraph_of_its_own_does_not(real_embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Oil\n\nAlma Oil cut its price by 2 crowns.\n\nThis cut brings it to 16.\n"
    )
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        asked = analyse("By how much did Alma Oil cut its price?")
        found = find_candidates(asked, index.search(asked.text), index.rarity)
    assert found[0].text.startswith("Alma Oil")
    (chosen,) = shown(asked, read(found, {0: 2.0, 1: 2.0}))
    assert chosen == replace(found[0], odds=2.0)


def test_a_name_that_the_title_tells_needs_no_further_sentence(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    for name, seconds in (("Tugela", 30), ("Vardo", 45)):
        text = f"# {name}\n\n{name} requires Python 3.8. The default timeout is {seconds} seconds.\n"
        (tmp_path / f"{name}.md").write_text(text)
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path])

        def said(question: str) -> set[str]:
            asked = analyse(question)
            found = find_candidates(asked, index.search(question), index.rarity)
            return {one.text for one in shown(asked, read(found, {0: 3.0}))}

        assert said("What is the default timeout of Tugela?") == {"The default timeout is 30 seconds."}
        assert len(said("How do Tugela and Vardo differ in Python?")) == 2


def test_a_source_is_cited_beside_another_only_where_it_says_the_same(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    said = "The museum of Vardo is {} on Mondays."
    for at, word in enumerate(("open", "open", "closed")):
        (documents / f"{at}.txt").write_text(f"Museums, part {at}\n\n{said.format(word)}\n")
    question = analyse("Is the museum of Vardo open on Mondays?")
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([documents])
        candidates = find_candidates(question, index.search(question.text, k=8), index.rarity)
    choice = choose(question, candidates, 3)[0]
    assert [one.text for one in (choice.candidate, *choice.also)] == [said.format("open")] * 2
