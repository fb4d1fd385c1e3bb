"""Finding chunks by their words: BM25 with tantivy, over one analyzer that questions and chunks share.

A projection of the catalog (projection.py): it can be thrown away and made again. Knows ids and words; no
offsets, no text. What a user types is never parsed as a query language.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import Stemmer
import tantivy
from tantivy import Occur, Query

from index.catalog import Row
from index.errors import StorageFailed
from index.hits import Hits, Selection
from index.names import find_names, fold
from index.numerals import fold_numerals
from index.projection import Projection, Unreadable

CONTEXT_WEIGHT = 0.5  # of a word in the title or headings, beside 1 in the text
LONGEST_WORD = 64  # characters; what is longer is no word (base64, rules of dashes)
# Of the chunks with a word, how many must write it as a name; in the others it may open a sentence.
MOSTLY = 0.5
WIDE = 0.2  # share of the documents from which on sifting is quicker than a list of them in the query
# Chunks with a word that are asked whose they are, before it is looked for with a list of the documents:
# 0.5 ms, where that took 7 for 5,000 documents and 16 for 10,000.
GLANCE = 32
WRITER_MEMORY = 50_000_000  # bytes; tantivy's least for one thread is 15 million

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"(?P<cjk>[{_CJK}]+)|\d+(?:\.\d+)+|[^\W_{_CJK}]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_STEMMER = threading.local()


def words(text: str) -> list[str]:
    """The words of a text as the index knows them, in order.

    Case, width and accents are folded and English endings cut: "Provinces' cafés" is provinc, cafe. Numbers
    and dates have one form (numerals.py), and 2.10 is one word, be it a share or a version. Chinese and
    Japanese, written without spaces, give each character and each pair of neighbours.
    """
    found: list[str] = []
    for match in _WORD.finditer(fold_numerals(_POSSESSIVE.sub("", fold(text)))):
        run = match[0]
        if match["cjk"]:
            found.extend(run)
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.append(_stem(run[:LONGEST_WORD]))
    return found


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if not hasattr(_STEMMER, "english"):  # one a thread: a stemmer keeps a cache of its own
        _STEMMER.english = Stemmer.Stemmer("english")
    stem: str = _STEMMER.english.stemWord(word)
    return stem


# Left out of a question, not of the index: "which" and "how" are rare in what answers them, so BM25 would
# take them for its telling words.
_STOP = frozenset(
    words(
        "a an the and or but if of in on at by for from to with as is are was were be been being am do does "
        "did done have has had having it its this that these those there here what which who whom whose when "
        "where why how many much i me my we us our you your he him his she her they them their can could "
        "will would shall should may might must not no nor so than then too very about into over under any "
        "some such please tell"
    )
)


def question_words(question: str) -> list[str]:
    """The words to look for, each once; function words only where there is nothing else."""
    found = list(dict.fromkeys(words(question)))
    return [word for word in found if word not in _STOP] or found


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("context", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("names", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("single", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


class Words(Projection):
    """The lexical index in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._schema = _schema()
        self._index: tantivy.Index | None = None

    def close(self) -> None:
        self._index = None

    def count(self) -> int:
        return self._index.searcher().num_docs if self._index else 0

    def ids(self) -> set[str]:
        return {id for id, _ in self._search(Query.all_query(), max(1, self.count()))}

    def frequency(self, word: str) -> int:
        """Chunks with this word, as `words` gives it, in their text, title or headings."""
        if self._index is None:
            return 0
        return self._count(self._standing(word))

    def stands_in(self, selection: Selection, word: str) -> bool:
        """Whether a chunk of the selected documents has this word, as `frequency` counts them."""
        if self._index is None:
            return False
        query = self._standing(word)
        hits = self._search(query, GLANCE)
        if not selection.documents.isdisjoint(selection.owners([id for id, _ in hits]).values()):
            return True
        return len(hits) == GLANCE and self._count(self._inside(selection.documents, query)) > 0

    def names(
        self, beginning: str, documents: Collection[str] | None = None, *, single: bool = False
    ) -> list[str]:
        """The words that begin so and that nearly every chunk with them writes as a name (names.py), A to Z.

        documents: only those that one of these writes so. single: only those that are a name by themselves.
        """
        named = self._named(beginning, Query.all_query(), single)
        names = sorted(
            name
            for name, chunks in named.items()
            if chunks >= MOSTLY * self._count(self._term_query("text", words(name)[0]))
        )
        if documents is None or not names:
            return names
        inside = self._named(beginning, self._of(documents), single)
        return [name for name in names if name in inside]

    def _named(self, beginning: str, among: Query, single: bool) -> dict[str, int]:
        """How many chunks among these write each word that begins so as a name."""
        if self._index is None:
            return {}
        # Without a filter the terms of deleted chunks would count, too.
        terms = self._index.searcher().terms_with_prefix("single" if single else "names", beginning, among)
        return {name: chunks for name, chunks in terms if chunks}

    def find(self, question: str, limit: int, selection: Selection | None = None) -> Hits:
        """At most `limit` (chunk id, BM25 score), best first; of the selected documents only."""
        terms = [
            (Occur.Should, query) for word in question_words(question) for query in self._term_queries(word)
        ]
        if not terms or limit < 1:
            return []
        query = Query.boolean_query(terms)
        if selection is None:
            return self._search(query, limit)
        sifted = selection.sift(partial(self._search, query), limit) if selection.share >= WIDE else None
        return self._search(self._inside(selection.documents, query), limit) if sifted is None else sifted

    def _inside(self, documents: Collection[str], query: Query) -> Query:
        inside = Query.const_score_query(self._of(documents), 0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, inside)])

    def _of(self, documents: Collection[str]) -> Query:
        return Query.term_set_query(self._schema, "document", sorted(documents))

    def _standing(self, word: str) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in self._term_queries(word)])

    def _term_queries(self, word: str) -> Iterator[Query]:
        yield self._term_query("text", word)
        yield Query.boost_query(self._term_query("context", word), CONTEXT_WEIGHT)

    def _term_query(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word, index_option="freq")

    def _count(self, query: Query) -> int:
        assert self._index is not None
        # Not doc_freq, which goes on counting deleted chunks. The count is missing in tantivy's stubs.
        found: Any = self._index.searcher().search(query, 1, count=True)
        return int(found.count)

    def _search(self, query: Query, limit: int) -> Hits:
        if self._index is None:
            return []
        searcher = self._index.searcher()
        hits = [
            (str(searcher.doc(address)["id"][0]), float(score))
            for score, address in searcher.search(query, limit, count=False).hits
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def read_last(self) -> None:
        """Show the last commit if nothing is shown yet, though the catalog has moved on since."""
        if self._index is None:
            with suppress(Unreadable):
                self.read()

    def read(self) -> None:
        try:
            if not tantivy.Index.exists(str(self.folder)):
                raise Unreadable(f"{self.folder} holds no lexical index")
            with _lockable(self.folder) as folder:
                self._index = tantivy.Index(self._schema, str(folder))
        except ValueError as error:  # tantivy's word for what is cut short, foreign or of another schema
            raise Unreadable(str(error)) from error

    def write(self, removed: Sequence[str], pages: Iterable[Sequence[Row]], *, afresh: bool) -> None:
        """One commit, also where it starts afresh: whoever reads meanwhile sees all of it or nothing."""
        try:
            index = self._open_or_make()
            writer = index.writer(WRITER_MEMORY, num_threads=1)
            try:
                if afresh:
                    writer.delete_all_documents()
                for id in removed:
                    writer.delete_documents_by_term("id", id)
                for row in (row for page in pages for row in page):
                    writer.add_document(_entry(row))
                writer.commit()
            finally:
                writer.wait_merging_threads()  # gives tantivy's own lock back too
        except (OSError, ValueError) as error:  # a ValueError is how tantivy reports a full disk
            raise StorageFailed(self.folder, str(error)) from error
        index.reload()  # it would do so by itself, a moment too late
        self._index = index

    def _open_or_make(self) -> tantivy.Index:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            return tantivy.Index(self._schema, str(self.folder))
        except ValueError:
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            return tantivy.Index(self._schema, str(self.folder))


def _entry(row: Row) -> tantivy.Document:
    names = find_names(row.text)
    context = " ".join(words("\n".join(dict.fromkeys((row.title, *row.headings)))))
    return tantivy.Document(
        id=row.id,
        document=row.document_id,
        context=context,
        text=" ".join(words(row.text)),
        names=" ".join(names),
        single=" ".join(name for name, single in names.items() if single),
    )


@contextmanager
def _lockable(folder: Path) -> Iterator[Path]:
    """The folder, or one of links to its files where it cannot be written: tantivy locks what it opens.

    Once open it needs the names no more.
    """
    if os.access(folder, os.W_OK):
        yield folder
        return
    # tantivy's own thread may put its lock there as the folder is removed: then an empty file is left in it
    with TemporaryDirectory(ignore_cleanup_errors=True) as links:
        for path in folder.absolute().iterdir():
            if path.suffix != ".lock":
                (Path(links) / path.name).symlink_to(path)
        yield Path(links)
