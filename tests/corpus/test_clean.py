"""Furniture is marked with the rule that found it, and what a document says never is."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean
from corpus.document import Block, assemble

PROSE = "The province planned four industrial parks, and the mayor said so in the report of the year."


def rules(*texts: str) -> list[str | None]:
    return [block.removed_by for block in clean([Block(text) for text in texts])]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Was this article helpful?", "feedback-widget"),
        ("Was this page useful to you?", None),
        ("Did this answer your question?", "feedback-widget"),
        ("7 out of 9 found this helpful", "feedback-widget"),
        ("1,204 people found this helpful", "feedback-widget"),
        ("Yes / No", "feedback-widget"),
        ("Share this article", "share-line"),
        ("Share on Facebook, X and LinkedIn", "share-line"),
        ("Follow us on WeChat", "share-line"),
        ("Subscribe to our weekly newsletter!", "subscribe-line"),
        ("Sign up", "subscribe-line"),
        ("We use cookies to improve your experience.", "cookie-notice"),
        ("If you have any questions or suggestions, please contact us!", "closing-contact"),
        ("For further questions, feel free to get in touch with us.", "closing-contact"),
        ("* * *", "ruler"),
        ("---", "ruler"),
        ("If you have any questions, please contact us at help@example.com.", None),
        ("If you have any questions, please contact us on 555 1234.", None),
        ("If you have any questions, please contact the bureau.", None),
        ("The project went well. If you have any questions, please contact us.", None),
        ("The site is run from Berlin, and we use cookies there.", None),
        ("Sign up for the seminar before Friday.", None),
        ("Shareholders approved the merger.", None),
        ("The report was helpful.", None),
        ("Yes.", None),
        (PROSE, None),
    ],
)
def test_a_last_line_is_cut_only_where_it_is_furniture(text: str, rule: str | None) -> None:
    assert rules(PROSE, text) == [None, rule]


@pytest.mark.parametrize("text", ["Was this article helpful?", "Share this article", "Please contact us!"])
def test_the_same_line_between_prose_stays(text: str) -> None:
    assert rules(PROSE, text, PROSE) == [None, None, None]


def test_notices_before_the_first_prose_are_cut() -> None:
    assert rules("We use cookies. Accept all cookies?", "Share", PROSE) == [
        "cookie-notice",
        "share-line",
        None,
    ]


def test_a_title_at_the_beginning_is_no_notice() -> None:
    blocks = [Block("Sign up", "heading", 1), Block(PROSE)]
    assert clean(blocks) == blocks


def test_a_document_about_cookies_keeps_what_it_says_of_them() -> None:
    assert rules("We use cookies to improve your experience.", "A cookie is a small file.") == [None, None]


TITLES = ("China Mobile Builds a Park in Hainan", "Over 700 Companies Registered This Year")
TEASERS = (
    "Is the Drop Cause for Concern?",
    "Traders adjust their expectations due to the ongoing sell-off, leading to potential opportunities f...",
    "A whole sentence that stands as the title of a story.",
    "A previously inactive holder seized the opportunity to sell and to buy…",
)


@pytest.mark.parametrize(
    "marker",
    ["Related stories", "Discover more", "Read more:", "You may also like", "More from PANews", "相关阅读"],
)
def test_teasers_behind_a_marker_up_to_the_end_are_cut(marker: str) -> None:
    assert rules(PROSE, marker, *TITLES) == [None, "related-stories", "teaser", "teaser"]
    assert rules(PROSE, marker, *TEASERS) == [
        None,
        "related-stories",
        "teaser",
        "cut-off-teaser",
        "teaser",
        "cut-off-teaser",
    ]


@pytest.mark.parametrize(
    "tail",
    [
        (),
        (PROSE,),
        (*TITLES, PROSE),
        (*TEASERS, PROSE),
        ("Hebei", "Gansu", "Hainan"),
        ("x" * 400 + "...",),
        ("Our history", "We began in 2008.", "Our people", "We are twelve."),
    ],
    ids=[
        "nothing",
        "prose",
        "prose after titles",
        "prose after teasers",
        "short list",
        "too long",
        "sections",
    ],
)
def test_a_marker_without_teasers_up_to_the_end_cuts_nothing(tail: tuple[str, ...]) -> None:
    assert rules(PROSE, "Discover more", *tail) == [None] * (2 + len(tail))


def test_teasers_without_a_marker_stay() -> None:
    assert rules(PROSE, *TEASERS) == [None] * 5


def test_widgets_above_the_teasers_are_cut_too() -> None:
    assert rules(
        PROSE, "Please send any comments to let us know.", "Was this helpful?", "Read next", *TITLES
    ) == [
        None,
        "closing-contact",
        "feedback-widget",
        "related-stories",
        "teaser",
        "teaser",
    ]


def test_a_document_of_nothing_but_furniture_is_left_alone() -> None:
    assert rules("Share", "Subscribe") == [None, None]


def test_what_a_loader_removed_keeps_its_rule_and_code_is_never_a_ruler() -> None:
    blocks = [Block("1", removed_by="page-number"), Block(PROSE), Block("-----", "row")]
    assert clean(blocks) == blocks


@given(
    st.lists(
        st.sampled_from([PROSE, "Share", "Discover more", "---", "Yes No", *TITLES, *TEASERS]), min_size=1
    )
)
def test_cleaning_changes_nothing_but_marks_and_is_the_same_done_twice(texts: list[str]) -> None:
    blocks = [Block(text) for text in texts]
    cleaned = clean(blocks)
    assert [block.text for block in cleaned] == texts
    assert clean(cleaned) == cleaned
    body = takewhile(lambda block: block.text != "Discover more", cleaned)
    assert all(block.removed_by is None for block in body if block.text == PROSE)


@given(st.lists(st.tuples(st.text("ab ", min_size=1), st.none() | st.just("rule"))))
def test_text_and_removed_together_hold_every_block(parts: list[tuple[str, str | None]]) -> None:
    blocks = [Block(text, removed_by=rule) for text, rule in parts]
    document = assemble(blocks, source="s", title="t", content_hash="", metadata={})
    kept = [block.text for block in blocks if block.removed_by is None]
    assert document.text == "\n\n".join(kept)
    assert [each.text for each in document.removed] == [block.text for block in blocks if block.removed_by]
    positions = [each.position for each in document.removed]
    assert positions == sorted(positions)
