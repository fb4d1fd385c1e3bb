"""Web pages: every visible block of the page, and trafilatura's judgement which of them are the main text.

What trafilatura leaves out is kept as removed by "outside-main-text", but for what stands between two
parts of the main text, which it often takes for furniture: boxes, lists, code, headings. Where it finds no
main text, the whole page stays, and the metadata say so. Hidden elements count as visible: trafilatura
judges them too.
Exports, which name their furniture themselves, are not judged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from corpus.document import Block, BlockKind
from corpus.encoding import decode, decode_as, normalise, one_line
from corpus.errors import LoadError
from corpus.loaders import confluence
from corpus.loaders.lines import unwrap
from corpus.loaders.loaded import Loaded, description
from corpus.loaders.table import table_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element

NOT_SHOWN = re.compile("head|script|style|template|noscript|svg|iframe|object|select")
BLOCK = re.compile(  # what browsers begin a line for; what they do not know stands in the line
    "address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|frame|frameset|h[1-6]|header|hgroup|hr|html|legend|li|listing|main|menu|nav|"
    "noframes|ol|optgroup|option|p|plaintext|pre|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "ul|xmp|audio|button|canvas|textarea|video"  # from audio on: boxes, whose text is no part of the sentence
)
SHORT = 25  # characters; a shorter text must be a whole element of the main text, not a part of a sentence

PROSE = 60  # characters; a shorter paragraph that trafilatura leaves out may be a label

POWER = "^"  # written before a superscript that follows a digit: 2 to the 64 is not 264

WIDEST = 200  # columns that a cell may span: some declare thousands

MARKER = "spanqa-marker"  # an attribute of items: what a loader has found them marked with, "(a) "

SELF_LINKS = ("¶", "#", "§")  # beside a heading, to itself

NONE: Mapping[_Element, str] = MappingProxyType({})

# Its remarks on odd pages are for its developers: unhandled, they would land on the user's screen.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_OPENING = 4096  # characters
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{4,}\)(https?://[^\s<>]+) -->")  # as browsers write it
_COMMENTS = re.compile(  # what holds the comments of readers is called
    r"comments?|comments?[-_]?(?:list|area|section|thread|container|wrapper)|disqus_thread", re.IGNORECASE
)
_PERSON = re.compile(r"/(?:people|persons?|authors?|staff|contributors?|journalists?)/", re.IGNORECASE)
_FULL_NAME = re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3}")
_OWN_BOX = re.compile(r"display:(?!\s*inline)")  # a style: an element on lines of its own, or not shown
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True, slots=True)
class _Found:
    """What the main text holds or lacks as a whole: one block, or the rows of a table; and the texts, of the
    block or the cells, by which to look for it there. aside: whether it is mostly links, or a comment of a
    reader's."""

    blocks: list[Block]
    evidence: list[str]
    aside: bool = False


def read(data: bytes, name: str) -> Loaded:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document as MainText

    page = _XML_DECLARATION.sub("", _characters(data, name), count=1)
    saved_from = _SAVED_FROM.search(page[:_OPENING])
    root = _parse(page)
    furniture = confluence.furniture(root)
    if furniture:
        blocks = [block for found in _blocks(root, furniture) for block in found.blocks]
        return Loaded(blocks, confluence.title(root), confluence.metadata(root))
    shown = list(_blocks(root))
    try:
        main = bare_extraction(
            page,
            include_comments=False,
            with_metadata=True,
            # Declared dates only: the search through the text takes a copyright year for a date.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # it documents none, and leans on four other extractors
        raise LoadError(name, f"its main text cannot be told: {one_line(str(error))}") from error
    blocks = _mark_outside(shown, main.body) if isinstance(main, MainText) else []
    if not isinstance(main, MainText) or all(block.removed_by for block in blocks):
        title = root.findtext(".//title")
        whole = {"main_text": "not found, whole page kept"}
        blocks = [block for each in shown for block in each.blocks]
        return Loaded(blocks, title, whole | ({"url": saved_from[1]} if saved_from else {}))
    named = one_line(root.findtext(".//title") or "")
    outside = {one_line(block.text) for block in blocks if block.removed_by}
    # It may take a menu's heading for the title, or the site's name, which page titles end with.
    mistaken = main.title in outside and not named.startswith(main.title)
    title = named if named and mistaken else main.title and main.title.removesuffix("¶")
    url = saved_from[1] if saved_from else main.url
    publisher = main.sitename if main.sitename != title else None
    fields = {
        "author": main.author or _only_person(root),
        "publisher": publisher,
        "date": main.date,
        "url": url,
    }
    return Loaded(blocks, title, {key: value for key, value in fields.items() if value})


def visible_blocks(page: str, furniture: Callable[[_Element], Mapping[_Element, str]]) -> list[Block]:
    """All that a page shows, with no judgement of what its main text is: for HTML that has no navigation
    around it. furniture: the elements of a page that are cut, and by which rule."""
    root = _parse(_XML_DECLARATION.sub("", page, count=1))
    return [block for found in _blocks(root, furniture(root)) for block in found.blocks]


def describe_pictures(root: _Element) -> None:
    """Put what authors wrote of pictures into the text, where a picture is all that a paragraph holds."""
    for picture in root.xpath("//img[@alt]"):
        around = next(each for each in picture.iterancestors() if BLOCK.fullmatch(str(each.tag)))
        if not around.xpath("normalize-space()"):
            picture.tail = description(str(picture.get("alt")))


def _parse(page: str) -> _Element:
    import lxml.html

    # huge_tree: without it everything nested deeper than 256 elements is dropped.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return lxml.html.document_fromstring(f"<html>{page}".encode(), parser=parser)


def _characters(data: bytes, name: str) -> str:
    """By the encoding that the page declares, unless it is plainly another."""
    declared = _DECLARED.search(data[:4096])
    if declared and b"\0" not in data:
        encoding = declared[1].decode().lower()
        for candidate in (encoding, "utf-8") if encoding == "iso-2022-jp" else ("utf-8", encoding):
            text = decode_as(data, candidate)
            if text is not None:
                return normalise(text)
    return decode(data, name)


def _only_person(root: _Element) -> str | None:
    """The person whose page this one links to, where it links to that of no other."""
    links = root.xpath("//a[@href]")
    said = {_shown(link) for link in links if _PERSON.search(str(link.get("href")))} - {""}
    person = said.pop() if len(said) == 1 else ""
    return person if _FULL_NAME.fullmatch(person) else None


def _mark_outside(found: Iterable[_Found], body: _Element) -> list[Block]:
    elements = {_squash("".join(element.itertext())) for element in body.iter()}
    main = _squash("".join(body.itertext()))

    def within(text: str) -> bool:
        return text in elements if len(text) < SHORT else text in main

    def belongs(evidence: list[str]) -> bool:
        """Whole, or with the larger part of its sentences or cells: trafilatura drops inline elements."""
        if len(evidence) == 1 and within(_squash(evidence[0])):
            return True
        pieces = [_squash(piece) for text in evidence for piece in _SENTENCE_END.split(text)]
        return 2 * sum(len(piece) for piece in pieces if within(piece)) > sum(map(len, pieces))

    found = list(found)
    headings = {_squash(each.evidence[0]) for each in found if each.blocks[0].kind == "heading"}
    # A link that says what a heading says is an entry of contents, or the site's name: a heading that is a
    # link comes back with what it heads.
    belonging = [
        belongs(each.evidence) and not (each.aside and _squash(each.evidence[0]) in headings)
        for each in found
    ]
    belonging = _with_what_is_between(found, belonging)
    blocks: list[Block] = []
    for each, kept in zip(found, belonging, strict=True):
        rule = None if kept else "outside-main-text"
        blocks += [replace(block, removed_by=block.removed_by or rule) for block in each.blocks]
    return blocks


def _with_what_is_between(found: Sequence[_Found], belonging: Sequence[bool]) -> list[bool]:
    """Which belong, with the paragraphs, items and code between two that do, unless they are asides or brief,
    with headings of what does, and with paragraphs between the first that does and the heading above it."""
    kept = list(belonging)
    main = [at for at, belongs in enumerate(belonging) if belongs]
    for at in range(main[-1] - 1, -1, -1) if main else ():
        kind, aside = found[at].blocks[0].kind, found[at].aside
        if kind == "heading":
            kept[at] = kept[at] or kept[at + 1]
        elif kind == "paragraph":
            kept[at] = kept[at] or not (aside or len(found[at].evidence[0]) < PROSE)
        elif at > main[0] and re.search(r"\w", found[at].evidence[0]):
            kept[at] = kept[at] or not aside
        if at < main[0] and (aside or kind == "heading"):
            break
    return kept


def _squash(text: str) -> str:
    return "".join(normalise(text).replace(POWER, "").split())


def _blocks(root: _Element, furniture: Mapping[_Element, str] = NONE) -> Iterator[_Found]:
    """The text of the page in reading order, cut where a browser would start a new line; what stands in an
    element of furniture is marked with its rule."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    links, linked = 0, 0  # how many are open; characters of the pieces that are in one
    comments = 0  # how many elements are open that hold comments of readers
    lists: list[int] = []  # the open lists: the number of the last item, or -1 where they are not numbered
    rules: list[str] = []  # of the furniture that is open
    marker, heading, preformatted = "", 0, False
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag, opens = str(element.tag), event == "start"
        if BLOCK.fullmatch(tag):
            aside = comments > 0 or 2 * linked > len("".join(pieces))
            yield from _marked(_cut(pieces, marker, heading, preformatted, aside), rules)
            if pieces:
                marker = ""
            pieces.clear()
            linked = 0
        comments += _holds_comments(element) if opens else -_holds_comments(element)
        if element in furniture:
            rules = [*rules, furniture[element]] if opens else rules[:-1]
        if opens and (NOT_SHOWN.fullmatch(tag) or (tag == "table" and _is_data(element))):
            walk.skip_subtree()
            if tag == "table":
                yield from _marked(_table(element), rules)
            continue
        if re.fullmatch("h[1-6]", tag):
            heading = int(tag[1]) if opens else 0
        elif tag == "pre":
            preformatted = opens
        elif tag in ("ul", "ol", "menu"):
            lists = [*lists, 0 if tag == "ol" else -1] if opens else lists[:-1]
        elif tag == "li":
            if opens and lists and lists[-1] >= 0:
                lists[-1] += 1
            counted = f"{lists[-1]}. " if lists and lists[-1] > 0 else "- "
            marker = str(element.get(MARKER) or counted) if opens else ""
        elif tag == "br" and opens:
            pieces.append("\n")
        elif tag == "sup" and opens and _is_power(element, "".join(pieces)):
            pieces.append(POWER)
        elif tag == "a":
            links += 1 if opens else -1
        text = (element.text if opens else element.tail) or ""
        if heading and opens and tag == "a" and text.strip() in SELF_LINKS:
            text = ""
        if text.strip() or pieces:
            pieces.append(text if preformatted else re.sub(r"\s+", " ", text))
            linked += len(pieces[-1]) if links else 0


def _holds_comments(element: _Element) -> bool:
    return any(map(_COMMENTS.fullmatch, f"{element.get('id', '')} {element.get('class', '')}".split()))


def _is_power(superscript: _Element, before: str) -> bool:
    """Whether it stands behind a number and is one: not the "th" of an ordinal, nor a linked note's mark."""
    return before[-1:].isdigit() and re.match(r"[-−+]?\d", superscript.text or "") is not None


def _marked(found: Iterable[_Found], rules: Sequence[str]) -> Iterator[_Found]:
    """rules: of the furniture around, the innermost last."""
    for each in found:
        if rules:
            blocks = [replace(block, removed_by=block.removed_by or rules[-1]) for block in each.blocks]
            each = replace(each, blocks=blocks)
        yield each


def _cut(pieces: list[str], marker: str, heading: int, preformatted: bool, aside: bool) -> Iterator[_Found]:
    """The blocks in a stretch of text: lines where it is preformatted, else paragraphs at doubled breaks."""
    text = "".join(pieces)
    for part in text.split("\n") if preformatted else re.split(r"\n\s*\n", text):
        line = part.strip() if preformatted else one_line(unwrap(part.split("\n")))
        if line:
            kind: BlockKind = "heading" if heading else "item" if marker else "paragraph"
            if preformatted and kind == "paragraph":
                kind = "row"
            yield _Found([Block(marker + line, kind, heading)], [line], aside)
            marker = ""


def _is_data(table: _Element) -> bool:
    """Whether a table holds data rather than the layout of the page."""
    if next(table.iterdescendants("table", "ul", "ol", "h1", "h2", "h3"), None) is not None:
        return False
    rows = [len(row) for row in table.iterdescendants("tr")]
    return len(rows) > 1 and max(rows) > 1


def _table(table: _Element) -> Iterator[_Found]:
    for caption in table.iterdescendants("caption"):
        text = _shown(caption)
        yield _Found([Block(text)], [text])
    rows = [row for row in table.iterdescendants("tr") if len(row)]
    evidence = [text for row in rows for cell in row.iterchildren("td", "th") if (text := _shown(cell))]
    if not evidence:
        return
    heads = next((i for i, row in enumerate(rows) if any(cell.tag != "th" for cell in row)), 1)
    header = heads or None
    cells = _grid(rows, heads)
    linked = 2 * sum(len(_shown(link)) for link in table.iterdescendants("a")) > len("".join(evidence))
    yield _Found(table_blocks(cells, header=header), evidence, linked)


def _grid(rows: Sequence[_Element], heads: int) -> list[list[str]]:
    """The texts of the cells, each in its column. A cell that spans rows says the same of each; one that
    spans columns names each, in the first `heads` rows, and below stands in the first. A row of one cell
    over all columns has only that."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # by column: over how many rows more, and the text
    for at, row in enumerate(rows):
        texts: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _hang(texts, hanging)
            text, width, height = _shown(cell), _span(cell, "colspan"), _span(cell, "rowspan")
            for i in range(width):
                said = text if i == 0 or at < heads else ""
                if height > 1:
                    hanging[len(texts)] = (height - 1, said)
                texts.append(said)
        _hang(texts, hanging)
        spans = len(row) == 1 and len(texts) > 1 and len(row[0].get("colspan", "")) > 0
        grid.append(texts[:1] if spans else texts)
    return grid


def _hang(texts: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Add the cells from rows above that reach down to the next places."""
    while len(texts) in hanging:
        left, text = hanging.pop(len(texts))
        if left > 1:
            hanging[len(texts)] = (left - 1, text)
        texts.append(text)


def _span(cell: _Element, name: str) -> int:
    """As pages declare it: at least one, and no more than a table could have."""
    declared = str(cell.get(name) or "")
    return min(max(int(declared[:4]), 1), WIDEST) if declared.isdecimal() else 1


def _shown(element: _Element) -> str:
    """The text of a cell as shown, on one line: words part where a line breaks, not where markup does."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    walk = iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        tag, opens = str(inner.tag), event == "start"
        if BLOCK.fullmatch(tag) or tag == "br" or _OWN_BOX.search(str(inner.get("style"))):
            pieces.append(" ")
        elif tag == "sup" and opens and _is_power(inner, "".join(pieces)):
            pieces.append(POWER)
        if opens and NOT_SHOWN.fullmatch(tag):
            walk.skip_subtree()
        elif opens:
            pieces.append(inner.text or "")
        if not opens and inner is not element:
            pieces.append(inner.tail or "")
    return one_line("".join(pieces))
