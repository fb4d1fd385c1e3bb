"""A question in parts: several asked in one breath, or one asked of names that it compares.

Rules over the text. A sentence seldom answers two questions, and seldom compares; two that each answer one
do. Knows nothing of turns before or of answers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.question import AUXILIARY, Question, analyse, name_runs
from qa.subject import POINTERS, without_frame

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)\b"
_TOGETHER = re.compile(  # "When was it built, | and who paid for it?"; "and why" is no question by itself
    rf"(?P<first>(?:{_WH}|(?:{AUXILIARY})\b)(?: \S+){{2,}}?) and (?P<second>{_WH}(?: \S+){{2,}})",
    re.IGNORECASE,
)
_OF = r"(?: (?:in|for|of|by|at|to))?(?: the)? "
_OR = rf"(?:['’]s)?(?:,|,? (?:or|than)){_OF}"
_AND = rf"(?:['’]s)?(?:,|,? (?:and|or|than|from|with|versus|vs\.?)){_OF}"
_COMPARES = re.compile(r"\b(?:compar\w+|differ\w*|versus|vs|more|less|fewer)\b", re.IGNORECASE)


def in_parts(asked: Question) -> Question:
    """The question with its parts, where it has some.

    "When was it built?" and "Who paid for it?" of a question that asks both; "Is it higher in Hamar?" and "Is
    it higher in Vardo?" of "Is it higher in Hamar or in Vardo?".
    """
    if both := _TOGETHER.fullmatch(asked.text.strip()):
        first, second = both["first"].rstrip(","), both["second"]
        topic = without_frame(first) if POINTERS.search(second) else ""
        context = ", ".join(one for one in (topic, asked.context) if one)
        parts = analyse(f"{first}?", asked.context), analyse(_opened(second), context)
        return replace(asked, parts=parts, together=True)
    names = sorted(name_runs(asked.text), key=len, reverse=True)
    if len(names) < 2:
        return asked
    one = rf"(?:{'|'.join(map(re.escape, names))})(?!\w)"
    joined = _AND if _COMPARES.search(asked.text) else _OR
    row = re.search(rf"\b{one}(?:{joined}{one})+", asked.text)
    if row is None:
        return asked
    texts = (
        f"{asked.text[: row.start()]}{name}{asked.text[row.end() :]}" for name in re.findall(one, row[0])
    )
    return replace(asked, parts=tuple(analyse(text, asked.context) for text in texts))


def _opened(question: str) -> str:
    return question[:1].upper() + question[1:]
