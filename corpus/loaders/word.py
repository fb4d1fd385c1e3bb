"""A Word file as mammoth reads it whole: the numbers that Word counts are written into their paragraphs.

Of all lists of the file one is made, whose items carry what Word writes before them, or nothing for a bullet.
Text that was moved while changes were tracked stands where it was moved to, and that of fields is text.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from corpus.loaders.numbering import Numbering, W

if TYPE_CHECKING:
    from lxml.etree import _Element

NUMBER = "WrittenNumber"  # the style of the runs that hold a number

_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_STORIES = ("document", "footnotes", "endnotes")
# What mammoth does not know, and what it knows that is read in the same way.
_KNOWN_AS = {"moveTo": "ins", "moveFrom": "del", "fldSimple": "ins", "customXml": "ins"}
_SAID_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"  # in its Fallback
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the same by another name
_ITEMS = "1"  # the only list
_NUMBERING = f"""<w:numbering xmlns:w="{W[1:-1]}"><w:abstractNum w:abstractNumId="0">
{"".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in range(9))}
</w:abstractNum><w:num w:numId="{_ITEMS}"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
_NO_PART = f'<w:none xmlns:w="{W[1:-1]}"/>'.encode()
_CLOSING = (".", ",", ":", ";", ")", "]")


def written_out(file: BinaryIO) -> tuple[BinaryIO, dict[str, str]]:
    """The file anew, and for the metadata what of it could not be read: its numbering may be broken. Raises
    lxml's XMLSyntaxError where a part is broken that nothing can be read without."""
    from lxml.etree import XMLSyntaxError, tostring

    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = _names(parts)
    styles = _parse(parts.get(names["styles"], _NO_PART))
    faults = {}
    try:
        numbering = _parse(parts.get(names["numbering"], _NO_PART))
    except XMLSyntaxError:
        numbering = _parse(_NO_PART)
        faults["numbering"] = "broken, read without the numbers of headings and lists"
    if names["numbering"] in parts:
        parts[names["numbering"]] = _NUMBERING.encode()
    for story in (names[story] for story in _STORIES if names[story] in parts):
        root = _parse(parts[story])
        for tag, known in _KNOWN_AS.items():
            for element in list(root.iter(W + tag)):
                element.tag = W + known
        _write_numbers(root, Numbering(styles, numbering))
        parts[story] = tostring(root, encoding="utf-8", xml_declaration=True, standalone=True)
    anew = io.BytesIO()
    with zipfile.ZipFile(anew, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    anew.seek(0)
    return anew, faults


def _names(parts: dict[str, bytes]) -> dict[str, str]:
    """Of the parts that are looked into: most files have word/document.xml, some word/document2.xml."""
    names = {part: f"word/{part}.xml" for part in (*_STORIES, "styles", "numbering")}
    for part in _parse(parts.get("[Content_Types].xml", _NO_PART)).iter("{*}Override"):
        kind = part.get("ContentType", "").removeprefix(_KIND).removesuffix("+xml").removesuffix(".main")
        if kind in names:
            names[kind] = part.get("PartName", "").removeprefix("/")
    return names


def _parse(part: bytes) -> _Element:
    from lxml.etree import XMLParser, fromstring

    part = part.replace(_STRICT, W[1:-1].encode())
    return fromstring(part, XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _write_numbers(root: _Element, numbering: Numbering) -> None:
    """Each number as a run at the beginning of its paragraph, which is then an item, or no text but this."""
    for paragraph in root.iter(f"{W}p"):
        deleted = paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None  # it goes on in the next
        if deleted or next(paragraph.iterancestors(_SAID_AGAIN), None) is not None:
            continue
        number = numbering.next(paragraph)
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = paragraph.makeelement(f"{W}pPr")
            paragraph.insert(0, properties)
        for declared in properties.findall(f"{W}numPr"):
            properties.remove(declared)
        text = "".join(each.text or "" for each in paragraph.iter(f"{W}t")).strip()
        if number is None or not (text or _stands_alone(number.text, paragraph)):
            continue
        if text:
            place = _add(properties, "numPr")
            _add(place, "ilvl", str(number.level))
            _add(place, "numId", _ITEMS)
        if number.text:
            run = paragraph.makeelement(f"{W}r")
            _add(_add(run, "rPr"), "rStyle", NUMBER)
            gap = "" if number.glued and text.startswith(_CLOSING) else " "
            _add(run, "t").text = f"{number.text}{gap}"
            properties.addnext(run)


def _stands_alone(number: str, paragraph: _Element) -> bool:
    """Whether the number is all that an empty paragraph says, "Article 7" or that of a row, and no slip."""
    holder = paragraph.getparent()
    in_cell = holder is not None and holder.tag == f"{W}tc" and number != ""
    return in_cell or re.search(r"[^\W\d_]{3}", number) is not None


def _add(to: _Element, tag: str, value: str | None = None) -> _Element:
    child = to.makeelement(f"{W}{tag}")
    if value is not None:
        child.set(f"{W}val", value)
    to.append(child)
    return child
