"""EPUB: the pages of a book in the order in which they are read, and what the book says of itself.

Its contents and its navigation say again what its headings say: they are kept as removed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.document import Block
from corpus.encoding import decode, one_line
from corpus.errors import LoadError
from corpus.loaders import html
from corpus.loaders.archive import open_archive
from corpus.loaders.loaded import Loaded, meaningful_title

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from lxml.etree import _Element

FEWEST_ENTRIES = 5  # links into the book; a page of fewer is no contents
MOST = 0.8  # of the text of a page of contents that is in such links

_METADATA = "{http://purl.org/dc/elements/1.1/}"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_ENTRY = ("li", "p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "td", "div")  # what a link is in
# "<title/>" is an element without text in XML, and one that never ends in HTML.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][\w:.-]*)([^<>]*)/>"
)


def read(data: bytes, name: str) -> Loaded:
    archive = open_archive(data, name)
    if "META-INF/rights.xml" in archive.namelist():
        raise LoadError(name, "encrypted: a book with digital rights management cannot be read")
    at, package = _package(archive, name)
    blocks = [block for page in _pages(archive, at, package) for block in _page(page, name)]
    fields = {
        key: ", ".join(filter(None, (one_line(each.text or "") for each in package.iter(_METADATA + tag))))
        for key, tag in {"author": "creator", "publisher": "publisher", "language": "language"}.items()
    }
    title, date = (one_line(package.findtext(f".//{_METADATA}{tag}") or "") for tag in ("title", "date"))
    fields["date"] = date.partition("T")[0]
    return Loaded(blocks, meaningful_title(title), {key: value for key, value in fields.items() if value})


def _package(archive: zipfile.ZipFile, name: str) -> tuple[str, Element]:
    """Where the package file is that lists the pages of the book, and its root."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        rootfile = fromstring(archive.read("META-INF/container.xml")).find(f".//{_CONTAINER}rootfile")
        at = rootfile.get("full-path", "") if rootfile is not None else ""
        return at, fromstring(archive.read(at))
    except (KeyError, ParseError, DefusedXmlException) as error:
        raise LoadError(name, f"corrupt: its list of pages cannot be read: {one_line(str(error))}") from error


def _pages(archive: zipfile.ZipFile, at: str, package: Element) -> Iterator[bytes]:
    """The pages in their order, without the one that the book itself names as its navigation."""
    known = set(archive.namelist())
    items = {item.get("id"): item for item in package.iter(f"{_PACKAGE}item")}
    for reference in package.iter(f"{_PACKAGE}itemref"):
        item = items.get(reference.get("idref"))
        link = item.get("href", "") if item is not None else ""
        for candidate in (unquote(link), link):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(at), candidate))
            if path in known:
                yield archive.read(path)
                break


def _page(data: bytes, name: str) -> list[Block]:
    page = _SELF_CLOSED.sub(r"<\1\2></\1>", decode(data, name)) if data.strip() else ""
    return html.visible_blocks(page, _furniture) if page else []


def _furniture(root: _Element) -> dict[_Element, str]:
    """Navigation, and the contents: the links into the book of a page that is hardly more than such links."""
    html.describe_pictures(root)
    found = dict.fromkeys(root.xpath("//nav | //*[@role='navigation']"), "navigation")
    links: list[_Element] = root.xpath(
        "//body//a[@href][not(contains(@href, '://')) and not(starts-with(@href, 'mailto:'))]"
    )
    linked = sum(len(link.xpath("normalize-space()")) for link in links)
    if len(links) >= FEWEST_ENTRIES and linked >= MOST * len(root.xpath("normalize-space(//body)")):
        found |= dict.fromkeys([next(link.iterancestors(*_ENTRY), link) for link in links], "contents")
    return found
