"""`qa sync` says what changed and what could not be read."""

import json
import os
from pathlib import Path

import pytest

from qa.cli import run
from tests.qa.cli.commands import ASKED, BODY, OTHER, PARKS, assert_one_line


def test_sync_reports_what_changed_and_goes_on_past_a_broken_file(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = nowhere / "docs"
    docs.mkdir()
    (docs / "parks.md").write_text(BODY)
    (docs / "empty.md").write_text("")
    assert run(["sync", "docs"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "1 added, 1 failed"
    assert out[1].startswith("failed: docs/empty.md: ")
    (docs / "empty.md").unlink()
    (docs / "parks.md").write_text(BODY + OTHER)
    assert run(["sync", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "added": [],
        "changed": ["docs/parks.md"],
        "renamed": [],
        "removed": [],
        "unchanged": [],
        "failed": [],
    }
    assert run(["sync", "--rebuild"]) == 0
    assert capsys.readouterr().out == "1 added\n"
    assert run(["sync", "--forget", "docs"]) == 0
    assert capsys.readouterr().out == "1 removed\n"


@pytest.mark.usefixtures("nowhere")
def test_what_is_expected_between_two_chunks_is_white_space(capsys: pytest.CaptureFixture[str]) -> None:
    Path("long.md").write_text("\n\n".join(f"{PARKS} It was the year {year}." for year in range(2000, 2020)))
    Path("qa.toml").write_text("[index]\nchunk_tokens = 30\n")
    assert run(["sync", "long.md"]) == 0
    end = len(f"{PARKS} It was the year 2000.")
    capsys.readouterr()
    assert run(["search", ASKED, "--why", f"long.md:{end}-{end + 2}"]) == 0
    assert capsys.readouterr().out.endswith(f"\n\nlong.md:{end}-{end + 2} is all white space\n")


@pytest.mark.parametrize("paths", [["missing"], [""], [".", "missing"]])
def test_sync_of_a_path_that_is_not_there_makes_no_index(
    paths: list[str], nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sync", *paths]) == 1
    assert_one_line(capsys, f"{paths[-1] or repr('')}: no such folder or file")
    assert run(["sync", "--forget", "docs"]) == 1
    assert_one_line(capsys, "no document is indexed in .index")
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize("path", ["~nobody99/x", "x" * 256, os.fsdecode(b"caf\xe9")])
def test_sync_of_a_path_that_can_name_nothing_is_one_line_and_makes_no_index(
    path: str, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (nowhere / os.fsdecode(b"caf\xe9")).mkdir()
    assert run(["sync", path]) == 1
    assert_one_line(capsys, f"{path.encode(errors='backslashreplace').decode()}: ", "check the path")
    assert not (nowhere / ".index").exists()


def test_sync_of_an_empty_folder_says_so(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (nowhere / "docs").mkdir()
    assert run(["sync", "docs"]) == 0
    assert capsys.readouterr().out == "no files\n"


def test_an_empty_path_is_not_the_working_directory(
    synced: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (nowhere / "note.md").write_text(BODY)
    assert run(["sync", "", "--index", str(synced / "index")]) == 1
    assert_one_line(capsys, "'': no such folder or file")


def test_a_name_with_line_breaks_stays_on_its_line(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = nowhere / "docs"
    docs.mkdir()
    (docs / "a\nb\u2028c.md").write_text(PARKS)
    (docs / "no\nthing\x1b[2J.md").write_text("")
    assert run(["sync", "docs"]) == 0
    failed = r"failed: docs/no\nthing\x1b[2J.md: empty"
    assert capsys.readouterr().out.split("\n") == ["1 added, 1 failed", failed, ""]
    assert run(["show"]) == 0
    assert capsys.readouterr().out.split("\n") == [r"docs/a\nb\u2028c.md  a\nb\u2028c", ""]
    assert run(["search", ASKED]) == 0
    place = rf"(docs/a\nb\u2028c.md:0-{len(PARKS)})"
    assert capsys.readouterr().out.split("\n") == [rf"1. a\nb\u2028c {place}", f"   {PARKS}", ""]
    assert run(["ask", ASKED]) == 0
    assert r"[1] a\nb\u2028c (docs/a\nb\u2028c.md:" in capsys.readouterr().out
    assert run(["doctor"]) == 0
    note = r"note: docs/no\nthing\x1b[2J.md: empty: mend or remove the file, then run qa sync"
    assert capsys.readouterr().out.split("\n") == [note, ""]
    assert run(["show", "a\nb\u2028c.md"]) == 0
    assert capsys.readouterr().out == f"{PARKS}\n"


def test_sync_with_nothing_but_unreadable_files_is_an_error(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (nowhere / "empty.md").write_text("")
    assert run(["sync", "empty.md"]) == 1
    assert capsys.readouterr().out.startswith("1 failed\nfailed: empty.md: ")


@pytest.mark.usefixtures("nowhere")
def test_the_first_sync_without_a_path_takes_the_documents_that_ship(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["sync", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert "documents/from-one-province-to-21.md" in report["added"]
    assert len(report["added"]) == 5
    assert report["failed"] == []
