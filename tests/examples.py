"""The examples in a page of Markdown, carried out. Knows fenced blocks, and nothing of what they show.

```python                  runs, with the names of the page's blocks before it
```text                    behind it is what it prints
``` or ```console          each `$ qa …` runs, and prints the lines below it, if there are any
```json title="a.json"     is that file of the working directory, whatever the language
```sh                      does not run (it serves, or is not ours), but each `qa …` in it is one of ours

In what is printed "…" stands for anything. An exit code is 0, or `$ echo $?` shows it.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from qa.cli import run

ANYTHING = "…"

_BLOCK = re.compile(r'^```(\w*)(?: title="(.+?)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_QA = re.compile(r"^(?:.*[|] )?qa (.*?)(?: [|<>] .*)?(?:  +#.*)?$", re.MULTILINE)


class Block(NamedTuple):
    language: str
    title: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
    ]


def carry_out(
    page: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    adapt: Callable[[str], str] = str,
) -> list[Block]:
    """Do in the working directory what the page does, and give the blocks that ran. adapt: its Python, as it
    runs here."""
    names: dict[str, object] = {}
    ran: list[Block] = []
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if block.title:
            file = Path(block.title)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(compile(adapt(block.text), place, "exec"), names)
            ran.append(block)
        elif block.language == "text" and ran and ran[-1].language == "python":
            _same(capsys.readouterr().out, block.text, place)
        elif block.language == "sh":
            for words in _QA.findall(block.text):
                assert run([*shlex.split(words), "--help"]) == 0, f"{place}: {capsys.readouterr().err}"
        elif block.text.startswith("$ "):
            _talk(block.text, place, monkeypatch, capsys)
            ran.append(block)
        if block.language != "python":
            capsys.readouterr()
    return ran


def _talk(text: str, place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = 0
    for command, shown in _COMMAND.findall(text):
        if command == "echo $?":
            assert f"{code}\n" == shown, f"{place}: {command}"
            code = 0
            continue
        assert code == 0, f"{place}: the command before {command} gives {code}"
        program, *words = shlex.split(command)
        assert program == "qa", f"{place}: {command} cannot be run here"
        if "<" in words:
            *words, _, file = words
            monkeypatch.setattr(sys, "stdin", io.StringIO(Path(file).read_text(encoding="utf-8")))
        code = run(words)
        told = capsys.readouterr()
        if shown:
            _same(told.out, shown, f"{place}: {command}: {told.err}")
    assert code == 0, f"{place} ends with {code}"


def _same(printed: str, shown: str, place: str) -> None:
    pattern = re.escape(shown.rstrip()).replace(ANYTHING, ".*")
    assert re.fullmatch(pattern, printed.rstrip(), re.DOTALL), f"{place} prints otherwise:\n{printed[:2000]}"
