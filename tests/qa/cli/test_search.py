"""`qa search` prints the passages, what found them, or why one is not shown."""

import json
import os

import pytest

from qa.cli import run
from tests.qa.cli.commands import ASKED, OTHER, PARKS

pytestmark = pytest.mark.usefixtures("in_index")


def test_search_prints_places_and_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", ASKED, "-k", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1. Parks (docs/parks.md:0-")
    assert PARKS in out
    assert "cosine" not in out
    assert err == ""


def test_search_explains_what_found_a_passage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", ASKED, "--explain"]) == 0
    assert "meaning rank 1; words rank 1; cosine 0." in capsys.readouterr().out


def test_search_as_json_gives_exact_spans(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", ASKED, "-k", "2", "--json"]) == 0
    passages = json.loads(capsys.readouterr().out)
    assert [passage["source"] for passage in passages] == ["docs/parks.md", "docs/reports.md"]
    first = passages[0]
    assert run(["show", f"docs/parks.md:{first['start']}-{first['end']}"]) == 0
    assert capsys.readouterr().out == f"{first['text']}\n"


def test_search_says_why_a_passage_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    end = len(OTHER.replace("# ", "", 1).strip())
    assert run(["search", ASKED, "-k", "1", "--why", "reports.md:0-9"]) == 0
    out = capsys.readouterr().out
    place = f"expected docs/reports.md:0-{end}: of 2 chunks meaning rank 2, both rank 2; cosine "
    assert out.split("\n\n")[-1].startswith(place)
    assert out.endswith("; outranked by the 1 shown\n")
    assert run(["search", ASKED, "--why", "reports.md", "--where", "publisher=PANews", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [one["source"] for one in result["passages"]] == ["docs/parks.md"]
    (expected,) = result["expected"]
    assert (expected["verdict"], expected["start"], expected["end"]) == ("excluded", 0, end)


def test_search_keeps_to_the_documents_with_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "report of 2020", "--where", "publisher=PANews", "--json"]) == 0
    assert {one["source"] for one in json.loads(capsys.readouterr().out)} == {"docs/parks.md"}
    assert run(["search", ASKED, "--where", "publisher=Nobody"]) == 3
    assert capsys.readouterr().out == "Nothing found.\n"


def test_bytes_that_are_no_text_do_not_stop_a_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", os.fsdecode(b"parks \xff\xfe"), "-k", "1"]) == 0
    assert capsys.readouterr().out.startswith("1. Parks")
