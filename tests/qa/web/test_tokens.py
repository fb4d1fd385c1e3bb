"""Tokens of programs: what each allows, in whose place, and when it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.cli import run
from qa.web.errors import BadName, UnknownToken, UnknownUser
from qa.web.tokens import Access, Tokens
from qa.web.users import Users


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[Tokens]:
    users = Users(tmp_path / "users")
    users.add("anna", "seven wet harbours")
    with closing(Tokens(tmp_path / "chat.sqlite", users)) as tokens:
        yield tokens


def test_a_token_allows_what_it_was_given_for(tokens: Tokens) -> None:
    reading, writing = tokens.add("ci", "anna", "read"), tokens.add("sync", "anna", "write")
    assert tokens.find(reading) == Access("ci", "anna", "read")
    assert tokens.find(writing) == Access("sync", "anna", "write")
    assert tokens.find(f"{reading}x") is None
    assert tokens.find("") is None
    assert tokens.all() == [Access("ci", "anna", "read"), Access("sync", "anna", "write")]


def test_the_file_holds_no_token(tokens: Tokens, tmp_path: Path) -> None:
    token = tokens.add("ci", "anna", "read")
    tokens.close()
    with closing(sqlite3.connect(tmp_path / "chat.sqlite")) as file:
        assert token not in "".join(file.iterdump())
    assert token.startswith("spanqa_")
    assert len(token) == 50


def test_a_token_ends_when_it_is_removed_or_given_anew(tokens: Tokens) -> None:
    first = tokens.add("ci", "anna", "write")
    second = tokens.add("ci", "anna", "read")
    assert tokens.find(first) is None
    assert tokens.find(second) == Access("ci", "anna", "read")
    tokens.remove("ci")
    assert tokens.find(second) is None
    with pytest.raises(UnknownToken, match="there is no token ci"):
        tokens.remove("ci")


def test_a_token_ends_with_its_user_and_with_their_password(tokens: Tokens) -> None:
    token = tokens.add("ci", "anna", "read")
    tokens.users.add("anna", "eight wet harbours")
    assert tokens.find(token) is None
    assert tokens.all() == []
    token = tokens.add("ci", "anna", "read")
    tokens.users.remove("anna")
    tokens.users.add("anna", "eight wet harbours")
    assert tokens.find(token) is None


def test_a_token_is_for_a_user_that_there_is_and_has_a_name(tokens: Tokens) -> None:
    with pytest.raises(UnknownUser):
        tokens.add("ci", "ben", "read")
    with pytest.raises(BadName):
        tokens.add("a b", "anna", "read")
    assert tokens.all() == []


def test_the_commands_give_list_and_end_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Users(tmp_path / ".index-data" / "users").add("anna", "seven wet harbours")

    def told(*arguments: str) -> tuple[int, str, str]:
        code = run(["token", *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    assert told("list") == (0, "None yet: run qa token add NAME --scope read\n", "")
    code, token, _ = told("add", "ci", "--user", "anna", "--scope", "read")
    assert (code, token[:7]) == (0, "spanqa_")
    assert told("add", "anna", "--scope", "write")[0] == 0
    assert told("list") == (0, "anna  anna  write\nci  anna  read\n", "")
    assert '"scope": "write"' in told("list", "--json")[1]
    assert told("remove", "ci") == (0, "the token ci has ended\n", "")
    assert told("remove", "ci") == (1, "", "qa: there is no token ci: qa token list names them\n")
    assert told("add", "ben", "--scope", "read")[2] == "qa: there is no user ben: qa user list names them\n"
    assert told("add", "ci")[0] == 1
    assert told("add", "ci", "--scope", "all")[0] == 1
