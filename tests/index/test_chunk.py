import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.document import Block, Document, assemble
from index.chunk import SMALLEST_BUDGET, Chunk, chunk
from index.tokens import count_tokens


def document(*blocks: Block) -> Document:
    return assemble(blocks, source="f/d.md", title="d", content_hash="0", metadata={})


def heading(text: str, level: int) -> Block:
    return Block(text, "heading", level)


def texts(chunks: list[Chunk]) -> list[str]:
    return [piece.text for piece in chunks]


def test_a_short_document_is_one_chunk_with_its_sentences() -> None:
    made = chunk(document(heading("Parks", 1), Block("Hainan plans one. So does Shaanxi.")))
    text = "Parks\n\nHainan plans one. So does Shaanxi."
    assert made == [Chunk(0, 41, text, ("Parks",), ((0, 5), (7, 24), (25, 41)), count_tokens(text))]


def test_a_heading_begins_a_chunk_and_names_what_follows() -> None:
    made = chunk(
        document(
            Block("Preface."),
            heading("Guide", 1),
            heading("Setup", 2),
            Block("Install it."),
            heading("Linux", 3),
            Block("Use apt."),
            heading("Use", 2),
            Block("Run it."),
        )
    )
    assert [(piece.text, piece.headings) for piece in made] == [
        ("Preface.", ()),
        ("Guide\n\nSetup\n\nInstall it.", ("Guide", "Setup")),
        ("Linux\n\nUse apt.", ("Guide", "Setup", "Linux")),
        ("Use\n\nRun it.", ("Guide", "Use")),
    ]


def test_a_heading_stays_with_its_text_even_where_the_paragraph_alone_would_just_fit() -> None:
    paragraph = " ".join(f"The park number {number} is open now." for number in range(4))
    budget = count_tokens(paragraph)
    made = chunk(document(heading("Parks", 1), Block(paragraph)), budget)
    assert len(made) == 2
    assert made[0].text.startswith("Parks\n\nThe park number 0 is open now.")


def test_a_paragraph_that_fits_is_not_cut() -> None:
    paragraphs = [" ".join(f"Fact {n} of {name} is known." for n in range(5)) for name in "ABCDE"]
    made = chunk(document(*map(Block, paragraphs)), budget=60)
    assert texts(made) == paragraphs


def test_paragraphs_are_balanced_rather_than_leaving_a_small_tail() -> None:
    paragraphs = [f"Province number {number} wrote a long report on it." for number in range(10)]
    budget = count_tokens("\n\n".join(paragraphs[:9]))
    assert texts(chunk(document(*map(Block, paragraphs)), budget)) == [
        "\n\n".join(paragraphs[:5]),
        "\n\n".join(paragraphs[5:]),
    ]


def test_a_list_stays_with_the_line_that_leads_in() -> None:
    before = "Many wrote on it. " * 4
    lead = "These provinces planned parks:"
    items = [Block(name, "item") for name in ("Chongqing", "Shandong", "Hainan", "Shaanxi")]
    made = chunk(document(Block(before.strip()), Block(lead), *items), budget=30)
    assert texts(made) == [before.strip(), f"{lead}\n\nChongqing\nShandong\nHainan\nShaanxi"]


def test_a_long_list_breaks_between_items() -> None:
    items = [f"- Province {number} built a park of its own" for number in range(20)]
    made = chunk(document(*(Block(item, "item") for item in items)), budget=50)
    assert [line for piece in made for line in piece.text.split("\n")] == items
    assert all(len(piece.sentences) == piece.text.count("\n") + 1 for piece in made)


def test_a_sentence_longer_than_the_budget_is_cut_between_words() -> None:
    sentence = " ".join(f"word{number}" for number in range(60))
    made = chunk(document(Block(sentence)), budget=40)
    assert " ".join(texts(made)) == sentence
    assert all(piece.sentences == ((piece.start, piece.end),) for piece in made)
    assert all(15 <= piece.tokens <= 40 for piece in made)


def test_a_huge_word_is_cut_within_the_budget() -> None:
    made = chunk(document(Block("区块链" * 2_000)), budget=100)
    assert "".join(texts(made)) == "区块链" * 2_000
    assert all(50 <= piece.tokens <= 100 for piece in made)


def test_an_empty_document_has_no_chunks() -> None:
    assert chunk(document()) == []
    assert chunk(document(Block(" "), Block("\t"))) == []


def test_a_budget_too_small_for_any_character_is_refused() -> None:
    with pytest.raises(ValueError, match="chunk budget is 15 tokens, at least 16 are needed"):
        chunk(document(Block("a")), budget=15)


@pytest.mark.parametrize("line", ["x", "区", " ", "A. ", "x" + " " * 500])
def test_four_times_as_much_on_one_line_takes_about_four_times_as_long(line: str) -> None:
    taken = []
    for length in (50_000, 200_000):
        made = document(Block(line * (length // len(line))))
        began = time.process_time()
        chunk(made)
        taken.append(time.process_time() - began)
    assert taken[1] < 8 * taken[0] + 0.2  # sixteen times would be quadratic


LINES = st.one_of(
    st.text(st.characters(exclude_characters="\n"), max_size=80),
    st.lists(
        st.sampled_from(
            [
                "Hainan",
                "rose.",
                "3.14",
                "区块链。",
                "🐶💰",
                "-",
                "•",
                "1.",
                ":",
                "…”",
                "<|endoftext|>",
                "\x00\x1c\r\u2028",
            ]
        )
    ).map(" ".join),
    st.tuples(st.sampled_from(["x", "区", "\t", "🐶", "\u0301", "\ud800"]), st.integers(1, 400)).map(
        lambda part: f"a{part[0] * part[1]}b"
    ),
)
BLOCKS = st.builds(Block, LINES, st.sampled_from(["heading", "paragraph", "item", "row"]), st.integers(1, 4))


@settings(max_examples=300, deadline=None)  # the first count reads the tokenizer's data file
@given(st.lists(BLOCKS, max_size=12), st.integers(SMALLEST_BUDGET, 120))
@example([Block("a\r- b. \x1c- c"), Block("- " + "x" * 500, "item")], SMALLEST_BUDGET)
def test_chunks_are_exact_ordered_disjoint_complete_and_within_the_budget(
    blocks: list[Block], budget: int
) -> None:
    made = document(*blocks)
    chunks = chunk(made, budget)
    assert chunks == chunk(made, budget)
    for piece in chunks:
        assert piece.text == made.text[piece.start : piece.end]
        assert piece.text == piece.text.strip() != ""
        assert piece.tokens == count_tokens(piece.text) <= budget
        assert piece.start <= piece.sentences[0][0]
        assert piece.sentences[-1][1] == piece.end
        assert all(start < end for start, end in piece.sentences)
        assert all(one[1] <= other[0] for one, other in pairwise(piece.sentences))
    assert all(one.end <= other.start for one, other in pairwise(chunks))
    assert "".join("".join(texts(chunks)).split()) == "".join(made.text.split())
