"""Sitemaps and feeds: the pages that they name. Knows what is in such a file, and asks for nothing itself."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from qa.errors import NotFetched, extra

with extra("fetch"):
    import feedparser

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """URLs. others: further sitemaps that this one names."""

    pages: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Of a feed. date: as 2020-01-17. body: HTML where the feed carries the entry whole, else empty."""

    url: str
    title: str
    author: str
    date: str
    body: str


def sitemap(data: bytes, url: str, limit: int) -> Sitemap:
    """limit: bytes, unpacked. Raises NotFetched."""
    if data.startswith(_GZIP):
        data = _unpacked(data, url, limit)
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NotFetched(url, f"no sitemap: {error}") from error
    kind = str(root.tag).rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex"):
        raise NotFetched(url, f"no sitemap: it begins with <{kind}>")
    named = tuple(
        place.text.strip()
        for entry in root
        for place in entry
        if str(place.tag).rpartition("}")[2] == "loc" and place.text
    )
    return Sitemap(named, ()) if kind == "urlset" else Sitemap((), named)


def _unpacked(data: bytes, url: str, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)  # gzip
    try:
        whole = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise NotFetched(url, f"broken gzip: {error}") from error
    if unpacker.unconsumed_tail:
        raise NotFetched(url, f"larger than {limit / 1e6:g} MB unpacked: raise --max-mb")
    return whole


def feed(data: bytes, url: str) -> list[Entry]:
    """The entries of an RSS or Atom feed, in its order. Raises NotFetched."""
    # As a stream: feedparser takes bytes for the name of a file first, and text for a URL.
    found = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url})
    if not found.get("version"):
        raise NotFetched(url, "no feed: neither RSS nor Atom")
    entries = []
    for one in found.entries:
        day = one.get("published_parsed") or one.get("updated_parsed")
        entries.append(
            Entry(
                url=one.get("link", ""),
                title=one.get("title", ""),
                author=one.get("author", ""),
                date=date(*day[:3]).isoformat() if day else "",
                body=_whole(one.get("content") or ()),
            )
        )
    return [entry for entry in entries if entry.url]


def _whole(contents: Sequence[dict[str, str]]) -> str:
    """Of the forms in which an entry is carried, the first; a summary is no such form."""
    for content in contents:
        if content.get("value"):
            return (
                content["value"]
                if "html" in content.get("type", "")
                else f"<p>{escape(content['value'])}</p>"
            )
    return ""
