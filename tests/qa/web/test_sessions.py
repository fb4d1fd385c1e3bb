from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.web.sessions import LASTS, RENEWED, Sessions
from qa.web.users import Users

HOUR = 3600.0


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def user_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    users = Users(tmp_path_factory.mktemp("data") / "users")
    users.add("anna", "seven wet harbours")
    users.add("ben", "seven dry harbours")
    return users.path


@pytest.fixture
def users(tmp_path: Path, user_file: Path) -> Users:
    return Users(Path(shutil.copy(user_file, tmp_path)))


@pytest.fixture
def sessions(tmp_path: Path, users: Users, clock: Clock) -> Iterator[Sessions]:
    sessions = Sessions(tmp_path / "chat.sqlite", users, clock)
    yield sessions
    sessions.close()


def began(sessions: Sessions, user: str) -> str:
    token = sessions.begin(user)
    assert token is not None
    return token


def test_a_token_is_its_users_until_it_ends(sessions: Sessions) -> None:
    anna, ben, again = began(sessions, "anna"), began(sessions, "ben"), began(sessions, "anna")
    assert len({anna, ben, again}) == 3
    assert len(anna) == 43  # 256 bits in base 64
    assert [sessions.find(token) for token in (anna, ben)] == [("anna", False), ("ben", False)]
    sessions.end(anna)
    assert sessions.find(anna) is None
    assert sessions.find(again) == ("anna", False)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "' OR 1 --", "\udc80"])
def test_what_was_never_given_out_is_nobodys(token: str, sessions: Sessions) -> None:
    began(sessions, "anna")
    assert sessions.find(token) is None


def test_nobody_unknown_begins_a_session(sessions: Sessions) -> None:
    assert sessions.begin("carl") is None


def test_the_file_holds_nothing_that_one_could_sign_in_with(sessions: Sessions, tmp_path: Path) -> None:
    token = began(sessions, "anna")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("chat.sqlite*"))
    assert b"anna" in kept
    assert token.encode() not in kept
    ((hashed,),) = sessions._database.all("SELECT token FROM session")
    assert sessions.find(hashed) is None


def test_sessions_outlive_the_server(sessions: Sessions, users: Users, clock: Clock, tmp_path: Path) -> None:
    token = began(sessions, "anna")
    sessions.close()
    again = Sessions(tmp_path / "chat.sqlite", users, clock)
    assert again.find(token) == ("anna", False)
    again.close()


def test_a_session_lasts_two_weeks_from_its_last_use(sessions: Sessions, clock: Clock) -> None:
    used, left = began(sessions, "anna"), began(sessions, "anna")
    clock.now += RENEWED + 1
    assert sessions.find(used) == ("anna", True)
    assert sessions.find(used) == ("anna", False)  # once a day is enough
    clock.now += LASTS - HOUR
    assert sessions.find(used) == ("anna", True)
    assert sessions.find(left) is None
    clock.now += LASTS
    assert sessions.find(used) is None


def test_what_has_expired_is_forgotten(sessions: Sessions, clock: Clock) -> None:
    began(sessions, "anna")
    clock.now += LASTS
    token = began(sessions, "ben")
    assert len(sessions._database.all("SELECT * FROM session")) == 1
    assert sessions.find(token) == ("ben", False)


def test_removing_a_user_ends_their_sessions_for_good(sessions: Sessions, users: Users) -> None:
    anna, ben = began(sessions, "anna"), began(sessions, "ben")
    Users(users.path).remove("anna")
    assert sessions.find(anna) is None
    assert sessions.find(ben) == ("ben", False)
    users.add("anna", "seven wet harbours")
    assert sessions.find(anna) is None


def test_a_new_password_ends_all_sessions_of_the_user(sessions: Sessions, users: Users) -> None:
    tokens = [began(sessions, "anna") for _ in range(3)]
    users.add("anna", "eight wet harbours")
    assert [sessions.find(token) for token in tokens] == [None] * 3
