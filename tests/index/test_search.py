from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Index, IndexSettings
from index.catalog import Text
from index.errors import BadQuestion, UnknownField
from index.search import LONGEST_QUESTION, collapse
from tests.index.folders import write

LONG = (
    "The report names four provinces that planned industrial parks for blockchain in the year 2020, and ten"
)


def placed(text: str, source: str = "a.md", id: str = "", start: int = 0) -> Text:
    return Text(id or text, source, start, text)


def test_a_passage_is_an_exact_span_with_all_that_is_known_of_it(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])
    passage = index.search("How is green tea made?", k=1)[0]
    document = index.document(passage.document_id)

    assert passage.source == document.source == "docs/tea.md"
    assert passage.text == document.text[passage.start : passage.end]
    assert [document.text[start:end] for start, end in passage.sentences] == [
        "Green tea is steamed soon after picking.",
        "Black tea is left to wither and oxidise before it is dried.",
    ]
    assert (passage.title, passage.metadata) == ("On tea", {"publisher": "Leaf Press"})
    assert (passage.found_by, passage.rank_meaning, passage.rank_words) == (("meaning", "words"), 1, 1)
    assert 0.9 < passage.score <= 1
    assert 0.4 < passage.similarity <= 1
    assert (passage.also_in, passage.page) == ((), None)


def test_on_an_event_loop_the_same_is_found(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    assert asyncio.run(index.asearch("How is green tea made?", 1)) == index.search(
        "How is green tea made?", 1
    )


def test_what_only_meaning_finds_says_so(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    passage = index.search("cereal agriculture", k=1)[0]

    assert (passage.source, passage.found_by, passage.rank_words) == ("docs/rice.md", ("meaning",), None)


def test_passages_that_share_words_with_a_text_are_found_without_its_meaning(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])
    passages = index.sharing("Green tea is steamed before picking.", k=2)
    document = index.document("docs/tea.md")

    assert passages[0].text == document.text[passages[0].start : passages[0].end]
    assert (passages[0].source, passages[0].found_by) == ("docs/tea.md", ("words",))
    assert (passages[0].score, passages[0].rank_words, passages[0].similarity) == (1, 1, 0)
    assert index.sharing("cereal agriculture") == []
    assert [one.source for one in index.sharing("tea", where={"publisher": "Leaf Press"})] == ["docs/tea.md"]
    with pytest.raises(BadQuestion):
        index.sharing(" ")


def test_scores_fall_and_k_is_the_most(open_index: Callable[..., Index], documents: Path) -> None:
    index = open_index()
    index.sync([documents])
    passages = index.search("water for parks and tea", k=10)

    assert len(passages) == 3
    assert [passage.score for passage in passages] == sorted((one.score for one in passages), reverse=True)
    assert index.search("water for parks and tea", k=2) == passages[:2]


def test_a_filter_keeps_to_the_documents_that_have_its_values(
    open_index: Callable[..., Index], documents: Path
) -> None:
    index = open_index()
    index.sync([documents])

    found = index.search("tea", where={"publisher": "Grain House"})
    assert [passage.source for passage in found] == ["docs/rice.md"]
    assert index.search("tea", where={"publisher": "grain house"}) == []
    with pytest.raises(UnknownField, match="no document has a field publsher; there are: publisher"):
        index.search("tea", where={"publsher": "Grain House"})


def test_the_page_is_that_on_which_the_passage_begins(
    open_index: Callable[..., Index], tmp_path: Path
) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("helvetica")
    for sentence in ("Barley is malted before it is brewed.", "Hops give beer its bitterness."):
        pdf.add_page()
        pdf.multi_cell(0, text=sentence)
    (tmp_path / "docs").mkdir()
    pdf.output(str(tmp_path / "docs" / "beer.pdf"))
    index = open_index(settings=None)
    index.sync([tmp_path / "docs"])

    passages = index.search("What gives beer its bitterness?")
    document = index.document("beer.pdf")
    assert [page.number for page in document.pages] == [1, 2]
    for passage in passages:
        assert passage.page == next(
            page.number for page in document.pages if page.start <= passage.start < page.end
        )


def test_the_same_text_in_two_documents_is_one_passage(
    open_index: Callable[..., Index], tmp_path: Path
) -> None:
    text = f"{LONG} more, says the ministry."
    write(
        tmp_path / "docs",
        {"a.txt": text, "b.txt": text.replace("ministry", "agency"), "c.txt": "Tea is green."},
    )
    index = open_index()
    index.sync([tmp_path / "docs"])
    passages = index.search("Which provinces planned parks?")

    assert [passage.source for passage in passages] in (
        ["docs/a.txt", "docs/c.txt"],
        ["docs/b.txt", "docs/c.txt"],
    )
    assert {passages[0].source, *passages[0].also_in} == {"docs/a.txt", "docs/b.txt"}


def test_repetitions_fold_into_the_first() -> None:
    texts = [
        placed(LONG, "a.md"),
        placed("Other text.", "b.md"),
        placed(f"{LONG.upper()}!", "c.md", "2"),
        placed(LONG, "a.md", "3"),
    ]

    assert [(kept.shown.source, tuple(kept.also_in)) for kept in collapse(texts, 5)] == [
        ("a.md", ("c.md",)),
        ("b.md", ()),
    ]


def test_of_the_same_text_in_one_document_the_first_place_is_shown_at_the_best_rank() -> None:
    texts = [placed(LONG, id="late", start=900), placed("Other text."), placed(LONG, id="early", start=200)]

    assert [(kept.shown.id, kept.found) for kept in collapse(texts, 5)] == [
        ("early", "late"),
        ("Other text.", "Other text."),
    ]
    elsewhere = [placed(LONG, "b.md", id="best", start=9), placed(LONG, "a.md", id="other")]
    assert [kept.shown.id for kept in collapse(elsewhere, 5)] == ["best"]


@pytest.mark.parametrize(("neighbours", "first"), [(0, "docs/cotton.md"), (0.25, "docs/tea.md")])
def test_what_stands_beside_a_good_passage_comes_before_a_better_one_elsewhere(
    open_index: Callable[..., Index], tmp_path: Path, neighbours: float, first: str
) -> None:
    texts = {
        "tea.md": (
            "Tea is grown on steep and cloudy hills far from the sea.",
            "It is picked in the cool of the early morning, by hand.",
        ),
        "cotton.md": (
            "Cotton is grown in the wide plains along the great river.",
            "It is picked by many hands in autumn.",
        ),
    }
    files = {name: "---\ntitle: Notes\n---\n" + "\n\n".join(parts) for name, parts in texts.items()}
    write(tmp_path / "docs", files)
    index = open_index(settings=IndexSettings(chunk_tokens=16, neighbours=neighbours))
    index.sync([tmp_path / "docs"])
    picked = [one.source for one in index.search("how is tea picked") if "picked" in one.text]

    assert picked[0] == first


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tea.", "tea", True),
        ("Tea is green.", "Tea is black.", False),
        (LONG, f"{LONG} more", True),
        (LONG, LONG.replace("2020", "2021"), False),
        (f"{LONG}. " * 9 + "In 2020.", f"{LONG}. " * 9 + "In 2021.", False),
        (f"{LONG}. " * 9 + "In March.", f"{LONG}. " * 9 + "In April.", True),
        (LONG, LONG.replace("four", "five").replace("2020", "2021"), False),
        ("区块链产业园", "区块链产业园。", True),
        ("区块链产业园", "区块链产业城", False),
        ("!!!", "???", True),
    ],
)
def test_texts_say_the_same_when_nine_of_ten_runs_of_three_words_are_shared(
    one: str, other: str, same: bool
) -> None:
    assert (len(collapse([placed(one), placed(other, id="other")], 5)) == 1) is same


@given(
    st.lists(st.sampled_from(["one two three four", "one two three", "five six", "seven"]), max_size=8),
    st.integers(1, 5),
)
def test_each_text_is_kept_once_in_the_order_met(texts: list[str], k: int) -> None:
    places = (placed(text, id=str(at)) for at, text in enumerate(texts))

    assert [kept.shown.text for kept in collapse(places, k)] == list(dict.fromkeys(texts))[:k]


@pytest.mark.parametrize(
    ("question", "k", "message"),
    [
        ("", 5, "the question is empty: write one"),
        (" \n\t", 5, "the question is empty: write one"),
        ("x" * 100_000, 5, "the question has 100,000 characters, the limit is 10,000: shorten it"),
        ("tea", 0, "0 results were asked for: ask for 1 or more"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    open_index: Callable[..., Index], documents: Path, question: str, k: int, message: str
) -> None:
    index = open_index()
    index.sync([documents])

    with pytest.raises(BadQuestion) as caught:
        index.search(question, k=k)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "question", ["?", "tea" * 3_000, "\0", "\ud800 tea", '"tea', "茶", "🍵", "a" * LONGEST_QUESTION]
)
def test_any_other_question_gets_an_answer_of_the_same_kind(
    open_index: Callable[..., Index], documents: Path, question: str
) -> None:
    index = open_index()
    index.sync([documents])

    assert len(index.search(question)) == 3
