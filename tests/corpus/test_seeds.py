"""The raw articles: exactly their page furniture is cut, and every sentence of their bodies stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus import Document, list_files, load
from tests.corpus.reading import headings, removed

SEEDS = Path(os.environ.get("QA_SEEDS", Path(__file__).parents[2] / "../shared/seeds"))

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason=f"no raw articles in {SEEDS}: set QA_SEEDS to their folder"
)

CLOSING = [
    (
        "closing-contact",
        "We will continue to update Blocking; if you have any questions or suggestions, please contact us!",
    ),
    ("feedback-widget", "Was this article helpful?"),
    ("feedback-widget", "93 out of 132 found this helpful"),
    ("related-stories", "Discover more"),
]
CUT = {  # how the name of the article begins -> the rules and how the texts begin, in order
    "000": [],
    "001": [
        *CLOSING,
        ("teaser", "TaxDAO Writes to the U.S. Senate Finance Committee"),
        ("cut-off-teaser", "On July 11, 2023, the United States Senate"),
        ("teaser", "Kyberswap was hacked for $48 million"),
        ("cut-off-teaser", "Hacker left a message on the chain"),
        ("teaser", "Why is LSDFi considered a transparent narrative?"),
        ("teaser", "LSDfi is the most exciting storyline"),
        ("teaser", "Arthur Hayes: Why Bitcoin Will Become"),
        ("cut-off-teaser", "In this article, I will explain why"),
        ("teaser", "DeFi Weekly Selection | DEX scale has increased"),
        ("cut-off-teaser", "According to data from Dapp Total"),
        ("teaser", "LD Capital: Analysis of L2 Head Liquidity"),
        ("cut-off-teaser", "Original author: Yilan Source: LD Capital"),
    ],
    "002": [],
    "003": [
        *CLOSING,
        ("teaser", "Is the Crypto Market Cap Drop Cause for Concern?"),
        ("cut-off-teaser", "Traders adjust their Bitcoin price expectations"),
        ("teaser", "Bitcoin Price Hits All-Time High of $69,000"),
        ("cut-off-teaser", "A previously inactive whale"),
        ("teaser", "Ether Surpasses $4,000 Milestone"),
        ("cut-off-teaser", "Ethereum reaches milestone of $4,000"),
        ("teaser", "Dogwifhat (WIF) Memecoin Hits New High"),
        ("cut-off-teaser", "The beloved mascot of the popular Solana-based"),
        ("teaser", "Bitcoin Rockets to New Heights"),
        ("cut-off-teaser", "Bitcoin's value reaches a record high"),
        ("teaser", "The study found that 5% of the Monero currency"),
        ("cut-off-teaser", "According to the study, mining was done"),
    ],
    "004": [
        ("related-stories", "Related stories"),
        ("teaser", "Tencent-backed WeBank Says It’s World’s 5th Biggest"),
        ("teaser", "Over 700 Chinese Blockchain Companies Registered"),
        ("teaser", "China Merchants Bank Issues Guangzhou Area’s First"),
    ],
}
LAST_WORDS = {
    "000": "attract more capital and support regional industrial development.",
    "001": "many well-known companies in the blockchain industry have also been bred.",
    "002": "5.Construction of blockchain-related industrial parks",
    "003": "the development of China's blockchain industry is on the fast track.",
    "004": "be included with the scope of support for state science and technology plans.",
}
DECLARED = {
    "000": {"author": "Luo Tao"},
    "001": {"author": "Wang Zelong", "publisher": "PANews"},
    "002": {"author": "Xing mouth", "publisher": "Finance Institute 1"},
    "003": {"author": "Pisa"},
    "004": {},
}


def article(key: str) -> tuple[str, Document]:
    path = next(path for path in list_files(SEEDS) if path.name.startswith(key))
    return path.read_text(encoding="utf-8"), load(path, f"seeds/{path.name}")


@pytest.mark.parametrize("key", CUT)
def test_exactly_the_furniture_is_cut(key: str) -> None:
    _, document = article(key)
    found = removed(document)
    assert [rule for rule, _ in found] == [rule for rule, _ in CUT[key]]
    for (_, text), (_, beginning) in zip(found, CUT[key], strict=True):
        assert text.startswith(beginning)


@pytest.mark.parametrize("key", CUT)
def test_every_line_of_the_body_stays_in_its_order_word_for_word(key: str) -> None:
    raw, document = article(key)
    body = raw[: raw.index(LAST_WORDS[key]) + len(LAST_WORDS[key])]
    assert document.text.split("\n") == [
        line for i, line in enumerate(document.text.split("\n")) if line or i
    ]
    assert [line for line in document.text.split("\n") if line] == [
        " ".join(line.split()) for line in body.split("\n") if line.strip()
    ]


@pytest.mark.parametrize("key", CUT)
def test_the_first_line_is_the_title_and_bylines_are_metadata(key: str) -> None:
    raw, document = article(key)
    assert document.title == raw.split("\n")[0]
    assert document.metadata == DECLARED[key]


def test_short_lines_of_the_body_are_headings() -> None:
    _, document = article("003")
    assert headings(document)[1:] == [
        (2, "01 policy first"),
        (2, "02Achievement landing"),
        (2, "03 BAT Athletic"),
    ]
