"""One file in, one document out, or a LoadError that names the file and the reason.

Knows which suffix belongs to which loader, and the limits that hold for every file.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.clean import clean
from corpus.document import Block, Document, assemble
from corpus.encoding import one_line, printable
from corpus.errors import LoadError
from corpus.loaders import Loaded, book, html, mail, markdown, office, pdf, sheet, text
from corpus.loaders.notion import without_id

LOADER_VERSION = "blocks-8"  # changes whenever the same file may read differently
SIZE_LIMIT = 200 * 1024 * 1024  # bytes
LONGEST_TITLE = 200  # characters; a longer first paragraph is no title
OPENING = 5  # blocks in which a heading may be the title: what stands further down heads only a part

LOADERS: dict[str, Callable[[bytes, str], Loaded]] = {
    ".txt": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".pdf": pdf.read,
    ".docx": office.read_docx,
    ".pptx": office.read_pptx,
    ".epub": book.read,
    ".xlsx": sheet.read_xlsx,
    ".csv": sheet.read_csv,
    ".tsv": sheet.read_csv,
    ".eml": mail.read_eml,
    ".mbox": mail.read_mbox,
}

_VERSION = re.compile(r"\W*(?:unreleased|v(?:ersion)?[ .]?\d|\d+\.\d+(?:\.\d+|\W|$))", re.IGNORECASE)


def load(path: Path, source: str) -> Document:
    """Read the file at `path` as the document named `source`: cleaned text, and what cleaning cut from it."""
    if source != printable(source):
        raise LoadError(printable(source), "its name is not valid Unicode: rename it")
    _check(path, source)
    loader = LOADERS.get(path.suffix.lower())
    if loader is None:
        kind = path.suffix or "without a suffix"
        raise LoadError(source, f"unknown kind {kind}; known are {' '.join(LOADERS)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(source, error) from error
    if not data.strip():
        raise LoadError(source, "empty")
    loaded = loader(data, source)
    blocks = clean(_tidy(loaded.blocks))
    if all(block.removed_by for block in blocks):
        raise LoadError(source, "no text found in it")
    return assemble(
        blocks,
        source=source,
        title=one_line(loaded.title or "") or _first_title(blocks) or without_id(path.stem),
        content_hash=hashlib.sha256(data).hexdigest(),
        metadata={key: one_line(value) for key, value in loaded.metadata.items()},
    )


def _check(path: Path, source: str) -> None:
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(source, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise _not_listed(path, source)
    if not stat.S_ISREG(status.st_mode):
        raise LoadError(source, "not a regular file")
    if status.st_size > SIZE_LIMIT:
        raise LoadError(source, f"too large: {status.st_size:,} bytes, the limit is {SIZE_LIMIT:,}")


def _not_listed(path: Path, source: str) -> LoadError:
    try:
        for entry in path.iterdir():
            entry.lstat()  # fails where the folder may be listed, but not entered
    except OSError as error:
        return LoadError(source, f"the folder cannot be listed: {(error.strerror or str(error)).lower()}")
    return LoadError(source, "a folder, not a file")


def _unreadable(source: str, error: OSError) -> LoadError:
    return LoadError(source, f"unreadable: {(error.strerror or str(error)).lower()}")


def _tidy(blocks: Sequence[Block]) -> list[Block]:
    """Each block on one line, without white space at its ends; empty ones go."""
    tidied = (block if block.breaks else replace(block, text=one_line(block.text)) for block in blocks)
    return [block for block in tidied if block.text]


def _first_title(blocks: Sequence[Block]) -> str | None:
    """The outermost heading of the opening, the first of them; else a short first paragraph, no sentence."""
    kept = [block for block in blocks if block.removed_by is None]
    headings = [block for block in kept[:OPENING] if block.kind == "heading"]
    if headings and all(_VERSION.match(block.text) for block in headings):
        return None  # a list of changes, which only its file's name tells
    if headings:
        return min(headings, key=lambda block: block.level).text
    first = kept[0]
    is_title = len(first.text) <= LONGEST_TITLE and not first.text.endswith((".", "。"))
    return first.text if first.kind == "paragraph" and is_title else None
