"""A page becomes a file of a kind that is read, with a safe name, and says in itself where it is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Document, load
from qa.errors import NotFetched
from qa.fetch.lists import Entry
from qa.fetch.saved import content, entry_page, file_name, suffix
from qa.fetch.web import Page

URL = "https://example.org/a"
BODY = (
    "<html><head>{}<title>Порт</title></head><body><article><p>Порт открыт с мая.</p></article></body></html>"
)


def page(data: bytes = b"", media: str = "text/html", charset: str | None = None, url: str = URL) -> Page:
    return Page(url, data, media, charset, "", "")


def read(folder: Path, data: bytes) -> Document:
    path = folder / "page.html"
    path.write_bytes(data)
    return load(path, "docs/page.html")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/", "example.org/index.html"),
        ("https://example.org/reports/2020/parks.html", "example.org/reports-2020-parks.html"),
        ("http://127.0.0.1:8000/a?x=1&y=2", "127.0.0.1-8000/a_x=1&y=2.html"),
        ("https://example.org/%2e%2e/%2e%2e/etc/passwd", "example.org/-.-etc-passwd.html"),
        ("https://example.org/.git/config", "example.org/git-config.html"),
        ("https://example.org/con", "example.org/_con.html"),
        ("https://example.org/%E6%B8%AF", "example.org/港.html"),
        ("https://example.org/%00%0a..%2f", "example.org/document.html"),
    ],
)
def test_a_url_becomes_a_safe_name(url: str, name: str) -> None:
    assert file_name(url, ".html") == name
    assert len(file_name(f"{url}{'x' * 5000}", ".html").split("/")[1].encode()) <= 125


@pytest.mark.parametrize(
    ("media", "path", "kind"),
    [
        ("text/html", "/a.php", ".html"),
        ("application/pdf", "/a", ".pdf"),
        ("text/plain", "/a.md", ".md"),
        ("text/plain", "/a", ".txt"),
        ("application/octet-stream", "/a.docx", ".docx"),
    ],
)
def test_the_kind_is_the_servers_word_or_the_urls_suffix(media: str, path: str, kind: str) -> None:
    assert suffix(page(media=media, url=f"https://example.org{path}"), URL) == kind


@pytest.mark.parametrize("media", ["image/png", "application/octet-stream", "application/zip"])
def test_what_no_loader_reads_is_refused(media: str) -> None:
    with pytest.raises(NotFetched, match=f"it is {media}, which no loader reads"):
        suffix(page(media=media), URL)


@pytest.mark.parametrize(
    ("encoding", "charset", "meta"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", None, ""),
        ("utf-8-sig", None, ""),
        ("utf-16", None, ""),
        ("utf-16-le", "utf-16-le", ""),
        ("utf-16-le", None, ""),
        ("koi8-r", "koi8-r", ""),
        ("koi8-r", None, "<meta charset=koi8-r>"),
        ("koi8-r", "no-such", "<meta charset=koi8-r>"),
        ("utf-8", "ascii", ""),
    ],
)
def test_a_saved_page_reads_as_it_was_meant_and_names_its_url(
    tmp_path: Path, encoding: str, charset: str | None, meta: str
) -> None:
    data = BODY.format(meta).encode(encoding)
    document = read(tmp_path, content(page(data, charset=charset), ".html", URL))
    assert document.text == "Порт открыт с мая."
    assert document.title == "Порт"
    assert document.metadata["url"] == URL


def test_the_mark_changes_no_offset_and_nothing_else(tmp_path: Path) -> None:
    data = BODY.format("<link rel=canonical href='https://example.org/other'>").encode()
    before, after = read(tmp_path, data), read(tmp_path, content(page(data), ".html", URL))
    assert (before.text, before.removed) == (after.text, after.removed)
    assert before.metadata["url"] == "https://example.org/other"
    assert after.metadata == {**before.metadata, "url": URL}


def test_a_url_cannot_end_the_mark(tmp_path: Path) -> None:
    odd = "https://example.org/a--><script>x</script>"
    document = read(tmp_path, content(page(BODY.format("").encode(), url=odd), ".html", odd))
    assert document.text == "Порт открыт с мая."
    assert document.metadata["url"] == "https://example.org/a-%2D%3E%3Cscript%3Ex%3C/script%3E"


def test_only_pages_of_html_are_marked() -> None:
    assert content(page(b"%PDF-1.7", "application/pdf"), ".pdf", URL) == b"%PDF-1.7"


def test_an_entry_that_a_feed_carries_is_a_page(tmp_path: Path) -> None:
    entry = Entry(URL, "Parks & <roads>", "Ann Lee", "2020-01-17", "<p>The park opens in May, he said.</p>")
    document = read(tmp_path, entry_page(entry))
    assert document.title == "Parks & <roads>"
    assert document.text == "Parks & <roads>\n\nThe park opens in May, he said."
    assert document.metadata == {"author": "Ann Lee", "date": "2020-01-17", "url": URL}
