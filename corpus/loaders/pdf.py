"""PDF: the printed lines of each page with their positions, from pdfium.

Knows how to open a PDF and where its lines stand; layout.py makes paragraphs of them. Words that a line
end cut with a hyphen are whole again. Not thread-safe, as pdfium is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.encoding import one_line
from corpus.errors import LoadError
from corpus.loaders.layout import Line, page_blocks
from corpus.loaders.loaded import Loaded, meaningful_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

PAGE_LIMIT = 5_000
_TAIL = 2048  # bytes in which the end mark must stand; some writers append a few bytes after it
_WRAP_HYPHEN = "\x02"  # how pdfium shows a hyphen at the end of a line, in place of the hyphen and the break
_CUT_WORD = re.compile(f"(\\w+){_WRAP_HYPHEN}\\s*(\\w*)")


def read(data: bytes, name: str) -> Loaded:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise LoadError(name, "corrupt: it does not begin as a PDF does")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LoadError(name, "encrypted: save it without a password") from error
        raise LoadError(name, f"truncated or corrupt: {error}") from error
    with closing(document):
        if b"%%EOF" not in data[-_TAIL:]:  # pdfium would show the pages that are left as if they were all
            raise LoadError(name, "truncated: its end is missing")
        if len(document) > PAGE_LIMIT:
            raise LoadError(name, f"too many pages: {len(document):,}, the limit is {PAGE_LIMIT:,}")
        try:
            pages = [_page_lines(document, number) for number in range(1, len(document) + 1)]
        except pypdfium2.PdfiumError as error:
            raise LoadError(name, f"truncated or corrupt: {error}") from error
        properties = document.get_metadata_dict()
    blank = [number for number, lines in enumerate(pages, 1) if not lines]
    if len(blank) == len(pages):
        raise LoadError(
            name, f"no text on its {len(pages)} pages: a scanned PDF needs text recognition (OCR) first"
        )
    metadata = {"author": properties["Author"]} if properties["Author"] else {}
    if blank:
        metadata["pages_without_text"] = ", ".join(map(str, blank))
    blocks = page_blocks(_mend([line for page in pages for line in page]))
    return Loaded(blocks, meaningful_title(properties["Title"]), metadata)


def _page_lines(document: PdfDocument, number: int) -> list[Line]:
    with closing(document[number - 1]) as page, closing(page.get_textpage()) as text:
        return list(_lines(text, number))


def _lines(text: PdfTextPage, number: int) -> Iterator[Line]:
    from pypdfium2.raw import FPDFText_GetUnicode

    count = text.count_chars()
    codes = [FPDFText_GetUnicode(text, i) for i in range(count)]
    start = 0
    for end in [i for i, code in enumerate(codes) if code in (10, 13)] + [count]:
        drawn = [i for i in range(start, end) if codes[i] > 32]
        if drawn:
            line = text.get_text_range(start, end - start).replace("\ufffe", _WRAP_HYPHEN)
            left, _, _, top = text.get_charbox(drawn[0], loose=True)
            _, bottom, right, _ = text.get_charbox(drawn[-1], loose=True)
            _, foot, _, head = text.get_charbox(drawn[len(drawn) // 2], loose=True)
            shown = _WRAP_HYPHEN.join(map(one_line, line.split(_WRAP_HYPHEN)))
            if shown:
                yield Line(shown, number, left, right, top, bottom, head - foot)
        start = end + 1


def _mend(lines: list[Line]) -> list[Line]:
    """Words cut at a line end are whole again; the hyphen stays where the document has the same compound
    with it elsewhere."""
    compounds = {word.lower() for line in lines for word in re.findall(r"\b(?=(\w+-\w+))", line.text)}

    def whole(word: re.Match[str]) -> str:
        compound = f"{word[1]}-{word[2]}"
        return compound if compound.lower() in compounds or not word[2] else word[1] + word[2]

    return [replace(line, text=_CUT_WORD.sub(whole, line.text).replace(_WRAP_HYPHEN, "-")) for line in lines]
