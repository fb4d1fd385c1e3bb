"""Markdown: markup is reduced to the text that a reader would see; YAML front matter becomes metadata.

Link targets and tag names are markup. HTML comments and the definitions of reference links are kept as
removed. List items keep a marker, each line of a code block and each row of a table is a block of its own.
"""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.document import Block, BlockKind
from corpus.encoding import decode
from corpus.errors import LoadError
from corpus.loaders import notion
from corpus.loaders.html import visible_blocks
from corpus.loaders.lines import unwrap
from corpus.loaders.loaded import Loaded
from corpus.loaders.table import table_blocks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 60  # the parser drops what lies deeper, so such a file is refused

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_HTML_BREAK = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|dl|dt|dd|tr|table|blockquote|caption|figure|figcaption|section|details|"
    r"summary)\b[^>]*>",
    re.IGNORECASE,
)
_HTML_TABLE = re.compile(r"(<table\b(?:(?!<table\b).)*?</table\s*>)", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<t[dh]\b[^>]*>", re.IGNORECASE)
_HTML_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
# Only these vanish: "<Name>" in "Dear <Name>" is text.
_HTML_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|del|details|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|picture|pre|"
    r"q|s|samp|section|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video)"
    r"\b[^>]*>",
    re.IGNORECASE,
)
_ALERT = re.compile(r"^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_ATTRIBUTES = re.compile(r"\s*\{(?::\s*)?[#.-][^{}]*\}$")  # of a heading: "{#id .unnumbered}", "{-}"


def read(data: bytes, name: str) -> Loaded:
    text = decode(data, name)
    metadata: dict[str, str] = {}
    match = _FRONT_MATTER.match(text)
    if match:
        found = _front_matter(match[1], name)
        if found is not None:
            metadata, text = found, text[match.end() :]
    elif notion.is_export(name):
        metadata, text = notion.properties(text)
    return Loaded(markdown_blocks(text, name), metadata.pop("title", None), metadata)


def _front_matter(source: str, name: str) -> dict[str, str] | None:
    """The scalars and plain lists of a YAML mapping as strings; None for text between two rulers."""
    import yaml

    try:
        found = yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise LoadError(name, f"broken front matter{line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2020-13-01
        raise LoadError(name, f"broken front matter: {error}") from error
    if not isinstance(found, dict):
        return None
    values = {str(key).lower(): _plain(value) for key, value in found.items()}
    return {key: value for key, value in values.items() if value}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(item) for item in value if not isinstance(item, list))))
    return str(value) if isinstance(value, str | int | float) else ""


def markdown_blocks(text: str, name: str, *, converted: bool = False, page: int | None = None) -> list[Block]:
    """The blocks of Markdown text. `converted`: it was made from another format, whose text may look like
    HTML or like a link definition without being meant so."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    if converted:
        parser.disable(["html_block", "html_inline", "reference"])
    environment: dict[str, dict[str, dict[str, str]]] = {}
    tokens = parser.parse(text, environment)
    containers = (token.level for token in tokens if token.type in ("blockquote_open", "list_item_open"))
    if max(containers, default=0) >= MAX_NESTING - 1:
        raise LoadError(name, "its lists or quotations are nested too deep to be read whole")
    blocks = list(_blocks(tokens, text.split("\n"), parser))
    for label, link in environment.get("references", {}).items():
        definition = f"[{label}]: {link['href']} {link['title']}"
        blocks.append(Block(definition, removed_by="link-definition"))
    return [replace(block, page=page) for block in blocks]


def _blocks(tokens: Sequence[Token], source: list[str], parser: MarkdownIt) -> Iterator[Block]:
    heading = 0
    marker = ""  # of the list item whose first paragraph is still to come
    table: list[list[str]] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = int(token.tag[1])
            case "heading_close":
                heading = 0
            case "list_item_open":
                marker = f"{token.info}{token.markup} " if token.info else "- "
            case "list_item_close":
                marker = ""
            case "tr_open":
                table.append([])
                row = source[token.map[0]] if token.map else ""
            case "tr_close":
                # The parser drops the cells that a row has more than the header.
                table[-1] += [
                    _inline_text(parser.parseInline(cell)) for cell in _cells(row)[len(table[-1]) :]
                ]
            case "table_close":
                header = True if any(table[0]) else None  # converters put an empty one above tables without
                yield from table_blocks(table, header=header)
                table = []
            case "inline" if table:
                table[-1].append(_inline_text([token]))
            case "inline":
                kind: BlockKind = "heading" if heading else "item" if marker else "paragraph"
                rule = "badges" if kind == "paragraph" and _is_badges(token) else None
                said = _ATTRIBUTES.sub("", _inline_text([token])) if heading else _inline_text([token])
                yield Block(marker + _ALERT.sub(_alert, said), kind, heading, removed_by=rule)
                marker = ""
            case "fence" | "code_block":
                yield from (Block(line, "row") for line in token.content.split("\n"))
            case "html_block":
                yield from _html_blocks(token.content)


def _is_badges(token: Token) -> bool:
    """Whether a paragraph is nothing but linked pictures: the badges above what a project says of itself."""
    inner = 0
    for child in token.children or []:
        if child.type in ("link_open", "link_close"):
            inner += 1 if child.type == "link_open" else -1
        elif not (child.type == "image" and inner) and child.content.strip():
            return False
    return any(child.type == "image" for child in token.children or [])


def _alert(found: re.Match[str]) -> str:
    """As the reader sees it: "Note: "."""
    return f"{found[1].capitalize()}: "


def _cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", re.sub(r"^[\s>]*\|?|(?<!\\)\|\s*$", "", row))


def _inline_text(tokens: Sequence[Token]) -> str:
    """The text of inline tokens without their markup, on one line."""
    parts = []
    for token in (child for parent in tokens for child in parent.children or []):
        match token.type:
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(_inline_text([token]))
            case "html_inline":
                parts.append(
                    "\n" if _HTML_BREAK.fullmatch(token.content) else _HTML_TAG.sub("", token.content)
                )
            case _:
                parts.append(token.content)
    return unwrap("".join(parts).split("\n"))


def _html_blocks(content: str) -> Iterator[Block]:
    """The text between the tags of raw HTML; its comments, scripts and styles as removed."""
    for comment in _COMMENT.findall(content):
        yield Block(comment, removed_by="html-comment")
    content = _COMMENT.sub("", content)
    for code in _HTML_CODE.finditer(content):
        yield Block(code[0], removed_by="html-code")
    for part in _HTML_TABLE.split(_HTML_CODE.sub("", content)):
        if _HTML_TABLE.fullmatch(part):
            yield from visible_blocks(part, lambda _: {})
        else:
            yield from _html_text(part)


def _html_text(content: str) -> Iterator[Block]:
    """The text between tags, with cells of the same row apart: empty lines in a table cut it into pieces."""
    for paragraph in re.split(r"\n\s*\n", _HTML_BREAK.sub("\n\n", content)):
        cells = (
            unwrap(html.unescape(_HTML_TAG.sub("", cell)).split("\n")).strip()
            for cell in _HTML_CELL.split(paragraph)
        )
        yield Block("; ".join(filter(None, cells)))
