"""What a page becomes as a file: its name, and the mark in it that says where it is from.

The mark is the comment that browsers write into the pages they save, and that the HTML loader reads. It is
no part of the page's text.
"""

from __future__ import annotations

import codecs
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from corpus.encoding import BYTE_ORDER_MARKS, decode
from corpus.errors import LoadError
from corpus.load import LOADERS
from qa.errors import NotFetched
from qa.fetch.lists import Entry
from qa.fetch.web import Page
from qa.web.uploads import safe_name

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
_VAGUE = ("text/plain", "application/octet-stream", "binary/octet-stream")  # here the URL's suffix says more


def file_name(url: str, suffix: str) -> str:
    """ "example.org/reports-2020.html": the host is a folder, the path below it one safe name.

    Raises NotFetched.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise NotFetched(url, f"no URL: {error}") from error
    path = unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path).strip("/")
    stem = path.replace("/", "-").removesuffix(suffix) or "index"
    return f"{safe_name(parts.netloc.replace(':', '-'))}/{safe_name(stem)}{suffix}"


def suffix(page: Page, url: str) -> str:
    """Of a file that a loader reads. Raises NotFetched for what none does."""
    named = PurePosixPath(urlsplit(page.url).path).suffix.lower()
    if page.media in _VAGUE and named in LOADERS:
        return named
    if page.media not in _SUFFIXES:
        raise NotFetched(url, f"it is {page.media}, which no loader reads")
    return _SUFFIXES[page.media]


def content(page: Page, suffix: str, url: str) -> bytes:
    """As it was sent; a page of HTML with the mark in front, and in UTF-8 where only the server says what
    it is in."""
    if suffix != ".html":
        return page.data
    text = _text(page, url)
    mark = f"{_mark(page.url)}\n".encode()
    return mark + page.data if text is None else codecs.BOM_UTF8 + mark + text.encode()


def _text(page: Page, url: str) -> str | None:
    """The characters of a page whose bytes alone do not tell them, or take no ASCII mark in front."""
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS if page.data.startswith(mark))
    for encoding in filter(None, (*marked, page.charset)):
        if encoding == "utf-8":
            return None
        try:
            return page.data.decode(encoding)
        except (LookupError, ValueError):
            continue  # unknown, or not what the page is in
    if b"\0" not in page.data:
        return None
    try:
        return decode(page.data, url)
    except LoadError as error:
        raise NotFetched(url, error.reason) from error


def entry_page(entry: Entry) -> bytes:
    """A feed's entry that the feed carries whole, as a page."""
    told = {"author": entry.author, "article:published_time": entry.date}
    metas = "".join(
        f'<meta name="{name}" property="{name}" content="{escape(value)}">'
        for name, value in told.items()
        if value
    )
    title = escape(entry.title or entry.url)
    return (
        f'{_mark(entry.url)}\n<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>{metas}'
        f"</head><body><article><h1>{title}</h1>{entry.body}</article></body></html>\n"
    ).encode()


def _mark(url: str) -> str:
    safe = quote(url, safe="%/:?#[]@!$&'()*+,;=~").replace("--", "-%2D")  # two hyphens end a comment
    return f"<!-- saved from url=({len(safe):04}){safe} -->"
