"""The command line as a person or a program meets it: output, errors in one line, exit codes."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.cli import run

ROOT = Path(__file__).parents[2]

PARKS = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
BODY = f"# Parks\n\n{PARKS} Kunming pays up to 10 million yuan for a project.\n"
OTHER = "# Reports\n\nIn 2020 the report of Guangxi named blockchain and 5G for the first time.\n"
ASKED = "Which provinces planned parks?"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over two documents, one of which has front matter."""
    folder = tmp_path_factory.mktemp("cli")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "parks.md").write_text(f"---\ntitle: Parks\npublisher: PANews\n---\n{BODY}", encoding="utf-8")
    (docs / "reports.md").write_text(OTHER, encoding="utf-8")
    assert run(["sync", str(docs), "--index", str(folder / "index")]) == 0
    return folder


@pytest.fixture
def in_index(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """QA_INDEX names the index; the working directory has no qa.toml."""
    monkeypatch.setenv("QA_INDEX", str(synced / "index"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with neither index nor documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    return tmp_path


def assert_one_line(capsys: pytest.CaptureFixture[str], *parts: str) -> None:
    """stdout is empty, stderr is one line from qa with these parts."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("qa: ")
    assert err.count("\n") == 1
    assert all(part in err for part in parts), err


@pytest.mark.usefixtures("in_index")
class TestOnAnIndex:
    def test_search_prints_places_and_texts(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["search", ASKED, "-k", "1"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("1. Parks (docs/parks.md:0-")
        assert PARKS in out
        assert "cosine" not in out
        assert err == ""

    def test_search_explains_what_found_a_passage(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["search", ASKED, "--explain"]) == 0
        assert "meaning rank 1; words rank 1; cosine 0." in capsys.readouterr().out

    def test_search_as_json_gives_exact_spans(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["search", ASKED, "-k", "2", "--json"]) == 0
        passages = json.loads(capsys.readouterr().out)
        assert [passage["source"] for passage in passages] == ["docs/parks.md", "docs/reports.md"]
        first = passages[0]
        assert run(["show", f"docs/parks.md:{first['start']}-{first['end']}"]) == 0
        assert capsys.readouterr().out == f"{first['text']}\n"

    def test_search_says_why_a_passage_is_not_shown(self, capsys: pytest.CaptureFixture[str]) -> None:
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

    def test_search_keeps_to_the_documents_with_a_value(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["search", "report of 2020", "--where", "publisher=PANews", "--json"]) == 0
        assert {one["source"] for one in json.loads(capsys.readouterr().out)} == {"docs/parks.md"}
        assert run(["search", ASKED, "--where", "publisher=Nobody"]) == 3
        assert capsys.readouterr().out == "Nothing found.\n"

    def test_bytes_that_are_no_text_do_not_stop_a_search(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["search", os.fsdecode(b"parks \xff\xfe"), "-k", "1"]) == 0
        assert capsys.readouterr().out.startswith("1. Parks")

    def test_ask_quotes_and_names_the_source(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["ask", ASKED]) == 0
        out, err = capsys.readouterr()
        assert PARKS.rstrip(".") in out
        assert "[1] Parks (docs/parks.md:" in out
        assert err == ""

    def test_ask_as_json_gives_exact_citations(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["ask", ASKED, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["abstained"] is False
        for citation in answer["citations"]:
            assert run(["show", f"{citation['source']}:{citation['start']}-{citation['end']}"]) == 0
            assert capsys.readouterr().out == f"{citation['quote']}\n"

    def test_ask_declines_with_exit_code_3(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["ask", "How do I bake bread?"]) == 3
        assert "[1]" not in capsys.readouterr().out
        assert run(["ask", "How do I bake bread?", "--json"]) == 3
        answer = json.loads(capsys.readouterr().out)
        assert answer["abstained"] is True
        assert answer["citations"] == []

    def test_a_threshold_from_the_settings_declines_what_was_answered(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("qa.toml").write_text("[answer]\nthreshold = 1.0\n")
        assert run(["ask", ASKED]) == 3
        assert PARKS not in capsys.readouterr().out.split("\n\n")[0]

    def test_chat_answers_line_by_line_and_goes_on_after_a_bad_question(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        questions = f"{ASKED}\n\n{'long ' * 20_000}\nHow do I bake bread?\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
        assert run(["chat", "--json"]) == 0
        out, err = capsys.readouterr()
        answers = [json.loads(line) for line in out.splitlines()]
        assert [answer["abstained"] for answer in answers] == [False, True]
        assert err.startswith("qa: the question has ")
        assert err.count("\n") == 1

    def test_chat_keeps_the_conversation(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        questions = "What did Guangxi name in its report of 2020?\nAnd Chongqing?\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
        assert run(["chat", "--json"]) == 0
        first, second = map(json.loads, capsys.readouterr().out.splitlines())
        assert first["standalone"] == first["question"]
        assert second["question"] == "And Chongqing?"
        assert second["standalone"] != second["question"]

    def test_show_prints_the_text_that_offsets_refer_to(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["show", "parks.md"]) == 0
        text = capsys.readouterr().out.removesuffix("\n")
        assert PARKS in text
        assert run(["show", "docs/parks.md", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert (shown["text"], shown["metadata"]["publisher"]) == (text, "PANews")

    def test_show_without_a_name_lists_the_documents(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["show", "--json"]) == 0
        sources = [one["source"] for one in json.loads(capsys.readouterr().out)]
        assert run(["show"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split("  ")[0] for line in lines] == sources != []

    def test_show_removed_names_the_rule_that_cut(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        article = tmp_path / "article.md"
        article.write_text(f"{BODY}\nWas this article helpful?\n\n93 out of 132 found this helpful\n")
        index = str(tmp_path / "index")
        assert run(["sync", str(article), "--index", index]) == 0
        capsys.readouterr()
        assert run(["show", "article.md", "--removed", "--index", index]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.partition(": ")[2] for line in lines] == [
            "Was this article helpful?",
            "93 out of 132 found this helpful",
        ]

    @pytest.mark.parametrize("part", ["9-3", "3-3", "0-99999"])
    def test_show_refuses_a_part_that_is_not_there(
        self, part: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["show", f"docs/parks.md:{part}"]) == 1
        assert_one_line(capsys, f"{part} is not within the 0-", "of docs/parks.md")

    def test_doctor_finds_no_fault(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["doctor"]) == 0
        assert capsys.readouterr().out == "2 documents, no fault found\n"
        assert run(["doctor", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []

    @pytest.mark.parametrize("command", ["ask", "search"])
    @pytest.mark.parametrize(
        ("question", "part"), [("", "empty"), (" \n", "empty"), ("why " * 25_000, "100,000 characters")]
    )
    def test_a_question_that_cannot_be_asked_gets_one_line(
        self, command: str, question: str, part: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run([command, question]) == 1
        assert_one_line(capsys, "the question", part)

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
        self, arguments: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]
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


def started(arguments: list[str], folder: Path, stdout: int) -> subprocess.Popen[str]:
    environment = os.environ | {"QA_INDEX": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "qa", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=stdout, stderr=pipe)


def loaded_by(arguments: list[str], folder: Path) -> tuple[list[str], set[str]]:
    """The lines that a command prints in a process of its own, and the modules it has loaded at its end."""
    program = "import sys; from qa.cli import run; run(sys.argv[1:]); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, modules = ran.stdout.splitlines()
    return lines, set(modules.split())


HEAVY = {
    *("torch", "transformers", "sentence_transformers", "huggingface_hub", "scipy", "pandas", "matplotlib"),
    *("gradio", "fastapi", "chromadb", "langchain", "langchain_core", "trafilatura", "markitdown", "lxml"),
    *("pypdfium2", "openpyxl", "tiktoken"),
}


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    lines, modules = loaded_by(["--help"], tmp_path)

    assert any("Ask a folder of documents" in line for line in lines)
    assert not modules & (HEAVY | {"openvino", "numpy", "tantivy", "pydantic"})


def test_a_search_loads_only_what_finds(synced: Path, tmp_path: Path) -> None:
    lines, modules = loaded_by(["search", ASKED, "--index", str(synced / "index")], tmp_path)

    assert lines
    assert {"openvino", "tantivy"} <= modules
    assert not modules & HEAVY


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_stops_reading_is_no_traceback(
    unbuffered: str, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    reading, writing = os.pipe()
    os.close(reading)
    with started(["show", "parks.md"], synced / "index", writing) as process:
        os.close(writing)
        _, err = process.communicate(timeout=60)
    assert err == ""
    assert process.returncode == 1


def test_ctrl_c_ends_with_one_line(synced: Path) -> None:
    with started(["chat", "--json"], synced / "index", subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("How do I bake bread?\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["abstained"] is True  # it now waits for the next
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert err == "qa: interrupted\n"
    assert process.returncode == 130


def test_serving_on_a_port_in_use_is_one_line(synced: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started(["serve", "--port", port], synced / "index", subprocess.PIPE) as process:
            out, err = process.communicate(timeout=60)
    assert out == ""
    assert err.startswith(f"qa: cannot listen on 127.0.0.1:{port}: the port is in use")
    assert err.count("\n") == 1
    assert process.returncode == 1


def test_a_chroma_server_that_is_down_is_named_in_one_line(
    synced: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_INDEX__SERVER", "http://127.0.0.1:9")

    assert run(["search", "parks", "--index", str(synced / "index")]) == 1
    assert_one_line(capsys, "no Chroma server answers at http://127.0.0.1:9", "chroma run")
