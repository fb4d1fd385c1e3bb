"""The documents of an index at one generation, in memory: found by their names and by their metadata.

Knows no text and no chunks. Made once a generation, 50 ms for 15,000 documents; SQLite took 40 to 400 ms to
find those of a filter, each time.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from index.catalog import Listed
from index.errors import AmbiguousDocument, BadQuestion, UnknownDocument, UnknownField
from index.words import words

Where = Mapping[str, str | Collection[str]]  # of a document's metadata, all of it: a value, or any of several


class Directory:
    def __init__(self, documents: Iterable[Listed]) -> None:
        self._documents = tuple(documents)
        self._ids: dict[str, str] = {}  # by source
        self._sources: dict[str, list[str]] = defaultdict(list)  # by the last part of the source
        self._values: dict[str, dict[str, set[str]]] = {}  # ids, by field and value
        for document in self._documents:
            self._ids[document.source] = document.id
            self._sources[_last_part(document.source)].append(document.source)
            for field, value in document.metadata.items():
                self._values.setdefault(field, defaultdict(set))[value].add(document.id)

    def within(self, names: Collection[str]) -> Directory:
        """Of the documents with these sources, and of all below those that end with "/": itself where that is
        every document."""
        inside = [one for one in self._documents if covers(names, one.source)]
        return self if len(inside) == len(self._documents) else Directory(inside)

    def matching(self, where: Where) -> frozenset[str] | None:
        """The ids of the documents that have all of these; None for all documents.

        Raises UnknownField where documents have fields, but not this one; BadQuestion for a value that is
        no text.
        """
        for field in where:
            if self._values and field not in self._values:
                raise UnknownField(field, sorted(self._values))
        chosen = frozenset(self.known)
        for field, wanted in where.items():
            having = self._values.get(field, {})
            chosen &= frozenset[str]().union(*(having.get(one, ()) for one in _values(field, wanted)))
        return None if chosen == self.known else chosen

    def id_of(self, name: str) -> str:
        """Of an id, a source, or the end of one source ("22-provinces.md").

        Raises UnknownDocument, AmbiguousDocument.
        """
        if name in self._ids:
            return self._ids[name]
        ending = [one for one in self._sources.get(_last_part(name), ()) if one.endswith(f"/{name}")]
        if len(ending) > 1:
            raise AmbiguousDocument(name, ending)
        if ending:
            return self._ids[ending[0]]
        if name in self.known:
            return name
        alike = difflib.get_close_matches(name, [*self._ids, *self._sources], n=3)
        sources = (one if one in self._ids else self._sources[one][-1] for one in alike)
        raise UnknownDocument(name, list(dict.fromkeys(sources)))

    @cached_property
    def known(self) -> frozenset[str]:
        """The ids of all documents."""
        return frozenset(self._ids.values())

    @cached_property
    def metadata_words(self) -> frozenset[str]:
        """The words of all values, as the index knows them."""
        return frozenset(
            word for values in self._values.values() for value in values for word in words(value)
        )


def covers(names: Collection[str], source: str) -> bool:
    """Whether the source, or a folder above it with "/" behind, is among the names."""
    return source in names or any(
        source[: at + 1] in names for at, letter in enumerate(source) if letter == "/"
    )


def _values(field: str, wanted: str | Collection[str]) -> Collection[str]:
    values = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(values, Collection) or not all(isinstance(one, str) for one in values):
        raise BadQuestion(f"where {field} is {wanted!r}: give a text, or several")
    return values


def _last_part(source: str) -> str:
    return source.rsplit("/", 1)[-1]
