"""A conversation taken away: its quotes word by word, and nothing in it alive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.answer import Sentence
from qa.web.export import conversation_html, conversation_markdown
from qa.web.store import Exchange
from tests.qa.web.test_page import HOSTILE, Tags, answered, citation, declined

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
QUOTE = "Five cities met."


def exchange(text: str = QUOTE, question: str = "Who met?") -> Exchange:
    cited = citation(text, 0, title=text)
    answer = answered(Sentence(f"{text} [1]", (cited,), "quoted"))
    return Exchange(
        question, replace(answer, question=question, standalone=question), None, AT, "quotes only"
    )


def test_markdown_gives_question_answer_and_the_exact_place_of_each_quote() -> None:
    taken = conversation_markdown("Who met?", [exchange()])

    assert taken.startswith("# Who met?\n\n## Who met?\n")
    assert "_Asked on 2026-11-22 09:30 UTC, answered by quotes only._" in taken
    assert "Five cities met. [1]" in taken
    assert "[1] Five cities met. (folder/parks.md, characters 0\\-16)\n\n> Five cities met.\n" in taken


def test_html_is_one_page_whose_marks_lead_to_their_quotes() -> None:
    taken = conversation_html("Who met?", [exchange(), exchange(question="Who else?")])

    assert taken.startswith("<!DOCTYPE html>")
    assert '<a class="cite" href="#source-2-1">[1]</a>' in taken
    assert '<div id="source-2-1"><cite>[1] Five cities met.</cite>' in taken
    assert taken.count("<blockquote>Five cities met.</blockquote>") == 2
    assert "src=" not in taken


@pytest.mark.parametrize("taken", [conversation_markdown, conversation_html])
def test_a_refusal_a_fault_and_a_stop_are_told_as_they_were(taken: object) -> None:
    assert callable(taken)
    exchanges = [
        Exchange("Who baked?", declined("The documents do not answer this."), None, AT, "quotes only"),
        Exchange("Who?", None, "the index is busy: wait", AT, "quotes only"),
        Exchange("Why?", None, None, AT, "quotes only"),
    ]
    text = taken("Three", exchanges)

    assert "The documents do not answer this." in text
    assert "the index is busy: wait" in text
    assert "Stopped." in text


@given(
    st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
)
def test_no_text_comes_to_life(text: str) -> None:
    one = exchange(text, question=text)
    html = Tags.of(conversation_html(text, [one]).partition("<main>")[2])
    assert html <= {"h1", "h2", "section", "p", "div", "a", "span", "cite", "blockquote", "br"}
    live = {token.type for token in MarkdownIt("commonmark").parse(conversation_markdown(text, [one]))}
    inline = {
        child.type
        for token in MarkdownIt("commonmark").parse(conversation_markdown(text, [one]))
        for child in token.children or ()
    }
    assert not {"html_block", "fence", "code_block", "hr"} & live
    assert not {"html_inline", "link_open", "image", "code_inline", "strong_open"} & inline
