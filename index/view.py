"""Some documents of an index, as if there were no others: what a person may see, or asks only about.

Knows which documents those are, and has the index read for them alone. Of a hidden one nothing comes
through: no passage, source, field or name, nor that a word stands in it. How telling a word is, and whether
it is written as a name often enough to be one, is reckoned over the whole index, as with a filter of
metadata: it ranks, and shows nothing. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from index.catalog import DocumentInfo
from index.chunk import Chunk
from index.directory import Directory, Where, covers
from index.errors import UnknownDocument
from index.hits import Selection
from index.names import fold
from index.search import Passage
from index.settings import IndexSettings

if TYPE_CHECKING:
    from index.index import Index


class View:
    """What Index.within gives; reads as the index does, and is as safe to use from several threads.

    Follows the index: what is synced later is seen where a name covers it. Where every document is seen, it
    asks the index as the index would.
    """

    def __init__(self, index: Index, names: Collection[str]) -> None:
        self._index = index
        self._names = frozenset(names)
        self._last: tuple[Directory | None, _Seen] = (None, _Seen(Directory([]), None))

    @property
    def generation(self) -> int:
        """The index's: hidden documents raise it, too."""
        return self._index.generation

    @property
    def settings(self) -> IndexSettings:
        return self._index.settings

    def search(self, question: str, k: int = 5, where: Where | None = None) -> list[Passage]:
        """As Index.search; nothing where no document is seen."""
        return self._index._passages(question, k, where or {}, self._seen.directory)

    def sharing(self, text: str, k: int = 5, where: Where | None = None) -> list[Passage]:
        """As Index.sharing; nothing where no document is seen."""
        return self._index._sharing(text, k, where or {}, self._seen.directory)

    def document(self, name: str) -> Document:
        """As Index.document."""
        return self._index.document(self._seen.directory.id_of(name))

    def documents(self) -> list[DocumentInfo]:
        """In the order of their sources."""
        known = self._seen.directory.known
        return [info for info in self._index.documents() if info.id in known]

    def failures(self) -> dict[str, str]:
        """As Index.failures."""
        return {name: reason for name, reason in self._index.failures().items() if covers(self._names, name)}

    def chunks(self, document_id: str) -> list[Chunk]:
        """As Index.chunks."""
        if document_id not in self._seen.directory.known:
            raise UnknownDocument(document_id, [])
        return self._index.chunks(document_id)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As Index.encode."""
        return self._index.encode(texts)

    def knows(self, word: str) -> bool:
        """As Index.knows."""
        directory, selection = self._seen
        if selection is None:
            return self._index.knows(word)
        return word in directory.metadata_words or self._index._read_words().stands_in(selection, word)

    def rarity(self, word: str) -> float:
        """As Index.rarity, of the whole index."""
        return self._index.rarity(word)

    def names(self, beginning: str) -> list[str]:
        """As Index.names, those that a document which is seen writes as names."""
        return self._index._read_words().names(beginning, self._documents)

    def is_name(self, word: str) -> bool:
        """As Index.is_name, where a document which is seen writes it so."""
        folded = fold(word)
        return folded in self._index._read_words().names(folded, self._documents, single=True)

    @property
    def _documents(self) -> frozenset[str] | None:
        """The ids of those that are seen, None for every one."""
        selection = self._seen.selection
        return selection.documents if selection else None

    @property
    def _seen(self) -> _Seen:
        """What is seen of the index as it is now."""
        now = self._index._directory()  # another one at each generation
        at, seen = self._last
        if at is not now:
            directory = now.within(self._names)
            seen = _Seen(directory, self._index._selection({}, directory))
            self._last = now, seen
        return seen


class _Seen(NamedTuple):
    """selection: None for every document of the index."""

    directory: Directory
    selection: Selection | None
