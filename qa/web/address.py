"""Who can reach the server, and whose page has sent a request.

Knows addresses and the headers Host, Origin and Sec-Fetch-*; nothing of users' sessions.

A page of anywhere can have a browser send requests here, and can give its own name the address 127.0.0.1
("DNS rebinding") to read the answers too. The first is told by Origin and Sec-Fetch-Site, the second by Host.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from qa.web.errors import LoginNeeded, NoUsers
from qa.web.users import Users

PORTS = {"http": 80, "https": 443}


class Refusal(NamedTuple):
    """status: of HTTP. words: why, and the way out."""

    status: int
    words: str


def check_address(host: str, users: Users | None) -> None:
    """users: None for no login. Raises LoginNeeded where others could reach `host`; NoUsers where there is
    nobody who could sign in."""
    if users is None and not is_loopback(host):
        raise LoginNeeded(host)
    if users is not None and not users.names():
        raise NoUsers(users.path)


def is_loopback(host: str) -> bool:
    """Whether only this machine answers to this address, or to this name. Other names are not looked up:
    what they stand for can change."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def refusal(headers: Headers, method: str, *, loopback_only: bool) -> Refusal | None:
    """Why a request is not answered, whoever sends it. loopback_only: as for a server without login."""
    host = headers.get("host", "")
    if loopback_only and not is_loopback(_place(f"http://{host}")[0]):
        return Refusal(400, f"Without login this server has no name {host[:80]!r}: open http://127.0.0.1")
    origin = headers.get("origin")
    if origin is not None and not _same(origin, host):
        return Refusal(
            403,
            f"A page of {origin[:80]!r} may not send requests to {host[:80]!r}: open the latter itself; "
            "a proxy in between must pass the Host header on",
        )
    # Images and scripts name no origin. A link that is followed is another matter.
    followed = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed:
        return Refusal(403, "A page of another address may not load anything from this server")
    return None


def _same(origin: str, host: str) -> bool:
    """The scheme may differ: a proxy may speak https with the browser and http with us."""
    scheme = origin.partition("://")[0]
    place = _place(origin)
    return place[0] != "" and place == _place(f"{scheme}://{host}")


def _place(address: str) -> tuple[str, int | None]:
    """Host and port of "http://localhost:7860"; "" for what is no such address."""
    try:
        parts = urlsplit(address)
        plain = parts.username is None and not (parts.path or parts.query or parts.fragment)
        return (parts.hostname or "") if plain else "", parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "", None
