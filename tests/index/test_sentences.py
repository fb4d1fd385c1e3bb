import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.sentences import LONG_SENTENCE, MAX_SENTENCE, cut_near_middle, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["It rose.", "It fell!", "Did it?", "Yes"],
        ["Mr. Li met Dr. Wang at 9 a.m. on Jan. 3.", "They left."],
        ["See Fig. 2, e.g. the U.S. market vs. China.", "No. 5 won."],
        ["The answer is no.", "We left in Jan.", "It was cold."],
        ["Apple Inc. Chairman Cook spoke.", "It is Apple Inc.", "The firm grew."],
        ["J. R. Smith et al. (2010) wrote it.", "Smith et al. found it."],
        ["It left the U.S.", "The rest stayed in the U.S. Senate."],
        ["Plan B.", "The next one was by I. Newton."],
        ["It is 3.14 or 1.5% in v2.0.1.", "In 2020.", "5 came."],
        ["See https://a.com/b.Html?Q=1!Go now.", "Or www.b.org.", "Fine."],
        ["Wait... what?", "Well…", "So it ends...", "Then this."],
        ["“Yes!” he said.", "“No.”", "She left.", '("Never.")', "(He stayed.)"],
        ["Yahoo! is a firm; so is eBay.", "eBay sells."],
        ["It came in 2020.[5]", "It grew.[12][13]", "It ended."],
        ["a . . . b.", "The c."],
        ["Oil, steel, etc.", "Production rose."],
        ['He said it. "'],
    ],
)
def test_english_sentences_come_back_as_they_were_joined(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zhejiang Province.Although it did.", ["Zhejiang Province.", "Although it did."]),
        ("It began in 2020.They came.", ["It began in 2020.", "They came."]),
        ("He said “go.”Then he left.", ["He said “go.”", "Then he left."]),
        ("Node.js and the U.S.A and e.g.This one.", ["Node.js and the U.S.A and e.g.This one."]),
        ("Call System.Out.print of Dr.Smith.", ["Call System.Out.print of Dr.Smith."]),
    ],
)
def test_a_lost_space_still_parts_sentences_but_not_names(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["区块链很重要。", "为什么？", "因为如此！", "第一；", "第二"],
        ["他说：“很好。”", "（完。）", "「そうです。」", "はい……", "好"],
        ["“真的？”，他问。", "第一句?", "第二句!", "第三"],
        ["比例为3.5%。", "见https://a.com/b。", "好"],
    ],
)
def test_chinese_and_japanese_sentences_need_no_space(expected: list[str]) -> None:
    assert sentences("".join(expected)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- one. two", ["one. two"]),
        ("  • Hebei", ["Hebei"]),
        ("* 5 parks", ["5 parks"]),
        ("1. First. Second.", ["First.", "Second."]),
        ("1.2. First. Second.", ["First.", "Second."]),
        ("2.7.3) First. Second.", ["First.", "Second."]),
        ("3.Strengthen research", ["Strengthen research"]),
        ("2、加强", ["加强"]),
        ("b. No tax is due.", ["No tax is due."]),
        ("iv) Sail on.", ["Sail on."]),
        ("## Heading 1", ["Heading 1"]),
        ("2020. That year", ["2020.", "That year"]),
        ("3.14 is pi", ["3.14 is pi"]),
        ("-", ["-"]),
        ("- ", ["-"]),
        ("a - b", ["a - b"]),
    ],
)
def test_a_list_marker_or_heading_hash_is_left_out(line: str, expected: list[str]) -> None:
    assert sentences(f"Before\n{line}\nAfter") == ["Before", *expected, "After"]


def test_only_the_part_asked_for_is_split() -> None:
    text = "One. Two - three. Four."
    assert split_sentences(text, 9, 17) == [(9, 17)]  # "- three." is not at a line's start
    assert split_sentences(text, 5) == [(5, 17), (18, 23)]


def test_a_sentence_that_never_stops_is_cut_at_a_clause() -> None:
    clause = "and the province went on to say more of it, "
    text = (clause * 100).strip()
    parts = sentences(text)
    assert " ".join(parts) == text
    assert all(len(part) <= MAX_SENTENCE and part.endswith(",") for part in parts)


def test_a_long_sentence_is_cut_at_its_semicolons_but_a_list_in_it_is_not() -> None:
    clause = "the province that lies at the mouth of the river wants to build three more parks by the sea"
    text = f"{clause}; {clause}, for wool; for tea; for rice; {clause}."
    assert len(text) > LONG_SENTENCE
    assert sentences(text) == [f"{clause};", f"{clause}, for wool; for tea; for rice;", f"{clause}."]
    short = f"{clause}; {clause}."
    assert sentences(short) == [short]


def test_a_cut_prefers_a_clause_then_a_word_then_the_middle() -> None:
    assert cut_near_middle("aaaa bbb, cc dddd", 0, 17) == 10
    assert cut_near_middle("aaaa bbb cc dddd", 0, 16) == 9
    assert cut_near_middle("aaaaaa", 0, 6) == 3
    assert cut_near_middle("ab", 0, 2) == 1


TEXTS = st.text(
    st.one_of(
        st.sampled_from(list(' \n.!?;。！？；…"”’）)]-•#1aB区，,:')),
        st.characters(),
    ),
    max_size=300,
)


@given(TEXTS)
@example("- \r- b")
@example("a\x1c- b. \u3000”")
def test_sentences_are_trimmed_ordered_and_lose_only_markers(text: str) -> None:
    end = 0
    lost = ""
    for start, stop in split_sentences(text):
        assert end <= start < stop
        assert text[start:stop].strip() == text[start:stop]
        assert len(text[start:stop].splitlines()) == 1
        assert stop - start <= MAX_SENTENCE
        lost += text[end:start]
        end = stop
    lost += text[end:]
    for found in lost.split():
        assert found.strip("#") == "" or found in "-•*" or found.rstrip(".)、").isdecimal()


@pytest.mark.parametrize(
    "unit",
    [
        *[".", ". ", "A. ", "a.", "e.g. ", "a; ", "- ", "1. ", "ab.Cd ", "? ", "("],
        *['."', ".[1]", "www.", "http://", ".((((", "。", "，。", " ", "\n", "a", "区", "🎉", "a\u0301"],
    ],
)
def test_four_times_the_hostile_text_takes_about_four_times_as_long(unit: str) -> None:
    taken = []
    for length in (50_000, 200_000):
        text = unit * (length // len(unit))
        began = time.process_time()
        spans = split_sentences(text)
        taken.append(time.process_time() - began)
    assert taken[1] < 8 * taken[0] + 0.1  # sixteen times would be quadratic
    assert "".join("".join(text[start:end] for start, end in spans).split()) in "".join(text.split())
