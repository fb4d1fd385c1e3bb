"""Files that hold one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def lines_of(file: Path) -> Iterator[str]:
    """Without their ends. Raises OSError, UnicodeDecodeError.

    Not by str.splitlines, which also cuts at U+2028, U+2029 and U+0085: in JSON they stand within a string.
    """
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield line.removesuffix("\n")
