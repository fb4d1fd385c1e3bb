from __future__ import annotations

import pytest

from qa.web.attempts import FORGOTTEN, LONGEST, MOST, Attempts
from qa.web.errors import TooManyAttempts


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def wait(attempts: Attempts, name: str, address: str) -> int:
    """Seconds that an attempt must wait; one that need not is made, and fails."""
    try:
        attempts.begin(name, address)
    except TooManyAttempts as error:
        return error.seconds
    return 0


def test_after_three_failures_each_wait_is_twice_the_last_up_to_a_minute(
    attempts: Attempts, clock: Clock
) -> None:
    waits = []
    for number in range(12):
        address = f"10.0.0.{number}"  # wherever they come from
        waits.append(wait(attempts, "anna", address))
        clock.now += waits[-1]
        if waits[-1]:
            assert wait(attempts, "anna", address) == 0
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_attempts_at_once_are_counted_before_their_passwords_are_looked_at(attempts: Attempts) -> None:
    assert [wait(attempts, "anna", "10.0.0.1") for _ in range(6)] == [0, 0, 0, 1, 1, 1]


def test_an_address_that_tries_many_names_waits_too(attempts: Attempts) -> None:
    assert [wait(attempts, f"user{number}", "10.0.0.1") for number in range(12)] == [0] * 10 + [1, 1]
    assert wait(attempts, "anna", "10.0.0.2") == 0


def test_an_ipv6_subscriber_is_one_address(attempts: Attempts) -> None:
    waits = [wait(attempts, f"user{number}", f"2001:db8:1:2:{number:x}::1") for number in range(11)]
    assert waits == [0] * 10 + [1]
    assert wait(attempts, "anna", "2001:db8:1:3::1") == 0


def test_signing_in_clears_the_name_and_not_the_address(attempts: Attempts) -> None:
    for number in range(9):
        assert wait(attempts, f"user{number}", "10.0.0.1") == 0
    for _ in range(2):
        assert wait(attempts, "mallory", "10.0.0.9") == 0
    attempts.begin("mallory", "10.0.0.1")
    attempts.succeed("mallory", "10.0.0.1")
    assert wait(attempts, "anna", "10.0.0.1") == 0
    assert wait(attempts, "anna", "10.0.0.1") == 1  # the tenth failure was anna's
    assert [wait(attempts, "mallory", "10.0.0.8") for _ in range(4)] == [0, 0, 0, 1]


def test_who_is_right_at_once_never_waits(attempts: Attempts) -> None:
    for _ in range(100):
        attempts.begin("anna", "10.0.0.1")
        attempts.succeed("anna", "10.0.0.1")


def test_failures_are_forgotten_after_an_hour(attempts: Attempts, clock: Clock) -> None:
    for _ in range(3):
        attempts.begin("anna", "10.0.0.1")
    clock.now += FORGOTTEN + 1
    assert [wait(attempts, "anna", "10.0.0.1") for _ in range(4)] == [0, 0, 0, 1]


def test_made_up_names_do_not_fill_the_memory(attempts: Attempts) -> None:
    for number in range(MOST):
        attempts.begin(f"user{number}", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(attempts._failures) == MOST


def test_the_wait_is_told_in_whole_seconds() -> None:
    assert str(TooManyAttempts(0.2)) == "too many failed attempts: try again in 1 second"
    assert str(TooManyAttempts(LONGEST)) == "too many failed attempts: try again in 60 seconds"
