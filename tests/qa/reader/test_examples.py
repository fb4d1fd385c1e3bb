"""Examples are what the search finds, each sentence marked by whether it answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Embedder
from qa.reader.examples import (
    OF_A_PARAGRAPH,
    WRITTEN,
    Example,
    examples_by_set,
    held_out,
    make_examples,
    read_alone,
    read_sets,
    read_written,
)


def marked(question: str, answer: str, start: int) -> dict[str, object]:
    return {"id": question, "question": question, "answers": [{"text": answer, "answer_start": start}]}


ROWS = [
    {
        "set": "made",
        "question": "How many parks did Hainan plan?",
        "title": "Parks of the south",
        "sentences": ["Hainan has a long coast.", "It planned two parks.", "Boats are built there."],
        "answers": [1],
    },
    {
        "set": "made",
        "question": "What is grown in Yunnan?",
        "title": "Tea of the west",
        "sentences": ["Yunnan lies in the west.", "Tea is grown there.", "It is drunk hot."],
        "answers": [1, 2],
    },
]
ANSWERABLE = {
    "id": "7",
    "input": "where do the boats go",
    "passages": [
        {"title": "Boats of the lake", "text": "Boats are small . They go to the island . It is green ."}
    ],
    "output": [{"answer": "To the island.", "selected_sentences": ["They go to the island ."]}],
}
UNANSWERABLE = {
    "id": "8",
    "input": "who built the boats",
    "passages": [{"title": "Boats of the lake", "text": "The lake has nine boats . All of them are red ."}],
    "output": [{"answer": ""}],
}
DOCUMENT = {
    "name": "mill",
    "documents": [
        "The mill\n\nThe mill stands at the lake. It was built of stone.",
        "The quay\n\nIt is wet.",
    ],
    "questions": [
        {"question": "What is the mill made of?", "answers": ["It was built of stone."]},
        {"question": "Who built the mill?", "answers": []},
        {
            "question": "and of what?",
            "history": [
                {"role": "user", "text": "Where does the mill stand?"},
                {"role": "assistant", "text": "The mill stands at the lake. [1]"},
            ],
            "answers": ["It was built of stone."],
        },
    ],
}
SHORT = {
    "name": DOCUMENT["name"],
    "questions": [
        {"question": "building material", "answers": ["It was built of stone."]},
        {"question": "mill owner", "answers": []},
    ],
}
PAPER = {
    "name": "kiln",
    "documents": ["The kiln\n\nThe kiln was built of brick. It burns wood."],
    "questions": [{"question": "What does it burn?", "answers": ["It burns wood."]}],
}
SQUAD = {
    "data": [
        {
            "title": "Harbours_of_the_north",
            "paragraphs": [
                {
                    "context": "The quay was built in 1907.\nIt has nine cranes, and each lifts a ton.",
                    "qas": [marked("How many cranes stand on the quay?", "nine", 35)],
                }
            ],
        },
        {
            "title": "Bridges",
            "paragraphs": [
                {
                    "context": "Bridges of stone last. Those of rope do not.",
                    "qas": [marked(f"Which bridges last, asked {at} times?", "stone", 11) for at in range(5)],
                }
            ],
        },
        {"title": "Ports", "paragraphs": [{"context": "Ships came to the quay from nine ports.", "qas": []}]},
        {"title": "Bogs", "paragraphs": []},
        {"title": "Sails", "paragraphs": [{"context": "Sails on the quay are white.", "qas": []}]},
    ]
}


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> dict[str, list[Example]]:
    root = tmp_path_factory.mktemp("sets")
    (root / "answer_sentences.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    (root / "chunking").mkdir()
    (root / "chunking" / "lakes.md").write_text("Lakes\n\nThe lake is deep. The island is green.\n")
    reference = json.dumps([{"content": "The lake is deep.", "start_index": 7, "end_index": 24}])
    row = f'How deep is the lake?,"{reference.replace(chr(34), chr(34) * 2)}",lakes'
    (root / "chunking" / "questions.csv").write_text(f"question,references,corpus_id\n{row}\n")
    (root / "clapnq").mkdir()
    for half, line in (("answerable", ANSWERABLE), ("unanswerable", UNANSWERABLE)):
        (root / "clapnq" / f"tune_{half}.jsonl").write_text(json.dumps(line) + "\n")
    (root / "squad.json").write_text(json.dumps(SQUAD))
    (root / "taught.jsonl").write_text(json.dumps(DOCUMENT) + "\n")
    (root / "short.jsonl").write_text(json.dumps(SHORT) + "\n")
    (root / "papers.jsonl").write_text(json.dumps(PAPER) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.reader.examples.WRITTEN", root)
        return examples_by_set(read_sets(root, root, root / "squad.json"), real_embedder)


def answering(example: Example) -> list[str]:
    return [
        one.text[start - one.start : end - one.start]
        for one in example.shown
        for (start, end), answers in zip(one.sentences, one.answers, strict=True)
        if answers
    ]


def test_the_sentences_that_answer_are_marked_and_no_others(sets: dict[str, list[Example]]) -> None:
    assert {name: [answering(one) for one in examples] for name, examples in sets.items()} == {
        "squad-0": [["It has nine cranes, and each lifts a ton."]],
        "squad-1": [["Bridges of stone last."]] * OF_A_PARAGRAPH,
        "made": [["It planned two parks."], ["Tea is grown there.", "It is drunk hot."]],
        "written": [["It was built of stone."], [], *[["It was built of stone."]] * 2],
        "alone": [["It burns wood."], ["It was built of stone."], []],
        "chunking": [["The lake is deep."]],
        "clapnq": [["They go to the island ."], []],
    }


def test_what_looks_as_if_it_answered_comes_from_the_search_in_its_order(
    sets: dict[str, list[Example]],
) -> None:
    parks, tea = sets["made"]
    assert [one.title for one in parks.shown] == ["Parks of the south", "Tea of the west"]
    assert [one.title for one in tea.shown] == ["Tea of the west", "Parks of the south"]
    assert [one.rank for one in parks.shown] == [0, 1]
    assert [one.answered for one in parks.shown] == [True, False]


def test_what_holds_the_words_of_the_answer_elsewhere_is_neither_right_nor_wrong(
    sets: dict[str, list[Example]],
) -> None:
    (cranes,) = sets["squad-0"]
    assert [one.title for one in cranes.shown] == ["Harbours of the north", "Sails"]  # not Ports: "nine"
    assert cranes.group == "Harbours of the north"


def test_questions_on_one_passage_stay_together_and_what_is_trained_on_whole_is_not_held_out(
    sets: dict[str, list[Example]],
) -> None:
    with_answer, without = sets["clapnq"]
    assert (with_answer.answerable, without.answerable) == (True, False)
    assert with_answer.group == without.group == "Boats of the lake"
    assert not held_out(with_answer)
    named = [Example("made", str(at), "?", f"title {at}", True, ()) for at in range(2000)]
    assert 0.08 < sum(map(held_out, named)) / len(named) < 0.12


def test_a_document_may_hold_a_line_separator(tmp_path: Path) -> None:
    document = {**DOCUMENT, "documents": ["The mill stands\u2028at the lake."], "questions": []}
    (tmp_path / "taught.jsonl").write_text(json.dumps(document, ensure_ascii=False) + "\n")
    assert list(read_written(tmp_path / "taught.jsonl").documents.values()) == document["documents"]


def test_what_leans_on_a_turn_is_shown_alone_and_with_that_turn(sets: dict[str, list[Example]]) -> None:
    *_, alone, after = sets["written"]
    assert alone.id == after.id
    assert alone.question.startswith("and of what (about the mill stand")
    assert after.question == ("and of what? (after: Where does the mill stand? The mill stands at the lake.)")


@pytest.mark.parametrize(("file", "subjects"), [("taught", 114), ("papers", 60), ("held_out", 20)])
def test_of_the_written_questions_every_answer_is_one_sentence_or_item_of_its_documents(
    file: str, subjects: int
) -> None:
    rows = [json.loads(line) for line in (WRITTEN / f"{file}.jsonl").read_text().splitlines()]
    assert len(rows) == len({row["name"] for row in rows}) == subjects
    for row in rows:
        assert {bool(asked["answers"]) for asked in row["questions"]} == {True, False}
        for quote in (quote for asked in row["questions"] for quote in asked["answers"]):
            assert any(text.count(quote) == 1 for text in row["documents"]), quote


def test_each_subject_has_short_questions_that_its_own_documents_answer_or_nearly_do() -> None:
    subjects = {
        row["name"]: row["documents"]
        for row in map(json.loads, (WRITTEN / "taught.jsonl").read_text().splitlines())
    }
    rows = [json.loads(line) for line in (WRITTEN / "short.jsonl").read_text().splitlines()]
    assert [row["name"] for row in rows] == list(subjects)
    for row in rows:
        assert {bool(asked["answers"]) for asked in row["questions"]} == {True, False}
        for quote in (quote for asked in row["questions"] for quote in asked["answers"]):
            assert any(text.count(quote) == 1 for text in subjects[row["name"]]), quote


def test_a_question_of_one_subject_is_shown_passages_of_that_alone(
    tmp_path: Path, real_embedder: Embedder
) -> None:
    (tmp_path / "taught.jsonl").write_text(f"{json.dumps(DOCUMENT)}\n")
    (tmp_path / "short.jsonl").write_text(f"{json.dumps(SHORT)}\n")
    (tmp_path / "papers.jsonl").write_text(f"{json.dumps(PAPER)}\n")
    of_paper, of_document = (make_examples("alone", suite, real_embedder) for suite in read_alone(tmp_path))

    assert [one.question for one in of_paper] == ["What does it burn?"]
    assert [one.question for one in of_document] == ["building material", "mill owner"]
    assert not any("kiln" in shown.text for one in of_document for shown in one.shown)
    assert not any("mill" in shown.text for one in of_paper for shown in one.shown)


def test_no_document_is_taught_and_measured() -> None:
    held = read_written(WRITTEN / "held_out.jsonl").documents
    for name in ("taught", "papers"):
        taught = read_written(WRITTEN / f"{name}.jsonl").documents
        assert taught.keys().isdisjoint(held)
        assert set(taught.values()).isdisjoint(held.values())
