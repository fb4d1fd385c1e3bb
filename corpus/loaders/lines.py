"""How wrapped lines become one line again, and which lines start a list item.

Shared by the formats that break lines anywhere: plain text, Markdown and PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# "• x", "- x", "* x", "1. x", "1.x", "2) x", "(a) x", "b) x", "c. x", "iv. x", "3、x". No capitals, which are
# in names, and no dashes: "— he said" may be a wrapped line.
LIST_MARKER = re.compile(
    r"(?:[•◦▪‣·●○■□*+-]\s+|\d{1,3}[.)．]\s+|\d{1,3}[.．](?=[^\W\d])|\d{1,3}、"
    r"|(?:[a-z]|[ivx]{2,4})[.)]\s+|[(（]\w{1,3}[)）]\s*)(?=\S)"
)
_CJK = "[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]"
_CJK_WRAP = re.compile(f"(?<={_CJK})\n(?={_CJK})")
_HYPHEN_WRAP = re.compile(r"(?<=\w-)\n(?=\w)|(?<=\S/)\n(?=\w)|(?<=:)\n(?=//)")  # and of addresses


def unwrap(lines: Iterable[str]) -> str:
    """The lines of one paragraph as one line: no space within Chinese, none after a hyphen, which stays, or a
    slash."""
    text = _HYPHEN_WRAP.sub("", _CJK_WRAP.sub("", "\n".join(lines)))
    return text.replace("\n", " ")
