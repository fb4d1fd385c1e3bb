"""The index over folders of documents: what other packages use.

    with Index.open(".index") as index:
        index.sync(["corpus/documents"])
        for passage in index.search("which provinces planned parks", k=5): ...

Ties together the catalog, its two projections and the embedder: who may write, what to do when a
projection is behind, and when a model is loaded.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache, partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document
from corpus.errors import MissingFolder
from index import check as checking
from index import meaning
from index import search as pipeline
from index.catalog import Catalog, DocumentInfo
from index.check import Finding
from index.chunk import Chunk
from index.directory import Directory, Where
from index.embed import Embedder, load_embedder
from index.entries import Batch, embed, embedded_text
from index.errors import (
    FolderGone,
    IndexBusy,
    IndexMismatch,
    NoIndex,
    StorageFailed,
    UnknownDocument,
    UnknownFolder,
)
from index.hits import Hits, Selection
from index.layout import LAYOUT
from index.lock import writing
from index.manifest import describe, differences, model_differences
from index.matrix import Matrix
from index.names import fold
from index.observe import Step
from index.projection import Projection, Unreadable
from index.search import Passage, Ranking
from index.settings import IndexSettings
from index.spread import Spread, here
from index.sync import Progress, SyncReport, plan_sync, sync
from index.vectors import ServedVectors, Vectors
from index.view import View
from index.why import Standing, excluded, standings
from index.words import Words


class Size(NamedTuple):
    documents: int
    chunks: int


class Index:
    """Safe to use from several threads and, but for one writer at a time, several processes."""

    def __init__(
        self, folder: Path, settings: IndexSettings, catalog: Catalog, embedder: Embedder | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings
        self._catalog = catalog
        self._vectors = (
            ServedVectors(folder / "server", settings.server)
            if settings.server
            else Vectors(folder / "chroma")
        )
        self._matrix = Matrix(folder / "matrix")
        self._words = Words(folder / "words")
        self._loaded = embedder
        self._loading = threading.Lock()
        self._listed: tuple[tuple[str, int], Directory] = (("", -1), Directory([]))
        self._rebuild = False

    @classmethod
    def open(
        cls,
        folder: str | PathLike[str],
        settings: IndexSettings | None = None,
        *,
        embedder: Embedder | None = None,
        create: bool = True,
        rebuild: bool = False,
        server: str | None = None,
    ) -> Self:
        """The index in `folder`; made there if there is none, or NoIndex without `create`.

        embedder: in place of the one that the settings name. rebuild: whatever it was built with, have the
        next sync empty it of all but its folders' names and its vectors, and fill it again. server: the URL
        of a Chroma server that holds the graph, in place of the settings' own; all else stays in `folder`.
        Raises IndexMismatch where it was built with other settings, IndexCorrupt, StorageFailed, IndexBusy.
        """
        folder = Path(folder)
        settings = settings or IndexSettings()
        if server:
            settings = IndexSettings(**{**settings.model_dump(), "server": server})
        path = folder / "catalog.sqlite"
        if not create and not path.is_file():
            raise NoIndex(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed(folder, error.strerror or str(error)) from error
        catalog = Catalog(path)
        try:
            if catalog.layout < LAYOUT:
                with writing(folder):
                    catalog.migrate()
            if rebuild:
                pass  # nothing is emptied before the sync has found what to fill it with
            elif catalog.layout > LAYOUT:
                newer = f"is a newer version's (layout {catalog.layout}, this one reads {LAYOUT})"
                raise IndexMismatch(folder, [newer])
            elif different := differences(catalog.manifest, settings):
                raise IndexMismatch(folder, different)
        except BaseException:
            catalog.close()
            raise
        index = cls(folder, settings, catalog, embedder)
        index._rebuild = rebuild
        return index

    def close(self) -> None:
        for projection in self._projections:
            projection.close()
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def size(self) -> Size:
        """How many documents and chunks there are, without reading them."""
        return Size(len(self._directory().known), self._catalog.count())

    @property
    def generation(self) -> int:
        """Raised by one whenever the documents change: what was computed at another may be out of date."""
        return self._catalog.generation

    # Writing

    def sync(
        self,
        paths: Sequence[str | PathLike[str]] = (),
        progress: Progress | None = None,
        spread: Spread = here,
    ) -> SyncReport:
        """Bring the index up to date with these folders or files, or with all it knows where none are given.

        Those named earlier are kept, and read again where the index is rebuilt. progress(files done, files in
        all, what is being done) is called often.
        spread: where files are read and chunks embedded; what is written is the same and is written here.
        Raises IndexBusy, MissingFolder, BadPath, FolderGone, StorageFailed; what was indexed before stays.
        """
        if isinstance(paths, str):  # a sequence too, of letters
            paths = [paths]
        if "" in paths:  # an unset variable of a shell, not the working directory
            raise MissingFolder("")
        with writing(self.folder), Step("sync") as step:
            emptied = self._catalog.roots().values() if self._rebuild and paths else ()
            plan = plan_sync(self._catalog, [*emptied, *(Path(path) for path in paths)])
            if not plan.scopes:
                raise NoIndex(self.folder)
            if self._rebuild:
                self._embedder()
                self._catalog = _emptied(self._catalog)
                self._rebuild = False
            report = sync(
                self._catalog,
                plan,
                cache(self._writing_embedder),  # to hash 90 MB of weights once a sync, not once a batch
                chunk_tokens=self.settings.chunk_tokens,
                avoid=self.folder.resolve(),
                project=self._project,
                progress=progress or (lambda *_: None),
                spread=spread,
            )
            self._project()
            if self._catalog.generation != self._catalog.forgotten:
                self._catalog.prune()
            step.note(
                added=len(report.added),
                changed=len(report.changed),
                removed=len(report.removed),
                unreadable=len(report.failed),
            )
        return report

    def forget(self, name: str) -> tuple[str, ...]:
        """Drop a synced folder by its name in `roots`, with its documents; gives their sources."""
        with writing(self.folder):
            roots = self._catalog.roots()
            if name not in roots:
                raise UnknownFolder(name, list(roots))
            gone = sorted(self._catalog.known(name))
            self._catalog.store([], gone)
            self._catalog.set_failures([name], {})
            self._catalog.remove_roots([name])
            self._project()
        return tuple(gone)

    def repair(self) -> list[Finding]:
        """Mend what `check` finds and can be mended here; gives what is left. Embeds only what has no vector.

        A sync that was cut short is carried out, unless a folder of it is gone.
        """
        with writing(self.folder):
            if orphans := self._catalog.orphans():
                self._catalog.drop(orphans)
            lost = self._catalog.without_vector()
            if lost:
                chunks = self._catalog.keyed(lost)
                texts = {keyed.text_hash: embedded_text(title, keyed.chunk) for title, keyed in chunks}
                for _ in embed(self._catalog, self._writing_embedder, [Batch(texts=texts)]):
                    pass  # it has no entries to store
            for projection in self._projections:
                sound = not checking.check_projection(projection, self._catalog)
                projection.catch_up(self._catalog, afresh=not sound)
        if self._catalog.unfinished():
            with suppress(FolderGone):
                self.sync()
        return self.check()

    # Reading

    def search(self, question: str, k: int = 5, where: Where | None = None) -> list[Passage]:
        """At most k passages, best first; only of documents whose metadata has the values of `where`: in each
        field the value that is given, or one of several.

        Raises BadQuestion, UnknownField, NoIndex. While another process brings the projections up to date,
        the catalog's vectors are looked at, and the words of the last commit.
        """
        return self._passages(question, k, where or {})

    def sharing(self, text: str, k: int = 5, where: Where | None = None) -> list[Passage]:
        """At most k passages, those first that share most words with the text; found by words alone, so that
        their similarity is 0. Raises as `search` does."""
        return self._sharing(text, k, where or {})

    async def asearch(self, question: str, k: int = 5, where: Where | None = None) -> list[Passage]:
        """As `search`, while the event loop goes on."""
        import asyncio  # not for those who wait

        return await asyncio.to_thread(self.search, question, k, where)

    def why(
        self, question: str, document: str, start: int, end: int, k: int = 5, where: Where | None = None
    ) -> list[Standing]:
        """Where the chunks with the characters from start to end stand in that search, in their order.

        start, end: half-open, into the text of the document of this id, source or end of one. Looks at every
        chunk. Raises as `search` and `document` do.
        """
        question = self._askable(question, k)
        id, selection = self._directory().id_of(document), self._selection(where or {})
        rows = self._catalog.rows(self._catalog.overlapping(id, start, end))
        if selection is not None and id not in selection.documents:
            asked = self._embedder().encode([question])[0]
            return excluded(rows, asked)
        ranking, every = self._ranking(question, k, selection), self._catalog.count()
        return standings(
            rows,
            ranking,
            k,
            by_meaning=self._exactly(ranking.asked, every, selection),
            by_words=self._words.find(question, every, selection),
            catalog=self._catalog,
        )

    def document(self, name: str) -> Document:
        """By id, by source, or by the end of one source ("22-provinces.md").

        Raises UnknownDocument, AmbiguousDocument.
        """
        document = self._catalog.document(self._directory().id_of(name))
        if document is None:  # another process has just dropped it
            raise UnknownDocument(name, [])
        return document

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts by the model of the index: float32 (len(texts), dimension), unit rows."""
        return self._embedder().encode(texts)

    def knows(self, word: str) -> bool:
        """Whether a word, as `words` gives it, stands in the text, title, headings or metadata of any."""
        return self._read_words().frequency(word) > 0 or word in self._directory().metadata_words

    def rarity(self, word: str) -> float:
        """How telling a word is, 0 and up: log(1 + chunks / (1 + chunks with it)), after Robertson's idf."""
        shown = self._read_words()
        return math.log(1 + shown.count() / (1 + shown.frequency(word)))

    def names(self, beginning: str) -> list[str]:
        """The names that the documents hold and that begin so, A to Z; both folded (names.py)."""
        return self._read_words().names(beginning)

    def is_name(self, word: str) -> bool:
        """Whether the documents write the word, whatever its case here, as a name that stands by itself."""
        return fold(word) in self._read_words().names(fold(word), single=True)

    def documents(self) -> list[DocumentInfo]:
        """In the order of their sources."""
        return self._catalog.infos()

    def chunks(self, document_id: str) -> list[Chunk]:
        """Of the document with this id, in order. Raises UnknownDocument."""
        if document_id not in self._directory().known:
            raise UnknownDocument(document_id, [])
        return self._catalog.chunks(document_id)

    def within(self, names: Collection[str]) -> View:
        """Only the documents with these sources, and all below those that end with "/" ("reports/2020/")."""
        return View(self, names)

    def failures(self) -> dict[str, str]:
        """The files that could not be read when they were last synced: the reason of each source."""
        return self._catalog.failures()

    def roots(self) -> dict[str, Path]:
        """The synced folders and files, by the name with which their sources begin."""
        return self._catalog.roots()

    def check(self) -> list[Finding]:
        """What is wrong with the index, with its model, and with the files it was made from."""
        return checking.check(self._catalog, self._projections, self._embedder)

    # The parts

    def _directory(self) -> Directory:
        now = self._catalog.identity, self._catalog.generation
        at, directory = self._listed
        if at != now:
            directory = Directory(self._catalog.listing())
            self._listed = now, directory
        return directory

    def _passages(
        self, question: str, k: int, where: Where, within: Directory | None = None
    ) -> list[Passage]:
        """As `search`; within: only of these documents."""
        question = self._askable(question, k)
        selection = self._selection(where, within)
        if selection is not None and not selection.documents:
            return []
        return pipeline.passages(self._ranking(question, k, selection), k, self._catalog)

    def _sharing(self, text: str, k: int, where: Where, within: Directory | None = None) -> list[Passage]:
        """As `sharing`; within: only of these documents."""
        text = self._askable(text, k)
        selection = self._selection(where, within)
        if selection is not None and not selection.documents:
            return []
        return pipeline.by_words(text, k, selection, catalog=self._catalog, words=self._read_words())

    def _selection(self, where: Where, within: Directory | None = None) -> Selection | None:
        """The documents to look in, None for all of them. within: only these are known to the filter."""
        if not where and within is None:
            return None
        every = self._directory()
        directory = within or every
        documents = directory.matching(where)
        if documents is None and directory is every:
            return None
        documents = directory.known if documents is None else documents
        return Selection(documents, len(documents) / max(1, len(every.known)), self._catalog.owners)

    def _askable(self, question: str, k: int) -> str:
        """The question as it is looked for. Raises BadQuestion, NoIndex."""
        question = pipeline.check_question(question, k)
        if self._rebuild or self._catalog.is_empty:
            raise NoIndex(self.folder)
        return question

    def _ranking(self, question: str, k: int, selection: Selection | None) -> Ranking:
        self._read_words()
        return pipeline.rank(
            question,
            k,
            selection,
            catalog=self._catalog,
            embedder=self._embedder(),
            nearest=self._nearest,
            words=self._words,
            settings=self.settings,
        )

    def _exactly(self, vector: NDArray[np.float32], limit: int, selection: Selection | None) -> Hits:
        """As `_nearest`, by looking at each vector."""
        matrix = self._matrix if self._ready(self._matrix) else None
        return meaning.nearest(
            vector, limit, selection, catalog=self._catalog, matrix=matrix, graph=lambda: None
        )

    def _nearest(self, vector: NDArray[np.float32], limit: int, selection: Selection | None) -> Hits:
        """As `meaning.nearest`, with the projections as they are found; mends them where they fail."""
        shown = self._ready(self._matrix) or self._matrix.shows_earlier(self._catalog)
        matrix = self._matrix if shown else None
        if not self._vectors.is_current(
            self._catalog
        ):  # mended now, or a growing index would need it unmended
            self._bring_up(self._vectors, afresh=False)
        find = partial(meaning.nearest, vector, limit, selection, catalog=self._catalog, matrix=matrix)
        try:
            return find(graph=lambda: self._vectors if self._ready(self._vectors) else None)
        except Unreadable:
            self._bring_up(self._vectors, afresh=True)
            return find(graph=lambda: None)

    @property
    def _projections(self) -> tuple[Projection, ...]:
        return self._words, self._matrix, self._vectors

    def _project(self) -> None:
        for projection in self._projections:
            projection.catch_up(self._catalog)

    def _read_words(self) -> Words:
        if not self._ready(self._words):
            self._words.read_last()
        return self._words

    def _ready(self, projection: Projection) -> bool:
        """Whether the projection shows the catalog as it is now; brings it there if nobody else is at it."""
        return projection.open_at(self._catalog) or self._bring_up(
            projection, afresh=projection.is_current(self._catalog)
        )

    def _bring_up(self, projection: Projection, *, afresh: bool) -> bool:
        try:
            with writing(self.folder):
                projection.catch_up(self._catalog, afresh=afresh)
        except (IndexBusy, StorageFailed):
            return False  # answers go on without it; `check` names it
        return projection.open_at(self._catalog)

    def _embedder(self) -> Embedder:
        with self._loading:
            if self._loaded is None:
                self._loaded = load_embedder(self.settings.embedder)
            return self._loaded

    def _writing_embedder(self) -> Embedder:
        """The embedder, found to be the one of the index, or written down as that if it is the first."""
        embedder = self._embedder()
        built, asked = self._catalog.manifest, describe(self.settings, embedder)
        if different := model_differences(built, asked):
            raise IndexMismatch(self.folder, different)
        if not built:
            self._catalog.set_manifest(asked)
        return embedder


def _emptied(catalog: Catalog) -> Catalog:
    """The catalog without documents; a new file where the tables are of another layout."""
    if catalog.layout == LAYOUT:
        catalog.clear()
        return catalog
    roots = catalog.roots()
    catalog.close()
    for path in catalog.path.parent.glob(f"{catalog.path.name}*"):
        path.unlink()
    catalog = Catalog(catalog.path)
    catalog.begin(roots, (), "")
    return catalog
