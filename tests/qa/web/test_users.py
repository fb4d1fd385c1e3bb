from __future__ import annotations

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import StorageFailed
from qa.cli import run
from qa.web.errors import BadName, BadPassword, UnknownUser, UsersDamaged
from qa.web.users import Users

PASSWORD = "seven wet harbours"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path / "data" / "users")


def test_before_the_first_user_nobody_may_sign_in(users: Users) -> None:
    assert users.names() == []
    assert not users.fits("anna", "")
    assert users.stamp("anna") is None
    assert not users.path.parent.exists()


def test_a_user_signs_in_with_their_own_password_alone(users: Users) -> None:
    assert users.add("anna", PASSWORD)
    assert users.add("ben", "another long one")
    assert users.fits("anna", PASSWORD)
    assert not users.fits("anna", "another long one")
    assert not users.fits("anna", PASSWORD + " ")
    assert not users.fits("carl", PASSWORD)
    assert users.names() == ["anna", "ben"]


def test_the_file_holds_no_password_and_is_its_owners(users: Users) -> None:
    users.add("anna", PASSWORD)
    users.add("ben", PASSWORD)
    (first, second) = users.path.read_text().splitlines()
    assert PASSWORD not in first
    assert first.partition(":")[2] != second.partition(":")[2]  # salted
    assert users.path.stat().st_mode & 0o777 == 0o600
    assert users.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_new_password_ends_the_old_and_changes_the_stamp(users: Users) -> None:
    users.add("anna", PASSWORD)
    before = users.stamp("anna")
    assert not users.add("anna", "a newer password")
    assert not users.fits("anna", PASSWORD)
    assert users.fits("anna", "a newer password")
    again = users.stamp("anna")
    assert not users.add("anna", "a newer password")
    assert len({before, again, users.stamp("anna")}) == 3


def test_who_is_removed_is_unknown(users: Users) -> None:
    users.add("anna", PASSWORD)
    users.remove("anna")
    assert not users.fits("anna", PASSWORD)
    with pytest.raises(UnknownUser, match="no user anna: qa user list"):
        users.remove("anna")


def test_what_another_process_changes_is_seen_at_once(users: Users) -> None:
    others = Users(users.path)
    others.add("anna", PASSWORD)
    assert users.names() == ["anna"]
    others.add("anna", "a newer password")  # a line of the same length
    assert users.stamp("anna") == others.stamp("anna")
    others.remove("anna")
    assert users.names() == []


def test_users_added_at_once_are_all_there(users: Users) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: Users(users.path).add(f"user{number}", PASSWORD), range(4)))
    assert users.names() == [f"user{number}" for number in range(4)]


def test_the_same_password_typed_on_another_keyboard_fits(users: Users) -> None:
    users.add("anna", "cafe\u0301 au lait")
    assert users.fits("anna", "caf\u00e9 au lait")


@pytest.mark.parametrize(
    "name",
    ["", "Anna", "../anna", "a/b", ".anna", "-a", "a b", "a:b", "a\n", "ä", "a" * 33, "local", "shared"],
)
def test_a_name_that_could_do_harm_is_refused(name: str, users: Users) -> None:
    with pytest.raises(BadName) as raised:
        users.add(name, PASSWORD)
    assert repr(name) in str(raised.value)
    assert users.names() == []


@pytest.mark.parametrize("password", ["", "seven77", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused_and_not_told(password: str, users: Users) -> None:
    with pytest.raises(BadPassword, match=f"has {len(password)} characters: take 8 to 256"):
        users.add("anna", password)
    assert not users.fits("anna", password)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(users: Users) -> None:
    """The least of several times each: no name is told by the clock."""
    users.add("anna", PASSWORD)

    def least(name: str) -> float:
        times = []
        for _ in range(2):
            start = time.thread_time()
            users.fits(name, "a wrong password")
            times.append(time.thread_time() - start)
        return min(times)

    assert 0.5 < least("nobody") / least("anna") < 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("anna:seven wet harbours", "is not NAME:scrypt:SALT:HASH"),
        ("", "is not NAME"),
        (f"../x:scrypt:{'0' * 32}:{'0' * 64}", "is not NAME"),
        (f"anna:scrypt:{'0' * 32}:{'0' * 63}", "is not NAME"),
        (f"ben:scrypt:{'0' * 32}:{'0' * 64}", "names ben again"),
    ],
)
def test_a_damaged_line_is_named_and_not_told(line: str, reason: str, users: Users) -> None:
    users.add("ben", PASSWORD)
    with users.path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(UsersDamaged, match=rf"users:2: {reason}.*: delete the line") as raised:
        users.fits("ben", PASSWORD)
    assert "harbours" not in str(raised.value)


def test_a_file_that_is_no_text_is_named(users: Users) -> None:
    users.path.parent.mkdir()
    users.path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsersDamaged, match="users:1: "):
        users.names()


def test_a_folder_in_the_way_is_named(users: Users) -> None:
    users.path.mkdir(parents=True)
    with pytest.raises(StorageFailed, match="users"):
        users.names()


class TestCommands:
    @pytest.fixture(autouse=True)
    def _index(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("QA_INDEX", str(tmp_path / ".index"))

    def type_in(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    def test_a_user_is_added_listed_and_removed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.type_in(f"{PASSWORD}\r\n", monkeypatch)
        assert run(["user", "add", "anna"]) == 0
        assert Users(tmp_path / ".index-data" / "users").fits("anna", PASSWORD)
        self.type_in("a newer password", monkeypatch)
        assert run(["user", "add", "anna"]) == 0
        assert run(["user", "list"]) == 0
        assert run(["user", "list", "--json"]) == 0
        assert run(["user", "remove", "anna"]) == 0
        assert run(["user", "list"]) == 0
        out, err = capsys.readouterr()
        assert out.splitlines()[:3] == [
            "anna may sign in",
            "anna has a new password, and is signed out everywhere",
            "anna",
        ]
        assert json.loads("".join(out.splitlines()[3:6])) == ["anna"]
        assert out.endswith(
            "stay in " + str(tmp_path / ".index-data") + "\nNobody yet: run qa user add NAME\n"
        )
        assert err == ""
        assert {path.name for path in (tmp_path / ".index-data").iterdir()} == {"users", "users.lock"}

    def test_the_data_folder_can_be_set(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QA_SERVE__DATA", str(tmp_path / "people"))
        self.type_in(PASSWORD, monkeypatch)
        assert run(["user", "add", "anna"]) == 0
        assert Users(tmp_path / "people" / "users").names() == ["anna"]
        assert not (tmp_path / ".index-data").exists()

    @pytest.mark.parametrize(
        ("arguments", "password", "line"),
        [
            (["add", "Anna"], PASSWORD, "qa: 'Anna' cannot be a user's name: take up to 32 of a-z"),
            (["add", "local"], PASSWORD, "qa: 'local' cannot be a user's name: the program uses it itself"),
            (["add", "anna"], "short\n", "qa: the password has 5 characters: take 8 to 256"),
            (["add", "anna"], "", "qa: the password has 0 characters"),
            (["remove", "anna"], "", "qa: there is no user anna: qa user list names them"),
        ],
    )
    def test_what_cannot_be_done_is_said_in_one_line(
        self,
        arguments: list[str],
        password: str,
        line: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.type_in(password, monkeypatch)
        assert run(["user", *arguments]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(line)
        assert err.count("\n") == 1
