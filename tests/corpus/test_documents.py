"""The shipped documents retell the five articles: whole, in their own words, with honest front matter."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "corpus" / "documents"
SEEDS = Path(os.environ.get("QA_SEEDS", ROOT / "../shared/seeds"))

ARTICLES = {  # shipped document -> how the file name of the article that it retells begins
    "work-reports-of-22-provinces.md": "000",
    "from-one-province-to-21.md": "001",
    "22-provinces-industry-opportunities.md": "002",
    "44-policies-in-19-days.md": "003",
    "22-provinces-congressional-reports.md": "004",
}
KNOWN = {  # what each article says of itself, where it says so
    "work-reports-of-22-provinces.md": {"author": "Luo Tao", "date": "2020"},
    "from-one-province-to-21.md": {"author": "Wang Zelong", "publisher": "PANews", "date": "2020"},
    "22-provinces-industry-opportunities.md": {
        "author": "Xing mouth",
        "publisher": "Finance No. 1 Institute",
        "date": "2020",
    },
    "44-policies-in-19-days.md": {"author": "Pisa", "date": "2019-11"},
    "22-provinces-congressional-reports.md": {"date": "2020"},
}

SPELLED = {"one": "1", "three": "3", "four": "4", "five": "5", "fifth": "5", "seven": "7"}

# Page furniture starts at one of these lines; an article ends before it.
FURNITURE = re.compile(r"^(We will continue to update|Related stories)", re.MULTILINE)

# Names may be copied, so runs of words are counted over what is left without them.
NAMES = (
    "Bitcoin: A Peer-to-Peer Electronic Cash System",
    "Thirteenth Five-Year Plan National Informationization Plan",
    "Blockchain Policy Favorable: 22 Provinces Write Blockchain into 2020 Government Work Report",
    "Several Policies to Support the Development of the Digital Economy (Trial)",
    "Kunming Bureau of Industry and Information Technology",
    "Blockchain technology-based guide service and tourism product sales trusted platform",
    "Detailed Implementation Measures for Several Measures to Accelerate the Leading Change of the "
    "Blockchain Industry in Huangpu District and Guangzhou Development Zone of Guangzhou City",
    "Let the Blockchain Boost the Shanxi Energy Revolution",
    "Zhejiang University First Hospital",
    "Zhejiang University Second Hospital",
    "Zhejiang University Shaw Run Hospital",
    "Hunan Wisdom Government Affairs",
)
PLACES = re.compile(
    r"\b(anhui|beijing|chongqing|fujian|gansu|guangdong|guangxi|guizhou|hainan|hebei|heilongjiang|hubei|hunan"
    r"|inner mongolia|jiangsu|jiangxi|jilin|liaoning|ningxia|qinghai|shaanxi|shandong|shanghai|shanxi|tianjin"
    r"|tibet|yunnan|zhejiang)\b"
)


def test_five_documents_are_shipped_one_for_each_article() -> None:
    assert {path.name for path in DOCUMENTS.iterdir()} == set(ARTICLES)


@pytest.mark.parametrize("name", ARTICLES)
def test_front_matter_has_a_title_a_topic_and_what_the_article_says_of_itself(name: str) -> None:
    fields, _ = read(name)
    assert fields.pop("title")
    assert fields.pop("topic")
    assert fields == KNOWN[name]


@pytest.mark.parametrize("name", ARTICLES)
def test_a_document_stands_under_headings_one_paragraph_to_a_line(name: str) -> None:
    _, body = read(name)
    lines = body.strip().splitlines()
    assert lines[0].startswith("## ")
    assert sum(line.startswith("## ") for line in lines) >= 4
    for line, following in pairwise(lines):
        assert not line or not following or (is_item(line) and is_item(following)), following


@pytest.mark.parametrize(
    "name", ["work-reports-of-22-provinces.md", "22-provinces-industry-opportunities.md"]
)
def test_both_articles_that_name_the_provinces_with_parks_still_do(name: str) -> None:
    _, body = read(name)
    assert re.search(r"Chongqing, Shandong, Hainan and Shaanxi proposed [a-z ]*industrial parks", body)


def test_each_article_keeps_its_own_count_of_provinces() -> None:
    bodies = {name: read(name)[1] for name in ARTICLES}
    assert "22 provinces, counting autonomous regions" in bodies["work-reports-of-22-provinces.md"]
    assert "PANews counts 21 provinces" in bodies["from-one-province-to-21.md"]
    assert "counts 22 provinces" in bodies["22-provinces-industry-opportunities.md"]
    assert "At least 22 of the 29" in bodies["22-provinces-congressional-reports.md"]
    assert "22" not in bodies["from-one-province-to-21.md"]
    assert not any("21" in body for name, body in bodies.items() if name != "from-one-province-to-21.md")


def test_the_congressional_list_has_22_provinces_with_shanxi_and_without_shaanxi() -> None:
    _, body = read("22-provinces-congressional-reports.md")
    provinces = re.findall(r"^- (.+)$", body, re.MULTILINE)
    assert len(set(provinces)) == len(provinces) == 22
    assert "Shanxi" in provinces
    assert "Shaanxi" not in provinces


@pytest.mark.parametrize("name", ARTICLES)
def test_every_figure_of_the_article_is_in_its_document(name: str) -> None:
    _, body = read(name)
    assert figures(read_article(name)) - figures(body) == set()


@pytest.mark.parametrize("name", ARTICLES)
def test_no_eight_words_in_a_row_are_copied_from_any_article(name: str) -> None:
    _, body = read(name)
    copied = {run for article in ARTICLES for run in runs_of_words(read_article(article))}
    assert runs_of_words(body) & copied == set()


def read(name: str) -> tuple[dict[str, Any], str]:
    """Front matter and body of a shipped document, before any cleaning."""
    _, front_matter, body = (DOCUMENTS / name).read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front_matter)
    assert isinstance(fields, dict)
    return fields, body


def read_article(name: str) -> str:
    """The article that a document retells, without the page furniture after it."""
    if not SEEDS.is_dir():
        pytest.skip(f"the raw articles are not at {SEEDS}; set QA_SEEDS to their folder")
    (path,) = SEEDS.glob(f"{ARTICLES[name]}_*.txt")
    return FURNITURE.split(path.read_text(encoding="utf-8"), maxsplit=1)[0]


def is_item(line: str) -> bool:
    return re.match(r"- |\d\. ", line) is not None


def figures(text: str) -> set[str]:
    """The numbers in a text, without those that only count its sections ("01 policy first", "1.Title")."""
    text = re.sub(r"^(0\d|\d\.(?=\D))", "", text, flags=re.MULTILINE)
    words = re.findall(r"\d+(?:[.,]\d+)*|[a-z]+", text.lower())
    return {SPELLED.get(word, word) for word in words if word in SPELLED or word[0].isdigit()}


def runs_of_words(text: str, length: int = 8) -> set[tuple[str, ...]]:
    plain = only_words(text)
    for name in NAMES:
        plain = plain.replace(only_words(name), "")
    words = PLACES.sub("", plain).split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def only_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
