"""What of a message its sender wrote: quoted earlier mail, signatures and list footers are marked by name.

Only what is certain is marked. A signature stands below "-- "; what is quoted stands below "On … wrote:" or
in a reply; Outlook names the earlier mail by its headers. What is sent on is what the mail is about, and
stays, as does everything else. Knows nothing of headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.clean import RULER
from corpus.document import Block
from corpus.loaders.text import text_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_SIGNATURE = 20  # lines; what is longer may be more than one
QUOTED, SIGNATURE, FOOTER = "quoted-mail", "signature", "list-footer"

_QUOTE = re.compile(r"\s{0,3}>")
_TELLS_WHO = re.compile(
    r"(?:On\b.{4,200}\bwrote|Am\b.{4,200}\bschrieb\b.{0,80}|Le\b.{4,200}\ba écrit|El\b.{4,200}\bescribió|"
    r"Il\b.{4,200}\bha scritto|Em\b.{4,200}\bescreveu|Op\b.{4,200}\bschreef\b.{0,80}|"
    r"\d.{4,200}\bнаписал\(?а?\)?)"
    r"\s*:",
    re.DOTALL,
)
_EARLIER = re.compile(
    r"^(?:-{2,} *Original Message *-{2,}|_{20,})[ \t]*\n\s*\*?From:.*\n(?=(?:.*\n){0,3}?\*?(?:Sent|Date):)",
    re.MULTILINE | re.IGNORECASE,
)
_HEADED = re.compile(  # as Outlook heads the mail that is answered, in the language of its user
    r"^[ \t*]*(?:From|Von|De|Da|Van|От|发件人)\s?[:：].*\n"
    r"(?=(?:.*\n){0,3}?[ \t*]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviad[ao](?: el)?|Fecha|Inviato|Data|"
    r"Verzonden|Отправлено|Дата|发送时间)\s?[:：])"
    r"(?=(?:.*\n){0,6}?[ \t*]*(?:Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Тема|主题)\s?[:：])",
    re.MULTILINE,
)
_SENT_FROM = re.compile(
    r"^[ \t]*(?:Sent from my (?:iPhone|iPad|Android\b.{0,20}|mobile\b.{0,20}|Samsung\b.{0,30})|"
    r"Get Outlook for (?:iOS|Android).{0,40})\.?\s*\Z",
    re.MULTILINE,
)
_LIST_FOOTER = re.compile(r"^_{40,}[ \t]*\n.{1,80} mailing list[ \t]*\n(?:.*\n?){1,4}\Z", re.MULTILINE)
_QUOTED_HTML = {
    "//blockquote[@type='cite']": QUOTED,
    "//div[contains(concat(' ', @class, ' '), ' gmail_quote ')][.//blockquote]": QUOTED,
    "//div[@id='divRplyFwdMsg']": QUOTED,
}
_SIGNED_HTML = {
    "//*[contains(concat(' ', @class, ' '), ' gmail_signature ')]": SIGNATURE,
    "//*[contains(concat(' ', @class, ' '), ' moz-signature ')]": SIGNATURE,
}


def letter_blocks(text: str, *, reply: bool, sent_on: bool) -> list[Block]:
    """The blocks of a plain text. reply: its headers say that it answers an earlier mail. sent_on: that the
    mail it brings with it is its own.

    A short line alone is a greeting or a name more often than a heading: only one that is underlined,
    numbered or in capitals heads what follows, and none is the outermost.
    """
    blocks: list[Block] = []
    for rule, part in _parts(text, reply, sent_on):
        if rule is not None:
            blocks.append(Block(part, removed_by=rule))
            continue
        found = text_blocks(part)
        for at, block in enumerate(found):
            if block.kind == "heading" and not (at and _is_marked(block, found[at + 1 : at + 2])):
                found[at] = replace(block, kind="paragraph", level=0)
        blocks += found
    return blocks


def _is_marked(heading: Block, following: Sequence[Block]) -> bool:
    underlined = any(RULER.fullmatch(block.text) for block in following)
    return underlined or heading.text.isupper() or heading.text[0].isdigit()


def _parts(text: str, reply: bool, sent_on: bool) -> Iterator[tuple[str | None, str]]:
    """The text in order, cut into what was written here (None) and what a rule marks."""
    text, footer = _cut_at(text, _LIST_FOOTER.search(text))
    text, earlier = _cut_at(text, _EARLIER.search(text))
    text, headed = _cut_at(text, _HEADED.search(text) if reply or sent_on else None)
    yield from _signed(text, reply, sent_on)
    for part in filter(None, (headed, earlier)):
        if sent_on:
            yield from _signed(part, reply, sent_on)
        else:
            yield QUOTED, part
    if footer:
        yield FOOTER, footer


def _signed(text: str, reply: bool, sent_on: bool) -> Iterator[tuple[str | None, str]]:
    """One mail without the next, cut from its signature and, unless it is sent on, from what it quotes."""
    text, sent_from = _cut_at(text, _SENT_FROM.search(text))
    text, signature = _signature(text)
    for rule, part in [(None, text)] if sent_on else _quotes(text, reply):
        said, device = _cut_at(part, _SENT_FROM.search(part) if rule is None else None)
        yield rule, said
        if device:
            yield SIGNATURE, device
    for part in filter(None, (signature, sent_from)):
        yield SIGNATURE, part


def _cut_at(text: str, found: re.Match[str] | None) -> tuple[str, str]:
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _signature(text: str) -> tuple[str, str]:
    lines = text.rstrip().split("\n")
    below = next((i for i in reversed(range(len(lines))) if lines[i] == "-- "), None)
    if below is None or len(lines) - below > LONGEST_SIGNATURE:
        return text, ""
    return "\n".join(lines[:below]), "\n".join(lines[below:])


def _quotes(text: str, reply: bool) -> Iterator[tuple[str | None, str]]:
    """Runs of quoted lines, each with the line or two above it that tell whom they quote."""
    runs = [
        (quoted, "\n".join(lines))
        for quoted, lines in groupby(text.split("\n"), lambda line: _QUOTE.match(line) is not None)
    ]
    told = [quoted and i > 0 and _who(runs[i - 1][1]) is not None for i, (quoted, _) in enumerate(runs)]
    certain = reply or any(told)
    for i, (quoted, part) in enumerate(runs):
        if quoted:
            yield QUOTED if certain else None, part
            continue
        who = _who(part) if i + 1 < len(runs) else None
        yield None, part if who is None else part[:who]
        if who is not None:
            yield QUOTED, part[who:]


def _who(part: str) -> int | None:
    """Where the last paragraph of a text begins, if it is "On … wrote:"."""
    stripped = part.rstrip()
    begins = stripped.rfind("\n\n") + 2 if "\n\n" in stripped else 0
    for start in (begins, stripped.rfind("\n") + 1):
        if _TELLS_WHO.fullmatch(stripped[start:].strip()):
            return start
    return None


def signature_elements(root: _Element) -> dict[_Element, str]:
    """The elements of an HTML body that mail programs put signatures into."""
    return _elements(root, _SIGNED_HTML)


def quoted_elements(root: _Element) -> dict[_Element, str]:
    """The elements of an HTML body that mail programs put earlier mail and signatures into."""
    return _elements(root, _QUOTED_HTML | _SIGNED_HTML)


def _elements(root: _Element, rules: Mapping[str, str]) -> dict[_Element, str]:
    return {element: rule for path, rule in rules.items() for element in root.xpath(path)}
