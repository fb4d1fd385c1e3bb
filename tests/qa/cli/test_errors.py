"""What cannot be done is one line that names the thing and the way out, and exit code 1."""

from pathlib import Path

import pytest

from qa.cli import run
from tests.qa.cli.commands import ASKED, assert_one_line


@pytest.mark.usefixtures("in_index")
@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "part"), [("", "empty"), (" \n", "empty"), ("why " * 25_000, "100,000 characters")]
)
def test_a_question_that_cannot_be_asked_gets_one_line(
    command: str, question: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, question]) == 1
    assert_one_line(capsys, "the question", part)


@pytest.mark.usefixtures("in_index")
@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["search", ASKED, "-k", "0"], ["0 results"]),
        (["search", ASKED, "--where", "publisher"], ["--where publisher", "KEY=VALUE"]),
        (["search", ASKED, "--where", "planet=Mars"], ["planet", "publisher"]),
        (["ask", ASKED, "--where", "a=1", "--where", "a=2"], ["--where a=2", "once"]),
        (["search", ASKED, "--why", "park.md:0-9"], ["no document park.md", "docs/parks.md"]),
        (["search", ASKED, "--why", "parks.md:9-9999"], ["9-9999 is not within", "docs/parks.md"]),
        (["show", "docs/park.md"], ["no document docs/park.md", "did you mean docs/parks.md"]),
        (["sync", "missing-folder"], ["missing-folder", "no such folder"]),
        (["sync", "--forget", "nothing"], ["nothing", "docs"]),
        (["sync", "--forget", "docs", "--watch"], ["--watch", "--forget", "one of them"]),
        (["sync", "--forget", "docs", "other"], ["--forget", "PATHS", "one of them"]),
        (["ask", "--judge", "openai:x", "Who?"], ["--judge", "--model"]),
        (["sync", "--ray", "--watch"], ["--ray", "not with --watch"]),
        (["sync", "--workers", "2"], ["--ray takes --workers"]),
        (["sync", "--ray", "--workers", "2", "--ray-address", "10.0.0.1:6379"], ["or --ray-address"]),
        (["ask", ASKED, "--config", "missing.toml"], ["missing.toml"]),
        (["eval", "missing.jsonl"], ["missing.jsonl"]),
        (["serve", "--port", "99999"], ["argument: serve.port", "65535"]),
        (["ask"], ["QUESTION and --batch", "one of them", "see qa --help"]),
        (["ask", ASKED, "--batch"], ["QUESTION and --batch", "not both"]),
        (["schema", "serve"], ["no schema of serve", "doctor, eval compare, eval run, fetch, gold lint"]),
        (["search"], ["Missing argument", "see qa --help"]),
        (["search", ASKED, "-k", "many"], ["'-k'", "valid integer", "see qa --help"]),
        (["baek"], ["No such command", "see qa --help"]),
        ([], ["Missing command", "see qa --help"]),
    ],
)
def test_a_bad_call_gets_one_line_and_a_way_out(
    arguments: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 1
    assert_one_line(capsys, *parts)


@pytest.mark.parametrize(
    "arguments", [["ask", ASKED], ["search", ASKED], ["chat"], ["show", "a.md"], ["doctor"], ["serve"]]
)
def test_without_an_index_one_line_says_to_sync_and_none_is_made(
    arguments: list[str], nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 1
    assert_one_line(capsys, "no document is indexed in .index", "run qa sync")
    assert list(nowhere.iterdir()) == []


def test_an_index_of_another_chunk_size_says_what_differs_and_what_to_run(
    synced: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = nowhere / "other.toml"
    settings.write_text("[index]\nchunk_tokens = 60\n")
    assert run(["ask", ASKED, "--index", str(synced / "index"), "--config", str(settings)]) == 1
    assert_one_line(capsys, "120", "60", "run qa sync --rebuild")


def test_a_chroma_server_that_is_down_is_named_in_one_line(
    synced: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_INDEX__SERVER", "http://127.0.0.1:9")

    assert run(["search", "parks", "--index", str(synced / "index")]) == 1
    assert_one_line(capsys, "no Chroma server answers at http://127.0.0.1:9", "chroma run")
