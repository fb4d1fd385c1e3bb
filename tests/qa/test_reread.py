from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index import Index
from qa import AnswerSettings, Assistant
from qa.candidates import Candidate, find_candidates
from qa.question import analyse
from qa.reader import Verdict
from qa.reader.windows import Readable
from qa.reread import PASSAGES, USUAL, USUAL_SENTENCE, reread

ASKED = "Which provinces planned industrial parks?"


class Sure:
    """Says of every sentence but one of the first passage that it is as likely as any; of that, sure."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.read_with: list[str] = []

    def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
        self.passages = passages
        self.read_with.append(question)
        usual = [Verdict(USUAL.answered, (USUAL_SENTENCE,) * len(one.sentences)) for one in passages]
        first = list(usual[0].sentences)
        first[self.at] = 40.0
        return [replace(usual[0], sentences=tuple(first)), *usual[1:]]


@pytest.fixture(scope="module")
def candidates(shipped: Index) -> list[Candidate]:
    passages = shipped.search(ASKED, k=3 * PASSAGES)
    return find_candidates(analyse(ASKED), passages, shipped.rarity)


def test_what_the_reader_is_sure_of_comes_first_and_the_rest_keeps_its_order_and_score(
    candidates: list[Candidate],
) -> None:
    first = candidates[0].passage
    last = [(one.start, one.end) for one in candidates if one.passage == first][-1]
    reader = Sure(first.sentences.index(last))
    found = reread(analyse(ASKED), candidates, reader)
    assert (found[0].passage, (found[0].start, found[0].end), found[0].odds) == (first, last, 40.0)
    rest = [(one.start, one.score) for one in candidates if (one.start, one.end) != last]
    assert [(one.start, one.score) for one in found[1:]] == rest
    assert (reader.read_with, len(reader.passages)) == ([ASKED], PASSAGES)


def test_what_leans_on_a_turn_is_read_alone_and_with_that_turn(candidates: list[Candidate]) -> None:
    class OnlyWithTheTurn(Sure):
        def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
            found = super().read(question, passages)
            usual = [Verdict(USUAL.answered, (USUAL_SENTENCE,) * len(one.sentences)) for one in passages]
            return found if "after" in question else usual

    alone = analyse("Who paid for it?", "the new pier")
    asked = replace(alone, asked_before="What is new?", told=("A pier is.", "It is long."))
    reader = OnlyWithTheTurn(0)
    odds = reread(asked, candidates, reader)[0].odds
    assert reader.read_with == [
        "Who paid for it (about the new pier)?",
        "Who paid for it? (after: What is new? A pier is. It is long.)",
    ]
    assert odds == pytest.approx((40.0 + USUAL_SENTENCE) / 2)


def test_each_reader_is_a_setting_and_without_one_no_odds_are_known(shipped: Index) -> None:
    plain = Assistant(shipped, AnswerSettings(reader="none")).ask(ASKED)
    read = Assistant(shipped, AnswerSettings(reader="shipped")).ask(ASKED)
    assert "Shaanxi" in plain.text
    assert "Shaanxi" in read.text
    assert plain.confidence != read.confidence
