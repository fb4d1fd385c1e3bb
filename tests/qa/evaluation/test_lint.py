"""Gold cases are held against the documents: what no longer fits is named, and mended where it can be."""

from __future__ import annotations

from typing import Any

import pytest

from qa.evaluation.anchor import Anchor, as_written, find_again
from qa.evaluation.lint import lint, mend
from tests.qa.evaluation.conftest import case, unanswerable

QUOTE = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
TEXTS = {
    "docs/parks.md": f"Parks\n\n{QUOTE} Kunming pays up to 10 million yuan for a project of two years.",
    "docs/other.md": "Other\n\nGuangzhou set up a fund of 1 billion yuan. It has one park.",
}


def parks(quote: str = QUOTE, document: str = "parks.md", **changes: Any) -> Any:
    return case(evidence=[{"document": document, "quote": quote}], **changes)


def faults(*cases: Any) -> list[str]:
    return [fault.what for fault in lint(cases, TEXTS)]


def test_a_sound_case_has_no_fault() -> None:
    assert faults(parks(), unanswerable(id="bread", question="How is bread baked?")) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"facts": [["Tibet", "Lhasa"]]}, "no quote holds Tibet or Lhasa"),
        ({"forbidden": ["hainan"]}, "a quote holds hainan, which the answer must not"),
        ({"facts": []}, "has an answer, but no facts or no evidence for it"),
        ({"kind": "unanswerable"}, "has no answer, but facts or evidence for one"),
        ({"date": "today"}, "date 'today' is not like 2026-11-22"),
        ({"kind": "follow-up"}, "a history belongs to a follow-up, and a follow-up has one"),
        ({"kind": "disagreement"}, "values belong to a disagreement, and a disagreement has some"),
    ],
)
def test_each_fault_is_named(changes: dict[str, Any], fault: str) -> None:
    assert faults(parks(**changes)) == [fault]


def test_a_turn_of_a_conversation_may_have_no_answer() -> None:
    assert faults(unanswerable(id="bread", history=[{"role": "user", "text": "Hainan?"}])) == []


def test_the_same_question_in_other_case_and_punctuation_is_a_duplicate() -> None:
    other = parks(id="again", question="which provinces planned the industrial parks")
    assert faults(parks(), other) == ["asks what parks asks"]


def test_the_same_words_after_another_turn_are_another_question() -> None:
    def after(text: str, id: str) -> Any:
        return parks(id=id, kind="follow-up", history=[{"role": "user", "text": text}])

    assert faults(after("Hainan?", "a"), after("Tibet?", "b")) == []


@pytest.mark.parametrize(
    ("taken", "document", "now"),
    [
        (QUOTE, "gone.md", "docs/parks.md"),  # the document was renamed
        (QUOTE, "other.md", "docs/parks.md"),  # the sentence moved
        ("Parks were planned by Chongqing, Shandong, Hainan, and by Shaanxi.", "parks.md", "parks.md"),
    ],
)
def test_a_quote_that_moved_or_changed_lightly_is_put_in_its_place(
    taken: str, document: str, now: str
) -> None:
    broken = parks(taken, document)
    (fault,) = lint([broken], TEXTS)
    assert f"{document}: {taken}; now in docs/parks.md: {QUOTE}" in fault.what
    mended = mend(broken, TEXTS)
    assert [(one.document, one.quote) for one in mended.evidence] == [(now, QUOTE)]
    assert list(lint([mended], TEXTS)) == []


def test_a_quote_that_lost_its_fact_is_found_but_not_mended() -> None:
    broken = parks("Parks were planned by Chongqing, Tibet, Hainan and Shaanxi.", facts=[["Tibet"]])
    (fault,) = lint([broken], TEXTS)
    assert fault.what.endswith(f"now in docs/parks.md: {QUOTE}, without a fact")
    assert mend(broken, TEXTS) == broken


def test_a_quote_that_is_like_nothing_is_only_named() -> None:
    broken = parks("Xiamen paid for twenty bridges.", facts=[["Xiamen"]])
    assert faults(broken) == ["quote no longer stands in parks.md: Xiamen paid for twenty bridges."]
    assert mend(broken, TEXTS) == broken


def test_several_broken_quotes_are_all_mended() -> None:
    moved = {"document": "parks.md", "quote": "It has one park."}
    changed = {
        "document": "parks.md",
        "quote": "Kunming pays up to 10 million yuan for a project of 2 years.",
    }
    mended = mend(case(facts=[["Kunming"]], evidence=[moved, changed]), TEXTS)
    assert [one.quote for one in mended.evidence] == [
        "It has one park.",
        "Kunming pays up to 10 million yuan for a project of two years.",
    ]


def test_a_quote_of_two_sentences_is_found_as_two_sentences() -> None:
    changed = "Guangzhou has set up a fund of 1 billion yuan. It has one park."
    found = find_again(changed, TEXTS)
    assert found is not None
    assert found == Anchor(
        "docs/other.md", "Guangzhou set up a fund of 1 billion yuan. It has one park.", found.likeness
    )
    assert 0.8 < found.likeness < 1


@pytest.mark.parametrize(
    ("given", "quote"),
    [
        ("two   years.\n", "two years."),
        ("“two years.”", "two years."),
        ("two\nyears", "two years"),
        ("Two years", None),
        (" “” ", None),
    ],
)
def test_a_pasted_quote_is_found_whatever_its_white_space(given: str, quote: str | None) -> None:
    assert as_written(given, TEXTS["docs/parks.md"]) == quote
