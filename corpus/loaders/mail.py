"""Mail: .eml is one message, .mbox many; each message a heading, its own words, and what it carries by name.

Knows how a message is put together and which of its parts are read: plain text before HTML, and what is
forwarded as a message; other attachments are named as removed. Messages are parsed by the older policy of
the standard library: the newer one takes seconds over a long header, and fails on nested brackets.
"""

from __future__ import annotations

import re
from binascii import Error as BadBase64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import cast

from corpus.document import Block
from corpus.encoding import decode, decode_as, meant, normalise, one_line
from corpus.errors import LoadError
from corpus.loaders import html
from corpus.loaders.letter import letter_blocks, quoted_elements, signature_elements
from corpus.loaders.loaded import Loaded

MOST_PARTS = 10_000  # of one message
DEEPEST = 50  # parts within each other
ATTACHMENT = "attachment"
LONGEST_HEADER = 10_000  # characters; of a longer one, the beginning

_ENDED_LINE = re.compile(rb"\r\n?")
_ENVELOPE = re.compile(  # of an .mbox: "From ann@example.org Fri Jan 17 10:00:00 2020", after an empty line
    rb"(?:\A\s*|\n\n)From (?=[^\n]*\d\d:\d\d:\d\d)(?=[^\n]*\b\d{4}\b)[^\n]*\n"
)
_ENDLESS = re.compile(  # the standard library takes the square of its length
    rb"^Content-(?:Type|Disposition):(?:[^\n]|\n[ \t]){%d}" % LONGEST_HEADER, re.MULTILINE | re.IGNORECASE
)
_MASKED = re.compile(rb"^>(>*From )", re.MULTILINE)
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
_ANSWER = re.compile(r"(?:re|aw|sv|antw)\s*(?:\[\d+\])?:\s*", re.IGNORECASE)
_SENT_ON = re.compile(r"(?:fwd?|wg|tr|rv|i|enc|doorst)\s*(?:\[\d+\])?:\s*", re.IGNORECASE)
_FORWARDED = re.compile(  # as programs write it above the mail that they send on
    r"(?:^|>)[ \t]*(?:-{5,} *Forwarded message *-{5,}|Begin forwarded message:)", re.MULTILINE | re.IGNORECASE
)
_PREFIXES = re.compile(f"(?:{_ANSWER.pattern}|{_SENT_ON.pattern})+", re.IGNORECASE)


def read_eml(data: bytes, name: str) -> Loaded:
    message = _parse(data, name)
    subject, sender, date = _subject(message), _people(message, "From"), _date(message)
    fields = {"author": sender, "date": date, "to": _people(message, "To"), "cc": _people(message, "Cc")}
    blocks = [Block(subject, "heading", 1), *_body(message, _of(message, _Place(name)))]
    return Loaded(blocks, subject, {key: value for key, value in fields.items() if value})


def read_mbox(data: bytes, name: str) -> Loaded:
    """A message that cannot be read is named as removed; the others are read."""
    first, *messages = _ENVELOPE.split(_ENDED_LINE.sub(b"\n", data))
    if first.strip() or not messages:
        raise LoadError(name, "corrupt: it does not begin as an mbox file does")
    blocks: list[Block] = []
    subjects: set[str] = set()
    for number, source in enumerate(messages, 1):
        try:
            message = _parse(_MASKED.sub(rb"\1", source), name)
            blocks += list(_whole(message, _Place(name)))  # all of it or nothing
        except LoadError as error:
            blocks.append(Block(f"message {number}: {error.reason}", removed_by="unreadable-message"))
            continue
        subjects.add(_PREFIXES.sub("", _subject(message)))
    if not subjects:
        raise LoadError(name, f"corrupt: none of its {len(messages)} messages can be read")
    return Loaded(blocks, subjects.pop() if len(subjects) == 1 else PurePosixPath(name).stem)


def _parse(source: bytes, name: str) -> Message:
    if source.count(b"\n--") > MOST_PARTS and re.search(rb"\bmultipart/", source, re.IGNORECASE):
        raise LoadError(name, f"too many parts: the limit is {MOST_PARTS:,}")
    if _ENDLESS.search(source):
        raise LoadError(name, f"a header is too long: the limit is {LONGEST_HEADER:,} characters")
    try:
        message = message_from_bytes(source)
    except RecursionError:
        raise _too_deep(name) from None
    if not any(field in message for field in ("From", "Subject", "Date", "Received", "Message-ID")):
        raise LoadError(name, "corrupt: it does not begin with the headers of a mail")
    return message


def _too_deep(name: str) -> LoadError:
    return LoadError(name, "its parts are nested too deep to be read")


@dataclass(frozen=True, slots=True)
class _Place:
    """name: of the file, for errors. level: of the message's heading. depth: parts around. reply: whether
    the message says that it answers another. sent_on: whether it says that it brings another with it."""

    name: str
    level: int = 1
    depth: int = 0
    reply: bool = False
    sent_on: bool = False


def _whole(message: Message, at: _Place) -> Iterator[Block]:
    """A heading of subject, sender and date, and the body."""
    told = ", ".join(filter(None, (_people(message, "From"), _date(message))))
    yield Block(f"{_subject(message)} ({told})" if told else _subject(message), "heading", at.level)
    yield from _body(message, _of(message, at))


def _of(message: Message, at: _Place) -> _Place:
    """The place of what a message says: what one that is sent on brings with it is its own."""
    subject = _subject(message)
    sent_on = _SENT_ON.match(subject) is not None
    answers = "In-Reply-To" in message or "References" in message or _ANSWER.match(subject) is not None
    return replace(at, reply=answers and not sent_on, sent_on=sent_on)


def _body(message: Message, at: _Place) -> Iterator[Block]:
    """What a message or one of its parts says; what is not read is named as removed."""
    if at.depth > DEEPEST:
        raise _too_deep(at.name)
    inside = replace(at, depth=at.depth + 1)
    kind = message.get_content_type()
    parts = cast("list[Message]", message.get_payload()) if message.is_multipart() else []
    if kind in _SEALED:
        yield Block(f"{kind}: encrypted or sealed, not read", removed_by="encrypted")
    elif kind.startswith("multipart/") and not message.is_multipart():  # without the boundary it should name
        yield from _text(message, at)
    elif kind == "multipart/alternative":
        readings = [list(_body(part, inside)) for part in sorted(parts, key=_by_plainness)]
        said = (blocks for blocks in readings if any(block.removed_by is None for block in blocks))
        chosen = next(said, readings[0] if readings else [])
        yield from chosen
        for other in readings:
            if other is not chosen:  # the same words; what it carries is its own
                yield from (block for block in other if block.removed_by == ATTACHMENT)
    elif kind.startswith("multipart/"):
        for part in parts:
            yield from _body(part, inside)
    elif kind == "message/rfc822" and parts:
        yield from _whole(parts[0], replace(inside, level=min(at.level + 1, 6)))
    elif kind not in ("text/plain", "text/html") or message.get_content_disposition() == "attachment":
        yield _attachment(message)
    else:
        yield from _text(message, at)


def _by_plainness(part: Message) -> int:
    """Order of preference between forms of the same words."""
    return {"text/plain": 0, "multipart/mixed": 2, "multipart/related": 2, "text/html": 2}.get(
        part.get_content_type(), 3
    )


def _text(part: Message, at: _Place) -> Iterator[Block]:
    try:
        text = _characters(_payload(part), part.get_content_charset(), at.name)
    except LoadError:  # called text, and is none: the other parts are
        yield _attachment(part)
        return
    sent_on = at.sent_on or (not at.reply and _FORWARDED.search(text) is not None)
    if part.get_content_type() == "text/html":
        for block in html.visible_blocks(text, signature_elements if sent_on else quoted_elements):
            yield replace(block, level=min(block.level + 1, 6)) if block.level else block
    else:
        yield from letter_blocks(text, reply=at.reply, sent_on=sent_on)


def _attachment(part: Message) -> Block:
    file = _words(part.get_filename() or "") or "without a name"
    kind = part.get_content_type()
    size = "" if part.is_multipart() else f", {len(_payload(part)):,} bytes"
    return Block(f"attachment, not read: {file} ({kind}{size})", removed_by=ATTACHMENT)


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except ValueError:  # an encoding that the part declares, and that does not fit
        data = None
    return data if isinstance(data, bytes) else b""


def _characters(data: bytes, charset: str | None, name: str) -> str:
    """By the charset that the part declares; Latin-1 and ASCII are declared of UTF-8, too."""
    narrow = charset in ("iso-8859-1", "us-ascii", "windows-1252")
    for candidate in ("utf-8", "cp1252") if narrow else filter(None, (charset,)):
        text = decode_as(data, candidate)
        if text is not None:
            return normalise(text)
    return decode(data, name)


def _subject(message: Message) -> str:
    return _header(message, "Subject") or "(no subject)"


def _people(message: Message, field: str) -> str:
    """Their names, or their addresses where they have none."""
    try:
        found = getaddresses([_raw(message, field)])
    except RecursionError:  # brackets within brackets
        return ""
    return ", ".join(filter(None, (_words(person) or address for person, address in found)))


def _date(message: Message) -> str:
    """As 2020-01-17, where the sender was; empty where the header holds none."""
    try:
        return parsedate_to_datetime(_raw(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _header(message: Message, field: str) -> str:
    return _words(_raw(message, field))


def _raw(message: Message, field: str) -> str:
    """The first header of that name as it was sent: bytes that are no ASCII are taken for UTF-8."""
    sent = next((value for key, value in message.raw_items() if key.lower() == field.lower()), "")
    text = str(sent)[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return one_line(text)


def _words(text: str) -> str:
    """With the words that stand encoded in it ("=?utf-8?B?…?=", RFC 2047) put into characters."""
    if "=?" not in text:
        return text
    try:
        pieces = cast("list[tuple[bytes | str, str | None]]", decode_header(text))
        return one_line(
            "".join(
                piece
                if isinstance(piece, str)
                else piece.decode(meant(charset or "raw-unicode-escape"), "replace")
                for piece, charset in pieces
            )
        )
    except (HeaderParseError, BadBase64, LookupError, ValueError):
        return text
