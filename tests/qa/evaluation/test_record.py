"""A record says what was answered, where the evidence stands, and what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Index
from qa import Answer, Assistant
from qa.evaluation.figures import BY_NAME
from qa.evaluation.record import Asked, Recorder, supported
from tests.qa.evaluation.conftest import case, unanswerable

CONDITIONAL = {"declining_precision", "declining_recall", "disagreement_precision", "disagreement_recall"}


@pytest.fixture(scope="module")
def parks(recorder: Recorder, parks_answer: Answer) -> Asked:
    return recorder.record(case(), parks_answer)


def test_a_good_answer_measures_well(parks: Asked) -> None:
    assert parks.right
    best = (
        "right",
        "facts_found",
        "retrieval_recall",
        "citation_recall",
        "passages_exact",
        "citations_exact",
    )
    assert {name: parks.values[name] for name in best} == dict.fromkeys(best, 1.0)
    assert {name for name, value in parks.values.items() if value is None} == CONDITIONAL


def test_precision_counts_the_characters_of_both_sources_cited(parks: Asked) -> None:
    sizes = [one.end - one.start for one in parks.cited]
    wanted = next(one for one in parks.cited if one.source.endswith("work-reports-of-22-provinces.md"))
    right = wanted.end - wanted.start
    assert parks.values["citation_precision"] == pytest.approx(right / sum(sizes), abs=1e-6)


def test_every_value_is_a_known_measure_and_the_other_way_round(parks: Asked) -> None:
    over_all = {name for name, measure in BY_NAME.items() if measure.of is not None}
    assert set(parks.values) | over_all == set(BY_NAME)
    assert not set(parks.values) & over_all


def test_evidence_stands_where_the_record_says(parks: Asked, shipped: Index) -> None:
    (place,) = parks.expected
    assert shipped.document(place.source).text[place.start : place.end] == place.text
    assert parks.lost == ()


@pytest.mark.parametrize(
    "lost",
    [
        {"document": "no-such.md", "quote": "Anything."},
        {"document": "work-reports-of-22-provinces.md", "quote": "No such sentence."},
    ],
)
def test_evidence_that_stands_nowhere_is_named_and_counted(
    lost: dict[str, str], recorder: Recorder, parks_answer: Answer
) -> None:
    record = recorder.record(case(evidence=[*case().model_dump()["evidence"], lost]), parks_answer)
    assert record.lost == (lost["quote"],)
    assert record.values["evidence_stands"] == 0.5
    assert record.values["retrieval_recall"] == 1  # of the evidence that stands


def test_a_question_without_an_answer_measures_declining_alone(
    recorder: Recorder, parks_answer: Answer, assistant: Assistant
) -> None:
    answered = recorder.record(unanswerable(), parks_answer).values
    declined = recorder.record(unanswerable(), assistant.ask("How do I bake bread?")).values
    assert (answered["declining_recall"], answered["declining_precision"]) == (0, None)
    assert (declined["declining_recall"], declined["declining_precision"]) == (1, 1)
    assert answered["retrieval_precision"] is answered["citation_precision"] is answered["token_f1"] is None


def test_an_answerable_question_that_is_declined_found_no_facts(
    recorder: Recorder, assistant: Assistant
) -> None:
    values = recorder.record(case(), assistant.ask("How do I bake bread?")).values
    assert (values["facts_found"], values["citation_recall"], values["declining_precision"]) == (0, 0, 0)
    assert values["length"] is values["sentences_supported"] is None


def test_a_disagreement_is_measured_where_one_is_shown_or_wanted(
    recorder: Recorder, assistant: Assistant
) -> None:
    answer = assistant.ask("How many provinces put blockchain into their 2020 work reports?")
    both = recorder.record(case(kind="disagreement", values=["22", "21"]), answer).values
    other = recorder.record(case(kind="disagreement", values=["22", "20"]), answer).values
    unasked = recorder.record(case(), answer).values
    assert (both["disagreement_precision"], both["disagreement_recall"]) == (1, 1)
    assert (other["disagreement_precision"], other["disagreement_recall"]) == (0, 0)
    assert (unasked["disagreement_precision"], unasked["disagreement_recall"]) == (0, None)


def test_a_sentence_is_supported_only_by_marks_and_quotes_that_fit(parks_answer: Answer) -> None:
    sentence = parks_answer.sentences[0]
    assert supported(sentence)
    assert not supported(replace(sentence, text=sentence.text.replace("[1]", "[9]")))
    assert not supported(replace(sentence, text=sentence.citations[0].quote))
    assert not supported(replace(sentence, text=f"Indeed {sentence.text}"))
    assert not supported(replace(sentence, citations=()))


def test_an_answer_is_compared_with_the_references_before_the_evidence(
    recorder: Recorder, parks_answer: Answer
) -> None:
    said = " ".join(one.citations[0].quote for one in parks_answer.sentences)
    with_references = recorder.record(case(references=["Something else entirely.", said]), parks_answer)
    assert (with_references.values["rouge_l"], with_references.values["token_f1"]) == (1, 1)
    assert recorder.record(case(references=["Qqq."]), parks_answer).values["rouge_l"] == 0
    assert with_references.values["characters"] == len(said)
    assert with_references.values["words"] == len(said.split())


def test_found_first_is_the_document_of_the_first_passage(recorder: Recorder, parks_answer: Answer) -> None:
    first = parks_answer.passages[0]
    here = {"document": first.source, "quote": first.text}
    assert recorder.record(case(evidence=[here]), parks_answer).values["found_first"] == 1
    other = next(one for one in parks_answer.passages if one.source != first.source)
    there = {"document": other.source, "quote": other.text}
    assert recorder.record(case(evidence=[there]), parks_answer).values["found_first"] == 0
