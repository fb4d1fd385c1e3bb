from __future__ import annotations

from pathlib import Path

import pytest
from starlette.datastructures import Headers

from qa.web.address import check_address, is_loopback, refusal
from qa.web.errors import LoginNeeded, NoUsers
from qa.web.users import Users

HERE = "127.0.0.1:7860"
OTHERS = ["0.0.0.0", "::", "", "192.168.1.7", "10.0.0.1", "docs.example", "localhost.evil.example", "127.1"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost", "Localhost"]
)
def test_an_address_of_this_machine_alone_needs_no_login(host: str) -> None:
    assert is_loopback(host)
    check_address(host, None)


@pytest.mark.parametrize("host", OTHERS)
def test_an_address_that_others_reach_is_refused_without_login(host: str) -> None:
    with pytest.raises(LoginNeeded) as raised:
        check_address(host, None)
    assert raised.value.host == host
    ways_out = "run qa user add NAME and set serve.login = true, or listen on 127.0.0.1"
    assert str(raised.value).endswith(ways_out)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_login_without_users_is_refused_and_with_users_is_not(host: str, tmp_path: Path) -> None:
    users = Users(tmp_path / "users")
    with pytest.raises(NoUsers, match="names no user: run qa user add NAME"):
        check_address(host, users)
    users.add("anna", "seven wet harbours")
    check_address(host, users)


def refused(method: str = "POST", loopback_only: bool = False, **headers: str) -> int | None:
    """The status; headers: with _ for -."""
    given = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    verdict = refusal(given, method, loopback_only=loopback_only)
    return verdict and verdict.status


@pytest.mark.parametrize("host", [HERE, "localhost:7860", "[::1]:7860", "LOCALHOST", "127.0.0.1"])
def test_without_login_the_names_of_this_machine_are_answered(host: str) -> None:
    assert refused("GET", loopback_only=True, host=host) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[::1", "a@127.0.0.1", "localhost/x"],
)
def test_without_login_a_rebound_name_is_refused(host: str) -> None:
    assert refused("GET", loopback_only=True, host=host) == 400
    assert refused("GET", host="docs.example") is None  # with login it has the cookies of its own name only


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:7860", HERE),
        ("http://docs.example", "docs.example"),
        ("http://docs.example", "docs.example:80"),
        ("https://docs.example", "docs.example"),  # a proxy speaks https for us
        ("https://docs.example", "DOCS.example:443"),
        ("http://[::1]:7860", "[::1]:7860"),
    ],
)
def test_our_own_pages_may_send(origin: str, host: str) -> None:
    assert refused(host=host, origin=origin) is None


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:3000",
        "http://localhost:7860",
        "http://127.0.0.1:7860.evil.example",
        "http://127.0.0.1:7860@evil.example",
        "http://evil.example/127.0.0.1:7860",
        "null",
        "",
        "127.0.0.1:7860",
        "http://127.0.0.1:port",
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", ""])
def test_other_pages_may_not(origin: str, method: str) -> None:
    assert refused(method, host=HERE, origin=origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_of_other_pages_only_links_lead_here(site: str) -> None:
    assert refused("GET", host=HERE, sec_fetch_site=site, sec_fetch_mode="navigate") is None
    assert refused("GET", host=HERE, sec_fetch_site=site, sec_fetch_mode="no-cors") == 403
    assert refused("POST", host=HERE, sec_fetch_site=site, sec_fetch_mode="navigate") == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_this_page_or_the_person_asks_for_is_answered(site: str) -> None:
    assert refused("GET", host=HERE, sec_fetch_site=site, sec_fetch_mode="no-cors") is None


def test_programs_that_are_no_browser_are_answered() -> None:
    assert refused("POST", host=HERE) is None
