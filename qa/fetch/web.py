"""One page of the web, politely: robots.txt, a pause for each host, limits of size, time and redirects.

Knows HTTP, and nothing of what is in a page or becomes of it. An address is looked up once, checked, and
the one that was checked is the one that is asked; a name that leads elsewhere a moment later changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.robotparser import RobotFileParser

from qa.errors import NotFetched, extra
from qa.fetch.address import is_public

with extra("fetch"):
    import httpx

AGENT = "spanqa"
MOST_REDIRECTS = 5
LONGEST_PAUSE = 60.0  # seconds; who asks for more between two pages does not want them taken
REDIRECTS = (301, 302, 303, 307, 308)

_NO_ROBOTS = set(range(400, 500)) - {429}  # too many requests: it may be there


@dataclass(frozen=True, slots=True)
class Limits:
    """size: bytes of one page, unpacked. seconds: for one answer, to its last byte. pause: seconds between
    two requests to one host, at least."""

    size: int = 20_000_000
    seconds: float = 30.0
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """url: after redirects. media: "text/html". charset: as the server says, or None. etag, modified: to ask
    with the next time, or empty."""

    url: str
    data: bytes
    media: str
    charset: str | None
    etag: str
    modified: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    data: bytes


class Web:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._named: set[str] = set()  # addresses of what the user typed
        self._robots: dict[str, RobotFileParser | str] = {}  # by origin; a text says why nothing may be taken
        self._asked: dict[str, float] = {}  # by host, when
        self._trust = ssl.create_default_context()

    def get(self, url: str, *, typed: bool = False, etag: str = "", modified: str = "") -> Page | None:
        """None where it is as it was when it had this etag or date.

        typed: the user named this URL, so its address may be a private one. Raises NotFetched; its status is
        404 or 410 where the page is gone.
        """
        if typed:
            self._name(_address(url, url), url)
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        answer, last = self._follow(url, {name: value for name, value in headers.items() if value})
        if answer.status == 304:
            return None
        told = Message()
        told["content-type"] = answer.headers.get("content-type", "application/octet-stream")
        return Page(
            url=last,
            data=answer.data,
            media=told.get_content_type(),
            charset=told.get_content_charset(),
            etag=answer.headers.get("etag", ""),
            modified=answer.headers.get("last-modified", ""),
        )

    def _name(self, here: httpx.URL, url: str) -> None:
        try:
            found = socket.getaddrinfo(here.host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _not_looked_up(here, url, error) from error
        self._named.update(str(one[4][0]) for one in found)

    def _follow(self, url: str, headers: Mapping[str, str], *, obey: bool = True) -> tuple[_Answer, str]:
        """The answer behind all redirects, and where it was. obey: what robots.txt says."""
        here = _address(url, url)
        for _ in range(MOST_REDIRECTS + 1):
            if obey:
                self._check_robots(here, url)
            self._wait(here)
            answer = self._ask(here, url, headers)
            if answer.status in (200, 304):
                return answer, str(here)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                raise NotFetched(url, f"the server answers {answer.status}", answer.status)
            here = _address(_joined(here, answer.headers["location"], url), url)
        raise NotFetched(url, f"more than {MOST_REDIRECTS} redirects")

    def _check_robots(self, here: httpx.URL, url: str) -> None:
        origin = str(here.copy_with(raw_path=b"/", fragment=None))
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}robots.txt")
        rules = self._robots[origin]
        if isinstance(rules, str):
            raise NotFetched(url, rules)
        if not rules.can_fetch(AGENT, str(here)):
            raise NotFetched(url, f"{origin}robots.txt does not allow it")

    def _read_robots(self, robots: str) -> RobotFileParser | str:
        """As RFC 9309 has it: where there is none, all is allowed; where it cannot be read, nothing is."""
        rules = RobotFileParser()
        try:
            answer, _ = self._follow(robots, {}, obey=False)
            rules.parse(answer.data.decode("utf-8", "replace").splitlines())
        except NotFetched as error:
            if error.status not in _NO_ROBOTS:
                return f"{robots} cannot be read: {error.reason}"
            rules.parse([])
        delay = rules.crawl_delay(AGENT)
        if delay and float(delay) > LONGEST_PAUSE:
            return f"{robots} asks for {delay} seconds between two pages"
        return rules

    def _wait(self, here: httpx.URL) -> None:
        rules = self._robots.get(str(here.copy_with(raw_path=b"/", fragment=None)))
        delay = rules.crawl_delay(AGENT) if isinstance(rules, RobotFileParser) else None
        pause = max(self.limits.pause, float(delay or 0))
        ready = self._asked.get(here.host, -pause) + pause
        time.sleep(max(0.0, ready - time.monotonic()))
        self._asked[here.host] = time.monotonic()

    def _ask(self, here: httpx.URL, url: str, headers: Mapping[str, str]) -> _Answer:
        try:
            return asyncio.run(self._exchange(here, url, headers))
        except TimeoutError:
            raise NotFetched(url, f"no whole answer within {self.limits.seconds:g} seconds") from None
        except socket.gaierror as error:
            raise _not_looked_up(here, url, error) from error
        except (httpx.HTTPError, OSError, UnicodeError) as error:
            raise NotFetched(url, f"no answer: {str(error) or type(error).__name__}") from error

    async def _exchange(self, here: httpx.URL, url: str, headers: Mapping[str, str]) -> _Answer:
        # A limit for the whole: a timeout of httpx begins anew with each byte. Proxies are not used: they
        # would look names up themselves, after the check.
        async with (
            asyncio.timeout(self.limits.seconds),
            httpx.AsyncClient(verify=self._trust, trust_env=False, timeout=None) as client,
        ):
            fault: httpx.ConnectError | None = None
            for address in await self._looked_up(here, url):
                request = client.build_request(
                    "GET",
                    here.copy_with(host=address),
                    headers={
                        "Host": here.netloc.decode(),
                        "User-Agent": AGENT,
                        "Accept-Encoding": "gzip",
                        **headers,
                    },
                    extensions={"sni_hostname": here.raw_host.decode()},
                )
                try:
                    response = await client.send(request, stream=True)
                except httpx.ConnectError as error:
                    fault = error
                    continue
                try:
                    return _Answer(response.status_code, response.headers, await self._body(response, url))
                finally:
                    await response.aclose()
            raise fault or OSError("it has no address")

    async def _looked_up(self, here: httpx.URL, url: str) -> list[str]:
        """The addresses of a host, each of which may be asked."""
        port = here.port or (443 if here.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(here.host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        hidden = [one for one in addresses if one not in self._named and not is_public(one)]
        if hidden:
            raise NotFetched(url, f"it leads to {hidden[0]}, a private address that was not asked for")
        return addresses

    async def _body(self, response: httpx.Response, url: str) -> bytes:
        if response.status_code != 200:
            return b""
        if response.headers.get("content-encoding", "identity") not in ("identity", "gzip"):
            raise NotFetched(
                url, f"packed as {response.headers['content-encoding']}, which was not asked for"
            )
        data = bytearray()
        async for piece in response.aiter_bytes():
            data += piece
            if len(data) > self.limits.size:
                raise NotFetched(url, f"larger than {self.limits.size / 1e6:g} MB: raise --max-mb")
        return bytes(data)


def _address(text: str, url: str) -> httpx.URL:
    """A URL that may be asked at all, without its fragment."""
    try:
        here = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise NotFetched(url, f"no URL: {error}") from error
    if here.scheme not in ("http", "https") or not here.host:
        raise NotFetched(url, f"{text} is no http or https address")
    if here.userinfo:
        raise NotFetched(url, "a URL with a password in it is not taken: it would be kept with the page")
    return here.copy_with(fragment=None)


def _not_looked_up(here: httpx.URL, url: str, error: Exception) -> NotFetched:
    return NotFetched(url, f"{here.host} cannot be looked up: {getattr(error, 'strerror', None) or error}")


def _joined(here: httpx.URL, location: str, url: str) -> str:
    try:
        return str(here.join(location))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise NotFetched(url, f"it redirects to no URL: {error}") from error
