"""Reading: how well each sentence of a passage answers a question, by a network that was trained for it.

    reader = load_reader("shipped")
    for verdict in reader.read(question, passages): verdict.answered, verdict.sentences

"shipped" is ours (shipped.py; CARD.md tells how it was made and what it is worth), "none" is none, and any
other name is a cross-encoder, by its path or its name on the hub. Importing this loads no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.reader.windows import Readable


@dataclass(frozen=True, slots=True)
class Verdict:
    """Log-odds, above 0 where it is likelier than not. answered: that the passage answers the question;
    sentences: that each does, in the order of passage.sentences."""

    answered: float
    sentences: tuple[float, ...]


class Reader(Protocol):
    def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
        """One for each passage, whatever the others are."""
        ...


def load_reader(name: str) -> Reader | None:
    """The reader called `name`; None for "none". Raises ReaderMissing."""
    if name == "none":
        return None
    if name == "shipped":
        from qa.reader.shipped import ShippedReader

        return ShippedReader()
    from qa.reader.crossencoder import CrossEncoderReader

    return CrossEncoderReader(name)
