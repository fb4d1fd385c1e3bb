"""Word, PowerPoint and EPUB files, by way of the Markdown that markitdown makes of them.

The converters are called one by one: markitdown's own dispatcher would guess the format again, with a
model, and could fetch addresses. Slides count as pages.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from corpus.document import Block
from corpus.encoding import one_line
from corpus.errors import LoadError
from corpus.loaders.archive import open_archive
from corpus.loaders.loaded import Loaded, meaningful_title
from corpus.loaders.markdown import markdown_blocks

if TYPE_CHECKING:
    from markitdown import DocumentConverter

_SLIDE = re.compile(r"^<!-- Slide number: (\d+) -->$", re.MULTILINE)
_EPUB_FIELD = re.compile(r"\*\*(\w+):\*\* (.*)")
_EPUB_KEYS = {"authors": "author", "publisher": "publisher", "date": "date", "language": "language"}
# The authors that python-docx, python-pptx and their templates write.
_PROGRAM_AUTHORS = ("python-docx", "Steve Canny", "Microsoft Office User", "user", "admin")


def read_docx(data: bytes, name: str) -> Loaded:
    from markitdown.converters import DocxConverter

    archive = open_archive(data, name)
    text = _convert(DocxConverter(), data, name, style_map="p[style-name='Title'] => h1:fresh")
    title, metadata = _properties(archive, name)
    return Loaded(markdown_blocks(re.sub("</?u>", "", text), name, converted=True), title, metadata)


def read_pptx(data: bytes, name: str) -> Loaded:
    from markitdown.converters import PptxConverter

    archive = open_archive(data, name)
    _, *slides = _SLIDE.split(_convert(PptxConverter(), data, name))
    blocks: list[Block] = []
    for number, text in zip(slides[::2], slides[1::2], strict=True):
        # Each line of a slide is a paragraph; only table rows stand together.
        paragraphs = re.sub(r"\n(?!\|)", "\n\n", text)
        blocks += markdown_blocks(paragraphs, name, converted=True, page=int(number))
    title, metadata = _properties(archive, name)
    return Loaded(blocks, title, metadata)


def read_epub(data: bytes, name: str) -> Loaded:
    from markitdown.converters import EpubConverter

    archive = open_archive(data, name)
    if "META-INF/rights.xml" in archive.namelist():
        raise LoadError(name, "encrypted: a book with digital rights management cannot be read")
    head, _, text = _convert(EpubConverter(), data, name).partition("\n\n")
    fields = {key.lower(): value for key, value in _EPUB_FIELD.findall(head)}
    metadata = {key: fields[field] for field, key in _EPUB_KEYS.items() if field in fields}
    return Loaded(markdown_blocks(text, name, converted=True), fields.get("title"), metadata)


def _convert(converter: DocumentConverter, data: bytes, name: str, **options: str) -> str:
    from markitdown import StreamInfo

    try:
        return converter.convert(io.BytesIO(data), StreamInfo(), **options).markdown
    except Exception as error:  # mammoth and python-pptx raise whatever a broken file trips them into
        raise LoadError(name, f"corrupt: {one_line(str(error)) or type(error).__name__}") from error


def _properties(archive: zipfile.ZipFile, name: str) -> tuple[str | None, dict[str, str]]:
    """Title and author from the core properties of an office file, where it has any."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if "docProps/core.xml" not in archive.namelist():
        return None, {}
    try:
        root = fromstring(archive.read("docProps/core.xml"))
    except (ParseError, DefusedXmlException) as error:
        raise LoadError(name, f"corrupt: its properties are no XML: {error}") from error
    namespace = "{http://purl.org/dc/elements/1.1/}"
    author = one_line(root.findtext(f"{namespace}creator") or "")
    title = meaningful_title(root.findtext(f"{namespace}title") or "")
    return title, {} if not author or author in _PROGRAM_AUTHORS else {"author": author}
