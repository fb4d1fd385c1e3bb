"""Sitemaps and feeds name pages; what is neither is refused in one line."""

from __future__ import annotations

import gzip

import pytest

from qa.errors import NotFetched
from qa.fetch.lists import Entry, Sitemap, feed, sitemap

URL = "https://example.org/sub/list.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"<urlset {NAMESPACE}><url><loc> https://example.org/a </loc></url><url><loc>https://example.org/b</loc></url></urlset>"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
<item><title>Parks &amp; roads</title><link>/parks</link><dc:creator>Ann Lee</dc:creator>
<pubDate>Fri, 17 Jan 2020 10:00:00 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>The whole.</p><script>x()</script>]]></content:encoded></item>
<item><title>Bridges</title><link>https://example.org/bridges</link><description>Short.</description></item>
<item><title>Without a link</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link href="one"/>
<updated>2020-01-17T10:00:00Z</updated><content type="text">1 &lt; 2</content></entry></feed>"""


def test_a_sitemap_names_pages_or_further_sitemaps() -> None:
    assert sitemap(PAGES.encode(), URL, 10_000) == Sitemap(
        ("https://example.org/a", "https://example.org/b"), ()
    )
    index = f"<sitemapindex {NAMESPACE}><sitemap><loc>https://example.org/sub/one.xml</loc></sitemap></sitemapindex>"
    assert sitemap(index.encode(), URL, 10_000) == Sitemap((), ("https://example.org/sub/one.xml",))


def test_a_packed_sitemap_is_unpacked_within_the_limit() -> None:
    assert sitemap(gzip.compress(PAGES.encode()), URL, 10_000).pages[0] == "https://example.org/a"
    with pytest.raises(NotFetched, match=r"larger than 0\.01 MB unpacked: raise --max-mb"):
        sitemap(gzip.compress(bytes(100_000)), URL, 10_000)


@pytest.mark.parametrize(
    "data",
    [
        b"no xml",
        b"<html></html>",
        b"<urlset>",
        b"\x1f\x8bbroken",
        b'<!DOCTYPE x [<!ENTITY a "aa">]><urlset>&a;</urlset>',
    ],
)
def test_what_is_no_sitemap_is_refused(data: bytes) -> None:
    with pytest.raises(NotFetched, match=r"no sitemap: |broken gzip: ") as caught:
        sitemap(data, URL, 10_000)
    assert "\n" not in str(caught.value)


def test_a_feed_names_its_entries_and_carries_some_whole() -> None:
    assert feed(RSS.encode(), URL) == [
        Entry("https://example.org/parks", "Parks & roads", "Ann Lee", "2020-01-17", "<p>The whole.</p>"),
        Entry("https://example.org/bridges", "Bridges", "", "", ""),
    ]
    (entry,) = feed(ATOM.encode(), URL)
    assert (entry.url, entry.date) == ("https://example.org/sub/one", "2020-01-17")
    assert entry.body == "<p>1 &lt; 2</p>"


@pytest.mark.parametrize("data", [b"", b"/etc/passwd", b"<html><body>No feed.</body></html>"])
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(NotFetched, match="no feed: neither RSS nor Atom"):
        feed(data, URL)
