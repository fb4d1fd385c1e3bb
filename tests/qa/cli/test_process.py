"""A command as a process of its own: what it loads, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.qa.cli.commands import ASKED

ROOT = Path(__file__).parents[3]


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
