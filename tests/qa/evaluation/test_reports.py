"""Reports tell what the run holds, and an HTML report needs nothing from outside."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from qa.cli import run as qa
from qa.evaluation.compare import compare
from qa.evaluation.exports import junit, markdown, table
from qa.evaluation.record import Place
from qa.evaluation.report import highlighted, html_report
from qa.evaluation.run import Run
from tests.qa.evaluation.conftest import asked
from tests.qa.evaluation.test_compare import run_of

TEXT = "Parks in Hainan. Parks in Tibet & more. Rain."
PASSAGE = Place(source="a.md", start=100, end=100 + len(TEXT), text=TEXT)


def place(text: str) -> Place:
    start = 100 + TEXT.index(text)
    return Place(source="a.md", start=start, end=start + len(text), text=text)


WRONG: dict[str, Any] = {
    "question": "Where <b>are</b> parks?",
    "answer": "Parks in Hainan. [1]",
    "faults": ("lacks Tibet",),
    "facts": (("Hainan",), ("Tibet",)),
    "passages": (PASSAGE,),
    "cited": (place("Parks in Hainan."),),
    "expected": (place("Parks in Tibet & more."),),
}


@pytest.fixture(scope="module")
def mixed() -> Run:
    records = [
        asked(str(at), kind="who", confidence=0.5 + at / 20, values={"token_f1": 0.5}) for at in range(8)
    ]
    declined = asked("bread", kind="unanswerable", answerable=False, abstained=True, confidence=0.1)
    return run_of([*records, asked("wrong", **WRONG), declined], seconds=0.25)


@pytest.fixture(scope="module")
def page(mixed: Run) -> str:
    return html_report("a run", mixed, compare(mixed, mixed), [("a run", mixed.summary.figures[0])])


def test_the_page_asks_nothing_of_anybody(page: str) -> None:
    addresses = {match[0] for match in re.finditer(r"https?://[^\s\"'<>]+", page)}
    assert addresses == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }  # names of XML, not places
    assert not re.search(r"<script|<link|<img|@import|src=|url\((?!#)", page)


def test_the_page_holds_every_part(page: str, mixed: Run) -> None:
    text = text_of(page)
    assert "9 of 10 right (0.900, 95 % interval " in text
    assert page.count("<svg") == 5
    assert {figure.measure for figure in mixed.summary.figures} <= set(text.split())
    assert "1 questions answered wrongly" in text
    assert "Where <b>are</b> parks?" in text  # as text, escaped
    assert "<li class='missing'>Tibet</li>" in page
    assert "0 lost, 0 won" in text


def text_of(page: str) -> str:
    parts: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            parts.append(data)

    Reader().feed(page)
    return " ".join(parts)


def test_the_same_run_gives_the_same_page(page: str, mixed: Run) -> None:
    again = html_report("a run", mixed, compare(mixed, mixed), [("a run", mixed.summary.figures[0])])
    assert again == page


def test_cited_and_expected_characters_are_marked_and_the_rest_is_not() -> None:
    assert highlighted(PASSAGE, asked("wrong", **WRONG)) == (
        "<mark class='cited'>Parks in Hainan.</mark> "
        "<mark class='expected'>Parks in Tibet &amp; more.</mark> Rain."
    )
    both = asked("wrong", **WRONG | {"cited": (PASSAGE,)})
    assert highlighted(PASSAGE, both).startswith(
        "<mark class='cited'>Parks in Hainan. </mark><mark class='cited expected'>Parks in Tibet &amp;"
    )


def test_evidence_that_was_not_retrieved_is_shown_as_such(mixed: Run) -> None:
    lost = asked("lost", **WRONG | {"passages": ()})
    page = html_report("a run", run_of([lost, *mixed.asked]))
    assert "a.md, not among the first 5 passages" in page


def test_a_run_that_only_declined_has_a_page() -> None:
    page = html_report("a run", run_of([asked(abstained=True, faults=("declined (not_answered)",))]))
    assert "0 of 1 right" in page


def test_markdown_names_what_got_worse_and_what_flipped(mixed: Run) -> None:
    losing = run_of([asked(str(at), kind="who", faults=("lacks",), answer="a|b *c*") for at in range(8)])
    text = markdown("next", losing, compare(mixed, losing))
    assert text.startswith("### next: 0 of 8 right\n")
    assert "| right | 1.000 | 0.000 | -1.000 | -1.000 to -1.000 | **worse** |" in text
    assert text.count("<details><summary>Lost: ") == 8
    assert "after: a\\|b \\*c\\*" in text


def test_junit_has_a_test_case_a_question(mixed: Run) -> None:
    suite = ElementTree.fromstring(junit("a run", mixed))
    assert (suite.get("tests"), suite.get("failures")) == ("10", "1")
    cases = {case.get("name"): case for case in suite}
    failure = cases["wrong"].find("failure")
    assert failure is not None
    assert failure.get("message") == "lacks Tibet"
    assert (cases["0"].get("classname"), cases["0"].get("time")) == ("gold.who", "0.250000")
    assert cases["0"].find("failure") is None


def test_junit_leaves_out_what_xml_cannot_hold() -> None:
    run = run_of([asked(answer="a\x00\x1bb", faults=("lacks \x07",))])
    assert "ab" in junit("a run", run)
    ElementTree.fromstring(junit("a run", run))


def test_csv_has_a_row_a_question_and_leaves_empty_what_was_not_measured(mixed: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(table(mixed))))
    assert [row["id"] for row in rows] == [one.id for one in mixed.asked]
    assert (rows[0]["right"], rows[0]["token_f1"], rows[0]["seconds"]) == ("1.0", "0.5", "0.25")
    assert (rows[8]["right"], rows[8]["token_f1"], rows[8]["faults"]) == ("0.0", "", "lacks Tibet")


def test_csv_holds_no_formula() -> None:
    assert "'=1+1" in table(run_of([asked(question="=1+1")]))


def test_the_command_writes_each_file_by_its_ending(
    mixed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("1-first", "2-second", "3-third"):
        mixed.write(tmp_path / "runs" / name)
    names = ["r.html", "r.md", "r.xml", "r.csv"]
    assert qa(["eval", "report", "runs/2-second", *names, "--against", "runs/1-first"]) == 0
    assert capsys.readouterr().out.splitlines() == names
    page = (tmp_path / "r.html").read_text()
    assert "1-first" in page
    assert "3-third" not in page  # the trend ends with the run itself
    assert qa(["eval", "report", "runs/2-second", "r.pdf"]) == 1
    assert "give a file that ends in .html, .md, .xml or .csv" in capsys.readouterr().err
