"""What a loader hands back: the blocks of a file, in order, and what the file says about itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.document import Block
from corpus.encoding import one_line

_PROGRAM_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)\b.*|untitled.*|(?:word|powerpoint) (?:document|presentation)|"
    r"powerpoint[ -](?:präsentation|演示文稿|簡報|プレゼンテーション)|"
    r"(?:présentation|presentación|presentazione|apresentação)(?: de| di| do)? powerpoint|"
    r"(?:pptxgenjs )?presentation|slide 1|"
    r".*\.(?:docx?|pptx?|xlsx?|odt|indd|tex|dvi|rtf|pdf|html?)|"
    r"\S*[\\:_]\S*)",
    re.IGNORECASE,
)

# What programs put in for the description of a picture: the name of the file, or what a machine saw.
_NO_DESCRIPTION = re.compile(
    r"\S+\.\w{3,4}|fig:.*|(?:image|picture|cover)|.*\bautomatically generated\.?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`title` is what the file declares, None where it declares none: the first heading stands in then."""

    blocks: list[Block]
    title: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)  # lower-case keys: author, publisher, date, ...


def meaningful_title(title: str) -> str | None:
    """The title that a file declares, unless a program wrote it: "Microsoft Word - a.docx", "a-39:0"."""
    title = one_line(title)
    return None if not title or _PROGRAM_TITLE.fullmatch(title) else title


def description(text: str) -> str:
    """What an author wrote of a picture; empty where a program did."""
    text = one_line(text)
    return "" if _NO_DESCRIPTION.fullmatch(text) else text
