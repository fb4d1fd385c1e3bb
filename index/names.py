"""Which words of a text are names, as far as capital letters tell. Knows neither languages nor documents."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’]s\b)?")  # shorter ones are mostly abbreviations
_INSIDE = re.compile(r"[\w,;:)] $")  # what stands before a word that opens no sentence
_AFTER_A_CAPITAL = re.compile(
    r"\b(?!(?:The|A|An|In|On|At|For|From|By|With|And|But|As|When)\b)[A-Z][\w.-]* (?:of )?$"
)
_DEFINED = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Oo]ur|[Tt]his) $")  # "the Company", "the Board": a common word
_BEFORE_A_CAPITAL = re.compile(r" (?:of )?[A-Z]")
_ITEM = re.compile(r"\s*[-*•·–]\s+\w+(?: [A-Z]\w+)?\s*")  # "- Inner Mongolia"


def fold(text: str) -> str:
    """The text without accents, width and case; composed as NFC."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return unicodedata.normalize("NFC", plain)


def find_names(text: str) -> dict[str, bool]:
    """The words, folded, that stand with a capital where no sentence begins, with a possessive ('s), or alone
    in a list's item; and in this text nowhere without a capital. True for a name that is one by itself, not
    only in a title such as "Second World Conference" or behind an article, "the Company".
    """
    names: dict[str, bool] = {}
    common: set[str] = set()
    for line in text.splitlines():
        item = _ITEM.fullmatch(line) is not None
        for match in _WORD.finditer(line):
            word = re.sub(r"['’]s$", "", match[0])
            if not word[0].isupper():
                common.add(fold(word))
                continue
            inside = _INSIDE.search(line, max(0, match.start() - 2), match.start())
            if item or word != match[0] or inside:
                titled = (
                    _AFTER_A_CAPITAL.search(line, 0, match.start())
                    or _DEFINED.search(line, 0, match.start())
                    or _BEFORE_A_CAPITAL.match(line, match.end())
                )
                names[fold(word)] = names.get(fold(word), False) or not titled
    return {name: single for name, single in sorted(names.items()) if name not in common}
