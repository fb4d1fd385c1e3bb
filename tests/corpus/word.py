"""Numbers that Word counts, put into documents of python-docx, which has no calls for them.

Its template has lists 1 to 9 already.
"""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def level(
    at: int, pattern: str, form: str = "decimal", *, start: int = 1, style: str = "", more: str = ""
) -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{linked}{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def define(document: Any, definition: int, *levels: str, lists: dict[int, str] | None = None) -> None:
    """A definition of numbers, and the lists that count by it: by default one of the same number. lists: what
    each declares otherwise."""
    numbering = document.part.numbering_part.element
    declared = (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{definition}">{"".join(levels)}</w:abstractNum>'
    )
    numbering.insert(0, parse_xml(declared))
    for number, otherwise in (lists or {definition: ""}).items():
        by = f'<w:abstractNumId w:val="{definition}"/>{otherwise}'
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{by}</w:num>'))


def put(holder: Any, number: int, at: int | None = 0) -> None:
    """Put a paragraph or a style into a list; without `at` its level is left open."""
    declared = "" if at is None else f'<w:ilvl w:val="{at}"/>'
    holder._element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}>{declared}<w:numId w:val="{number}"/></w:numPr>')
    )
