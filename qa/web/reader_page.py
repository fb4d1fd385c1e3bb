"""A document as a page to read: its whole text, the quote marked in it, and what cleaning took out.

A pure function from a document and its chunks to HTML that stands by itself: no script, nothing loaded,
every text escaped. Knows nothing of Gradio, of people or of where the document was found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from corpus.document import Document
from index import Chunk

STYLE = Path(__file__).with_suffix(".css")
LOWEST_HEADING = 6
REPEATED = 200  # of a rule's cuts, each shown once, as many as are shown: footers come by the thousand

_LINE = re.compile(r"[^\n]+")


def reader_url(document_id: str, start: int | None = None, end: int | None = None) -> str:
    """Where the page of a document is asked for, at the quote if one is given."""
    if start is None or end is None:
        return f"/documents/{document_id}"
    return f"/documents/{document_id}?start={start}&end={end}#quote"


def reader_page(
    document: Document, chunks: Sequence[Chunk], start: int | None = None, end: int | None = None
) -> str:
    """start, end: the quote, characters into the text, half-open; what lies outside the text is no quote."""
    quote = (max(0, start), min(end, len(document.text))) if start is not None and end is not None else (0, 0)
    title = escape(document.title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{STYLE.read_text()}</style></head><body>"
        f"<header>{_links(quote)}<h1 dir='auto'>{title}</h1>{_facts(document)}</header>"
        '<input type="checkbox" id="chunks"><label for="chunks">'
        f"Show the {_count(len(chunks), 'chunk')} that are searched</label>"
        f"<main>{''.join(_blocks(document, chunks, quote))}</main>{_removed(document)}</body></html>"
    )


def _links(quote: tuple[int, int]) -> str:
    to_quote = '<a href="#quote">To the quote</a>' if quote[0] < quote[1] else ""
    return f'<nav aria-label="Page"><a href="/">Back to the chat</a>{to_quote}</nav>'


def _facts(document: Document) -> str:
    facts = {
        "Source": document.source,
        **document.metadata,
        "Pages": str(len(document.pages) or ""),
        "Characters": f"{len(document.text):,}",
    }
    rows = (
        f"<dt>{escape(name)}</dt><dd dir='auto'>{escape(value)}</dd>"
        for name, value in facts.items()
        if value
    )
    return f"<dl>{''.join(rows)}</dl>"


def _blocks(document: Document, chunks: Sequence[Chunk], quote: tuple[int, int]) -> Iterator[str]:
    """Each line of the text as a paragraph or heading, with all that begins or ends in it."""
    signs = sorted(
        [(page.start, 0, f'<span class="page">page {page.number}</span>') for page in document.pages]
        + [(chunk.start, 1, _cut(number, chunk)) for number, chunk in enumerate(chunks, 1)]
    )
    levels = {heading.start: heading.level for heading in document.headings}
    quoted = False
    at = 0  # of the signs
    for line in _LINE.finditer(document.text):
        inside = []
        while at < len(signs) and signs[at][0] < line.end():
            inside.append((max(line.start(), signs[at][0]), signs[at][2]))
            at += 1
        begin, end = max(quote[0], line.start()), min(quote[1], line.end())
        if begin < end:
            inside += [(begin, "<mark>" if quoted else '<mark id="quote">'), (end, "</mark>")]
            quoted = True
        level = levels.get(line.start())
        tag = f"h{min(level + 1, LOWEST_HEADING)}" if level else "p"
        joined = document.text[line.start() - 2 : line.start()] != "\n\n" and line.start() > 0 and tag == "p"
        look = ' class="item"' if joined else ""
        yield f'<{tag}{look} dir="auto">{_signed(document.text, line.start(), line.end(), inside)}</{tag}>\n'


def _signed(text: str, start: int, end: int, signs: Sequence[tuple[int, str]]) -> str:
    """The text from start to end, escaped, with each sign at its offset."""
    parts = []
    for offset, sign in sorted(signs, key=lambda one: one[0]):
        parts += [escape(text[start:offset]), sign]
        start = offset
    return "".join((*parts, escape(text[start:end])))


def _cut(number: int, chunk: Chunk) -> str:
    return f'<span class="cut">chunk {number} · {_count(chunk.tokens, "token")}</span>'


def _removed(document: Document) -> str:
    if not document.removed:
        return '<footer><p class="hint">Cleaning removed nothing.</p></footer>'
    rules: dict[str, Counter[str]] = {}
    for cut in document.removed:
        rules.setdefault(cut.rule, Counter())[cut.text] += 1
    parts = []
    for rule, texts in rules.items():
        items = "".join(
            f'<li dir="auto">{escape(text)}{f" (×{times})" if times > 1 else ""}</li>'
            for text, times in texts.most_common(REPEATED)
        )
        more = len(texts) - REPEATED
        rest = f"<li>and {more:,} more</li>" if more > 0 else ""
        parts.append(f"<h3>{escape(rule)} ({texts.total():,})</h3><ul>{items}{rest}</ul>")
    heading = f"What cleaning removed: {_count(len(document.removed), 'piece')}"
    return f"<footer><details><summary>{heading}</summary>{''.join(parts)}</details></footer>"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
