"""Completion in the shells: what installs it, what it offers, and that it stays quick."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of a new user on whose path `qa` is."""
    command = tmp_path / "bin" / "qa"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m qa "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "HOME": str(tmp_path)}


def run(command: list[str], environment: dict[str, str], **more: str) -> str:
    done = subprocess.run(
        command, env=environment | more, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


def completed(line: str, shell: dict[str, str]) -> set[str]:
    """What bash offers at the end of the line, with the script that qa gives it."""
    *_, last = words = line.split(" ")
    script = (
        'eval "$(_QA_COMPLETE=source_bash qa)"\n'
        "complete -p qa >/dev/null || exit 9\n"  # it is registered
        f"COMP_WORDS=({' '.join(words[:-1])} '{last}'); COMP_CWORD={len(words) - 1}\n"
        '_qa_completion qa; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return set(run(["bash", "--norc", "-c", script], shell).split())


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("qa se", {"search", "serve"}),
        ("qa sync --wa", {"--watch"}),
        ("qa ask --j", {"--json", "--jsonl", "--judge"}),
        ("qa eval comp", {"compare"}),
        ("qa gold sch", {"schema"}),
    ],
)
def test_bash_completes_commands_and_options(line: str, offered: set[str], shell: dict[str, str]) -> None:
    assert completed(line, shell) == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_in_a_new_session_once_it_is_installed(shell: dict[str, str]) -> None:
    told = run(["bash", "--norc", "-c", "qa --install-completion; exit"], shell)
    assert "bash completion installed in" in told
    script = "source ~/.bashrc; COMP_WORDS=(qa doc); COMP_CWORD=1; _qa_completion qa; echo $COMPREPLY"
    assert run(["bash", "--norc", "-c", script], shell) == "doctor\n"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("bash", "_qa_completion() {"), ("zsh", "#compdef qa"), ("fish", "complete --command qa ")],
)
def test_each_shell_has_its_script(name: str, begins: str, shell: dict[str, str]) -> None:
    assert run(["qa"], shell, _QA_COMPLETE=f"source_{name}").lstrip().startswith(begins)


def test_what_zsh_and_fish_ask_for_is_offered_with_its_help(shell: dict[str, str]) -> None:
    zsh = run(["qa"], shell, _QA_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="qa doc")
    assert zsh.startswith('_arguments \'*: :(("doctor":"Look the index over')
    get = {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_ARGS": "qa doc"}
    assert run(["qa"], shell, _QA_COMPLETE="complete_fish", **get).startswith("doctor\tLook the index over")
