"""A number as a spreadsheet shows it: "$1,234.50" for 1234.5 in a cell of that format, 12.5% for 0.125.

Knows the formats that people use for amounts; of the others, fractions and powers of ten among them, it
shows the number itself.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

PRECISION = 15  # digits that a spreadsheet keeps; what stands behind them is noise: 27.299999999999997

_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<unseen>\[[^\]]*\]|[_*].)'
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+)|(?P<literal>[%$€£¥₹+\-() /:])"
)


def shown(value: float, form: str) -> str:
    """`value` in the number format `form`."""
    plain = str(value) if isinstance(value, int) else f"{value:.{PRECISION}g}"
    sections = [found[0] for found in _SECTION.finditer(form) if found[0]]
    if len(sections) > 2 and value == 0:
        section = sections[2]
    elif len(sections) > 1 and value < 0:
        text = _formatted(-value, sections[1])
        if text and "-" not in text and "(" not in text:
            return f"-{text}"  # where only a colour tells that it is a loss
        return text or plain
    else:
        section = sections[0] if sections else ""
    return _formatted(value, section) or plain


def _formatted(value: float, section: str) -> str | None:
    """None for a format that is not known, or that shows no number."""
    parts: list[str] = []
    digits: int | None = None
    end = 0
    for token in _TOKEN.finditer(section):
        if token.start() != end:
            return None
        end = token.end()
        if token["digits"]:
            if digits is not None:
                return None
            digits = len(parts)
        if not token["unseen"]:
            parts.append(next(group for group in token.groups() if group is not None))
    if digits is None or end != len(section) or parts[digits].endswith(",") or {"/", ":"} & set(parts):
        return None
    whole, _, decimals = parts[digits].partition(".")
    amount = abs(Decimal(f"{value:.{PRECISION}g}")) * (100 if "%" in parts else 1)
    try:
        rounded = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than anyone reads
        return None
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}".zfill(_least_width(whole, decimals))
    if not rounded and "0" not in parts[digits]:
        text = ""  # as in "-"??, the dash of accountants for nothing
    optional = len(decimals) - len(decimals.rstrip("#"))
    if optional:
        kept = text[-optional:].rstrip("0")
        text = (text[:-optional] + kept).rstrip(".")
    parts[digits] = text
    return ("-" if value < 0 else "") + "".join(parts).strip()


def _least_width(whole: str, decimals: str) -> int:
    """The characters that a format fills with zeros: five of 00000, for a postal code."""
    return whole.count("0") + (1 + len(decimals) if decimals else 0)
