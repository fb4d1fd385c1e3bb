"""From bytes to clean characters: which encoding, which line breaks, which characters nobody can see.

Knows the encodings that documents come in and decides between them from the bytes alone, so the same bytes
always read the same. Knows nothing of formats.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from corpus.errors import LoadError

# Longest first: the UTF-32 mark begins with the UTF-16 one.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an office file"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
)

_MEANT = {  # by what is declared: what it is written in, as browsers read it (encoding.spec.whatwg.org)
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso2022_jp": "iso2022_jp_ext",
}
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width space, direction marks, noncharacters and lone surrogates. The zero-width
# joiners stay: Persian and Hindi spelling and many emoji are made with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SAMPLE = 10_000  # characters; more would not change what they tell
_CONTROL_BYTE = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_PRINTABLE_BYTE = re.compile(rb"[\t\n\r -~]")
# What text is made of: ASCII, Latin to Devanagari, punctuation, kana, ideographs, Hangul, wide forms, emoji.
_TEXTUAL = re.compile(
    "[\t\n\r -~\xa0-\u097f\u1e00-\u27bf\u3000-\u9fff\uac00-\ud7a3\uff00-\uffee\U00010000-\U0003ffff]"
)
_KANA = re.compile("[\u3041-\u30ff]")
# Syllables of which nearly every Korean sentence has several, and hardly a Chinese one their bytes.
_KOREAN = frozenset(one.encode("cp949") for one in "이다는을의에하고를가은도지로한기사서니리습합시요")
_ASCII_OR_CJK_STOP = re.compile("[\t\n\r -~\u3001-\u3011\uff01-\uff1f]")


def printable(name: str) -> str:
    """A file's name as it can be stored and shown: bytes that are not Unicode as escapes."""
    return name.encode(errors="backslashreplace").decode()


def decode(data: bytes, name: str) -> str:
    """The characters of a text file, line breaks as "\\n". LoadError "binary" where it is no text."""
    return normalise(_decode(data, name))


def normalise(text: str) -> str:
    """Every kind of line break becomes "\\n", no-break spaces become spaces, invisible characters go."""
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text)).replace("\xa0", " ")


def one_line(text: str) -> str:
    """`normalise`, with every run of white space as one space, and none at the ends."""
    return " ".join(_INVISIBLE.sub("", text).split())


def meant(label: str) -> str:
    """The encoding that a declared one stands for. LookupError or ValueError where none is known by it."""
    name = codecs.lookup(label).name
    return _MEANT.get(name, name)


def decode_as(data: bytes, label: str) -> str | None:
    """The characters by a declared encoding; None where it is unknown, or not what the bytes are in."""
    try:
        encoding = meant(label)
        spoilt = encoding.startswith("iso2022") and data.isascii()  # nothing else could tell what it is
        return data.decode(encoding, "replace" if spoilt else "strict")
    except (LookupError, ValueError):
        return None


def _decode(data: bytes, name: str) -> str:
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            raise LoadError(name, f"binary: it is {kind}; give it the suffix of its kind")
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    controls = len(_CONTROL_BYTE.findall(data))
    if b"\0" not in data and controls * 10 <= len(data):
        text = _utf8(data)
        if text is not None:
            return text
    if controls:  # no other encoding has control bytes, but UTF-16 has them in almost every sentence
        text = _utf16(data)
        if text is not None:
            return text
        if b"\0" in data or controls * 10 > len(data):
            raise LoadError(name, "binary: it holds bytes that no text encoding has")
    return _legacy(data)


def _utf8(data: bytes) -> str | None:
    """UTF-8, also where bytes are broken and show as U+FFFD: another encoding would break nearly all.

    A short Chinese or Korean text may have two intact for one broken, too, so that is asked for first.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        intact = sum(character > "\x7f" for character in text) - broken
        if intact >= 10 * broken or (intact >= 2 * broken and _in_pairs(data) is None):
            return text
        return None


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: the byte order in which more characters are ASCII or Chinese punctuation."""
    if len(_PRINTABLE_BYTE.findall(data)) > 0.85 * len(data):  # about half is, in UTF-16 of any language
        return None
    readings: list[tuple[int, str]] = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_TEXTUAL.findall(text)) >= 0.95 * len(text):
            readings.append((len(_ASCII_OR_CJK_STOP.findall(text)), text))
    return max(readings, key=lambda reading: reading[0])[1] if readings else None


def _in_pairs(data: bytes) -> str | None:
    """As GB18030, CP949 or EUC-JP, where the bytes are one of them.

    In Chinese text nearly every pair of high bytes is a GB2312 character. Western text has single high bytes,
    which pair up with the ASCII letter behind them to characters outside GB2312, or to none at all. Korean
    and Japanese have the same pairs, and say that it is them.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    wide = [character for character in text if character > "\x7f"][:_SAMPLE]
    rare = sum(not character.encode("gb2312", "ignore") for character in wide)
    rare -= sum(len(character.encode("gb18030")) == 4 for character in wide)  # four bytes pair by no accident
    if rare > 0.3 * len(wide):
        return None
    if _is_japanese(wide):
        return decode_as(data, "euc_jp") or text
    if _is_korean(wide):
        return decode_as(data, "cp949") or text
    return text


def _is_japanese(wide: Sequence[str]) -> bool:
    """Whether what reads as these characters is: kana are the same pairs in both encodings."""
    kana = len(_KANA.findall("".join(wide)))
    return kana >= 3 and kana > 0.2 * len(wide)


def _is_korean(wide: Sequence[str]) -> bool:
    """Whether what reads as these characters is: the rows of Hangul hold half of a Chinese text, too, and all
    of a short one, but not its frequent syllables."""
    pairs = [pair for character in wide if len(pair := character.encode("gb18030")) == 2 and pair[0] >= 0xB0]
    hangul = sum(pair[0] <= 0xC8 for pair in pairs)
    common = [pair for pair in pairs if pair in _KOREAN]
    return hangul > 0.95 * len(pairs) and len(common) >= 0.1 * len(pairs) and len(set(common)) >= 3


def _legacy(data: bytes) -> str:
    """One of pairs of bytes, another national encoding, or Latin-1 in its Windows form."""
    paired = _in_pairs(data)
    if paired is not None:
        return paired
    high = sum(byte > 0x7F for byte in data)
    letters = high + sum(chr(byte).isalpha() for byte in data if byte < 0x80)
    # Too many for accents: Cyrillic, Greek, Japanese, Korean, ... On a few words the detector only guesses.
    if high >= 16 and high > 0.5 * letters:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        if best is not None:
            return str(best)
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
