"""What a Notion export adds to Markdown and CSV: an id at the end of each name, and a page's properties.

Such a page begins "# Title", and below stand its properties, "Key: value", a line each. They are facts, so
they stay in the text, each a paragraph of its own; dates and authors become metadata, too. Only files that
bear the id of 32 hex digits are taken for pages of an export.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath

_ID = re.compile(r"(?<=\S) [0-9a-f]{32}(?:_all)?$")  # "_all": a database without the filters of its view
_PROPERTIES = re.compile(r"\s*(# [^\n]+\n\s*\n)((?:[^\s#>|*:-][^\n:]{0,60}:(?: [^\n]*)?\n)+)(?=\s*(?:\n|\Z))")
_DATES = ("date", "published", "created", "created time", "created at")
_AUTHORS = ("author", "authors", "created by", "written by")
_DATE_FORMS = ("%B %d, %Y %I:%M %p", "%B %d, %Y %H:%M", "%B %d, %Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")


def without_id(stem: str) -> str:
    """A file's name as its page was called: "Plan" of "Plan 0123…cdef"."""
    return _ID.sub("", stem)


def is_export(name: str) -> bool:
    return _ID.search(PurePosixPath(name).stem) is not None


def properties(text: str) -> tuple[dict[str, str], str]:
    """The metadata among a page's properties, and the page with each property a paragraph."""
    found = _PROPERTIES.match(text)
    if found is None:
        return {}, text
    lines = found[2].splitlines()
    values = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    dates = (_iso(values[key]) for key in _DATES if key in values)
    authors = (values[key] for key in _AUTHORS if key in values)
    metadata = {"date": next(filter(None, dates), ""), "author": next(filter(None, authors), "")}
    kept = {key: value for key, value in metadata.items() if value}
    return kept, "\n\n".join((found[1].strip(), *lines, text[found.end() :]))


def _iso(value: str) -> str:
    """As 2020-01-17: the first day of a range; empty where it is none, or which is the month is not sure."""
    first = value.split("→")[0].strip().lstrip("@")
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(first, form).date().isoformat()
        except ValueError:
            continue
    return ""
