"""A window holds the question, the headline and whole sentences, each at its word pieces."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import find_model
from index.sentences import split_sentences
from qa.reader.windows import LONGEST_TEXT, Window, headline_of, load_tokenizer, windows

TOKENIZER = load_tokenizer(find_model("all-MiniLM-L6-v2") / "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    title: str = "Parks"
    headings: tuple[str, ...] = ()
    start: int = 1000

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        return tuple((self.start + first, self.start + last) for first, last in split_sentences(self.text))


def read(window: Window, start: int, end: int) -> str:
    return str(TOKENIZER.decode(window.ids[start:end].tolist()))


def test_question_and_passage_are_two_segments_and_each_sentence_is_where_it_stands() -> None:
    page = Page("Hainan planned parks. They open in May.", headings=("Parks", "Hainan"))
    (window,) = windows(TOKENIZER, "Which parks?", page)
    whole = TOKENIZER.decode(window.ids.tolist(), skip_special_tokens=False)
    assert whole == ("[CLS] which parks? [SEP] parks, hainan : hainan planned parks. they open in may. [SEP]")
    assert window.segments.tolist() == [0] * 5 + [1] * (len(window.ids) - 5)
    assert window.sentences == (0, 1)
    assert [read(window, *span) for span in window.spans] == ["hainan planned parks.", "they open in may."]


def test_a_heading_that_is_the_title_is_said_once() -> None:
    assert headline_of(Page("", headings=("Parks",))) == "Parks"
    assert headline_of(Page("", headings=("Parks", "Hainan", "Costs"))) == "Parks, Costs"


def test_a_long_passage_takes_several_windows_of_whole_sentences_and_a_long_sentence_is_cut() -> None:
    page = Page(" ".join(["Parks open in May."] * 200) + " " + "a " * 450 + "park.")
    several = list(windows(TOKENIZER, "Which parks?", page))
    assert [at for window in several for at in window.sentences] == list(range(len(page.sentences)))
    assert max(len(window.ids) for window in several) <= LONGEST_TEXT + 12
    assert {read(window, *span) for window in several[:-1] for span in window.spans} == {"parks open in may."}
    start, end = several[-1].spans[-1]
    assert end - start == LONGEST_TEXT


@settings(max_examples=60, deadline=None)
@given(question=st.text(max_size=900), title=st.text(max_size=300), text=st.text(max_size=2000))
def test_whatever_is_asked_and_written_fits_into_512_places_and_no_sentence_is_read_twice(
    question: str, title: str, text: str
) -> None:
    page = Page(text, title)
    several = list(windows(TOKENIZER, question, page))
    read_once = [at for window in several for at in window.sentences]
    assert read_once == sorted(set(read_once))
    for window in several:
        assert len(window.ids) == len(window.segments) <= 512
        assert all(0 < start < end < len(window.ids) for start, end in window.spans)
