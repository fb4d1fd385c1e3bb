"""A page is asked for politely and within limits, and never from a machine that nobody named."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qa.errors import NotFetched
from qa.fetch.address import is_public
from qa.fetch.web import Limits, Page, Web
from tests.qa.fetch.site import Reply, Site, serving

QUICK = Limits(size=100_000, seconds=1.0, pause=0)


def get(url: str, limits: Limits = QUICK) -> Page | None:
    return Web(limits).get(url, typed=True)


def refusal(url: str, limits: Limits = QUICK) -> str:
    with pytest.raises(NotFetched) as caught:
        get(url, limits)
    assert caught.value.url == url
    assert "\n" not in caught.value.reason
    return caught.value.reason


def test_a_page_comes_with_what_the_server_says_of_it(site: Site) -> None:
    told = {"ETag": '"1"', "Last-Modified": "Fri, 17 Jan 2020 10:00:00 GMT"}
    site.put("/a", "<p>Text.</p>", kind="text/html; charset=KOI8-R", headers=told)
    assert get(site.url("/a#part")) == Page(
        site.url("/a"), b"<p>Text.</p>", "text/html", "koi8-r", '"1"', told["Last-Modified"]
    )
    assert {agent for _, agent, _ in site.asked} == {"spanqa"}


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.put("/a", "x", headers={"ETag": '"1"'})
    assert Web(QUICK).get(site.url("/a"), typed=True, etag='"1"') is None
    assert Web(QUICK).get(site.url("/a"), typed=True, etag='"0"') is not None


def test_robots_txt_is_asked_once_and_obeyed(site: Site) -> None:
    site.put("/robots.txt", "User-agent: other\nDisallow: /\n\nUser-agent: spanqa\nDisallow: /private\n")
    site.put("/open", "x")
    site.put("/private/a", "x")
    web = Web(QUICK)
    assert web.get(site.url("/open"), typed=True) is not None
    with pytest.raises(NotFetched, match=r"/robots\.txt does not allow it"):
        web.get(site.url("/private/a"), typed=True)
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/open"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_without_robots_txt_all_is_allowed_and_with_a_broken_one_nothing(
    site: Site, status: int, allowed: bool
) -> None:
    site.pages["/robots.txt"] = Reply(status=status)
    site.put("/a", "x")
    if allowed:
        assert get(site.url("/a")) is not None
    else:
        reason = f"{site.url('/robots.txt')} cannot be read: the server answers {status}"
        assert refusal(site.url("/a")) == reason
        assert site.paths() == []


def test_robots_txt_holds_where_a_redirect_leads(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n")
    site.pages["/a"] = Reply(status=301, headers={"Location": "/private"})
    site.put("/private", "x")
    assert refusal(site.url("/a")).endswith("/robots.txt does not allow it")
    assert site.paths() == ["/a"]


def test_between_two_requests_to_a_host_there_is_a_pause_as_long_as_it_asks_for(site: Site) -> None:
    site.put("/a", "x")
    web, began = Web(Limits(seconds=5, pause=0.2)), time.monotonic()
    for _ in range(2):
        web.get(site.url("/a"), typed=True)
    assert site.paths() == ["/a", "/a"]
    assert time.monotonic() - began >= 0.4  # robots.txt came first
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 1\n")
    began = time.monotonic()
    get(site.url("/a"))
    assert time.monotonic() - began >= 1
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n")
    assert refusal(site.url("/a")).endswith("/robots.txt asks for 3600 seconds between two pages")


def test_a_page_may_not_be_larger_than_the_limit_packed_or_not(site: Site) -> None:
    site.put("/endless", "x" * 1000, endless=True)
    site.pages["/bomb"] = Reply(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
    site.pages["/gzip"] = Reply(gzip.compress(b"text"), headers={"Content-Encoding": "gzip"})
    site.pages["/odd"] = Reply(b"x", headers={"Content-Encoding": "br"})
    assert refusal(site.url("/endless")) == "larger than 0.1 MB: raise --max-mb"
    assert refusal(site.url("/bomb")) == "larger than 0.1 MB: raise --max-mb"
    assert refusal(site.url("/odd")) == "packed as br, which was not asked for"
    page = get(site.url("/gzip"))
    assert page is not None
    assert page.data == b"text"


@pytest.mark.parametrize("how", ["drip", "stuck"])
def test_a_server_that_sends_a_byte_now_and_then_is_left(site: Site, how: str) -> None:
    site.put("/a", "x" * 1000, drip=how == "drip", stuck=how == "stuck")
    began = time.monotonic()
    limits = Limits(seconds=0.4, pause=0)
    assert refusal(site.url("/a"), limits) == "no whole answer within 0.4 seconds"
    assert time.monotonic() - began < 3


def test_redirects_are_followed_a_few_times(site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "b?x=1"})
    site.put("/b?x=1", "there")
    site.pages["/loop"] = Reply(status=307, headers={"Location": "/loop"})
    page = get(site.url("/a"))
    assert page is not None
    assert (page.url, page.data) == (site.url("/b?x=1"), b"there")
    assert refusal(site.url("/loop")) == "more than 5 redirects"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (
            "http://169.254.169.254/latest/",
            "it leads to 169.254.169.254, a private address that was not asked for",
        ),
        ("http://127.0.0.2/", "it leads to 127.0.0.2, a private address that was not asked for"),
        ("http://[::1]/", "it leads to ::1, a private address that was not asked for"),
        ("http://2130706434/", "it leads to 127.0.0.2, a private address that was not asked for"),
        ("file:///etc/passwd", "file:/etc/passwd is no http or https address"),
        (
            "http://ann:secret@127.0.0.1/",
            "a URL with a password in it is not taken: it would be kept with the page",
        ),
    ],
)
def test_a_redirect_leads_to_no_private_address_and_no_other_scheme(
    site: Site, location: str, reason: str
) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": location})
    assert reason in refusal(site.url("/a"))


def test_an_address_of_this_machine_is_asked_only_where_the_user_named_it(site: Site) -> None:
    site.put("/a", "x")
    with pytest.raises(NotFetched, match=r"127\.0\.0\.1, a private address that was not asked for"):
        Web(QUICK).get(site.url("/a"))
    assert site.asked == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of the name localhost alone, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, *form) + signed.public_bytes(pem))
    return path


def test_a_certificate_is_of_the_name_that_was_asked_and_of_one_who_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(certificate) as site:
        site.put("/a", "x")
        named = site.url("/a").replace("127.0.0.1", "localhost")
        assert "self-signed certificate" in refusal(named)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        page = get(named)
        assert page is not None
        assert (page.url, page.data) == (named, b"x")
        assert "IP address mismatch" in refusal(site.url("/a"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
    ],
)
def test_addresses_of_the_internet_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "ftp://example.org/a is no http or https address"),
        ("notes.html", "notes.html is no http or https address"),
        ("http://example.org:port/", "no URL: Invalid port"),
        ("http://no-such-host.invalid/", "no-such-host.invalid cannot be looked up: "),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(url: str, reason: str) -> None:
    assert refusal(url).startswith(reason)


def test_a_page_that_is_gone_and_a_server_that_is_not_there_are_told_apart(site: Site) -> None:
    site.pages["/gone"] = Reply(status=410)
    for path, status in (("/none", 404), ("/gone", 410)):
        with pytest.raises(NotFetched) as caught:
            get(site.url(path))
        assert caught.value.status == status
    assert "cannot be read: no answer" in refusal("http://127.0.0.1:9/")
