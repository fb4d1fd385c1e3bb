"""The documents as each person sees them: what there is, what they add, share and remove.

Documents of synced folders are everybody's. Of the uploads a person sees their own and what others share;
where login is off, one person sees everything. Knows the index and where uploads lie; nothing of browsers.
Writes wait for each other; reading goes on meanwhile.

LibraryError
├── NotYours   a document that this person may not change; says who can, and how
├── Misplaced  the folder of uploads lies in a synced folder, which would lose them
└── Busy       another program has been writing to the index for too long
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO, Literal

from index import DocumentInfo, Index, SyncReport, View
from index.directory import covers
from index.errors import IndexBusy
from qa.errors import QAError
from qa.web.intake import Line, line_of, take_in
from qa.web.places import SHARED, Places
from qa.web.uploads import Limits, Refused, Staged, TooMuch, stage
from qa.web.users import LOCAL

PATIENCE = 60.0  # seconds to wait for another program that writes
VIEWS = 64  # kept ready: one for each person and choice of documents
MANY = 100  # values of a field up to which it is offered as a filter

Progress = Callable[[int, int, str], None]  # files done, files in all, what is being done
State = Literal["indexed", "failed", "pending"]


class LibraryError(QAError):
    """Base of what can go wrong with the documents of a person."""


class NotYours(LibraryError):
    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class Misplaced(LibraryError):
    def __init__(self, uploads: Path, root: str) -> None:
        super().__init__(
            f"uploads lie inside the synced folder {root}: set serve.data to a folder outside it"
        )
        self.uploads = uploads
        self.root = root


class Busy(LibraryError):
    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"another program has been writing to the index for {seconds:.0f} s: try again later"
        )
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of the documents to ask: these sources, and those with these values; all where both are empty."""

    sources: frozenset[str] = frozenset()
    where: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sources or self.where)


@dataclass(frozen=True, slots=True)
class Row:
    """A document in the list. info: None where nothing of it is indexed. reason: why it failed, or "". own:
    whoever looks at it may remove and share it."""

    source: str
    info: DocumentInfo | None
    state: State
    reason: str
    own: bool
    shared: bool

    @property
    def title(self) -> str:
        return self.info.title if self.info else self.source.rpartition("/")[2]


class Library:
    """The documents of `index`; uploads lie below `folder`. Safe to use from several threads."""

    def __init__(self, index: Index, folder: Path, limits: Limits | None = None) -> None:
        self.index = index
        self.limits = limits or Limits()
        self.folder = folder
        self._places = Places(index, folder)
        self._writing = threading.Lock()
        self._pending: dict[str, str] = {}  # who adds a file now, by its source
        self._listed: dict[str, tuple[int, list[DocumentInfo]]] = {}  # generation and documents, by person
        self._view = lru_cache(VIEWS)(index.within)

    # What is seen

    def visible(self, user: str) -> Index | View:
        """All documents that the person may see."""
        return self.index if user == LOCAL else self._view(self._places.seen_by(user))

    def common(self, user: str) -> Index | View:
        """What everybody sees; where login is off, all that this one person does."""
        return self.index if user == LOCAL else self._view(self._places.seen_by(SHARED))

    def narrow(self, user: str, narrowed: Narrowed) -> Index | View:
        """Those of them that were chosen."""
        if not narrowed:
            return self.visible(user)
        return self._view(frozenset(info.source for info in self.infos(user) if _fits(info, narrowed)))

    def documents(self, user: str, search: str = "", where: Mapping[str, str] | None = None) -> list[Row]:
        """By source, those with all words of `search` in title, source or metadata; files that failed or are
        being added only where `where` is empty."""
        failures = self.visible(user).failures()
        fitting = Narrowed(where=where or {})
        infos = {info.source: info for info in self.infos(user) if _fits(info, fitting)}
        sources: set[str] = set(infos)
        if not where:
            sources |= failures.keys()
            sources |= {source for source, whose in list(self._pending.items()) if whose == user}
        own, shared = self._places.owned_by(user), self._places.shared
        wanted = search.casefold().split()
        rows = (
            Row(
                source,
                infos.get(source),
                "failed" if source in failures else "indexed" if source in infos else "pending",
                failures.get(source, ""),
                covers(own, source),
                covers(shared, source),
            )
            for source in sorted(sources)
        )
        return [row for row in rows if _holds(row, wanted)]

    def filters(self, user: str) -> dict[str, list[str]]:
        """The fields to filter by with their values, but for those with too many to choose from."""
        values: dict[str, set[str]] = {}
        for info in self.infos(user):
            for name, value in info.metadata.items():
                values.setdefault(name, set()).add(value)
        return {name: sorted(found) for name, found in sorted(values.items()) if len(found) <= MANY}

    # What is changed

    def add(
        self, user: str, files: Sequence[tuple[str, Path]], progress: Progress | None = None
    ) -> list[Line]:
        """Index what was sent, and tell of each file what became of it. files: by name, and where each lies.

        A file that the person has under the same name is replaced; one that cannot be read is not kept.
        Raises Busy, Misplaced, and what Index.sync raises; then nothing is kept.
        """
        tell = progress or _silent
        with self._alone(tell):
            self._settle(user)
            with TemporaryDirectory(dir=self.folder, prefix=".staging-") as staging:
                try:
                    sent = list(stage(files, Path(staging), self.limits))
                except TooMuch as error:
                    return [Line("", "failed", f"Nothing was added: {error}")]
                staged = {self._places.source(self._places.of(user) / one.name): one for one in sent}
                taken = {source: one.path for source, one in staged.items() if isinstance(one, Staged)}
                self._pending |= dict.fromkeys(taken, user)
                try:
                    became = take_in(taken, self._places.path, lambda: self._sync(tell)) if taken else {}
                finally:
                    for source in taken:
                        self._pending.pop(source, None)
        return [
            line_of(one.name, one.reason)
            if isinstance(one, Refused)
            else line_of(one.name, became[source], source)
            for source, one in staged.items()
        ]

    def receive(self, user: str, name: str, file: IO[bytes]) -> list[Line]:
        """As `add`, of one file that is no file of its own yet."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder, prefix=".received-") as received:
            path = Path(received) / "file"
            with path.open("wb") as kept:
                copyfileobj(file, kept)
            return self.add(user, [(name, path)])

    def remove(self, user: str, source: str) -> None:
        """Delete an upload of the person's own. Raises NotYours, and as `add` does."""
        with self._alone(_silent):
            self._own(user, source).unlink(missing_ok=True)
            self._sync(_silent)

    def share(self, user: str, source: str, *, shared: bool = True) -> str:
        """Let everybody see an upload of the person's own, or again nobody else; gives its new source.

        Raises NotYours, and as `add` does.
        """
        with self._alone(_silent):
            path = self._own(user, source)
            target = self._places.moved(path, shared=shared)
            if target != path:
                if target.exists():
                    raise NotYours(source, "a file of that name lies there already: rename or remove one")
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
                try:
                    self._sync(_silent)
                except BaseException:  # or the next sync would show what was said to have failed
                    path.parent.mkdir(parents=True, exist_ok=True)
                    target.replace(path)
                    raise
            return self._places.source(target)

    def resync(self, progress: Progress | None = None) -> SyncReport:
        """Bring everything up to date with the synced folders and the uploads. Raises Busy, and as Index.sync
        does."""
        tell = progress or _silent
        with self._alone(tell):
            return _patiently(lambda: self.index.sync((), tell), tell)

    # The parts

    def _settle(self, user: str) -> None:
        """Make the person's folder, and the folder of uploads one that the index knows by a name."""
        uploads = self._places.uploads
        around = [name for name, root in self.index.roots().items() if root in uploads.parents]
        if around:
            raise Misplaced(uploads, around[0])
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._places.of(user).mkdir(parents=True, exist_ok=True)
        if self._places.prefix is None:
            self._sync(_silent)

    def _sync(self, tell: Progress) -> SyncReport:
        """Of the uploads alone."""
        return _patiently(lambda: self.index.sync([self._places.uploads], tell), tell)

    @contextmanager
    def _alone(self, tell: Progress) -> Iterator[None]:
        if not self._writing.acquire(blocking=False):
            tell(0, 1, "waiting for another who changes documents")
            self._writing.acquire()
        try:
            yield
        finally:
            self._writing.release()

    def _own(self, user: str, source: str) -> Path:
        """The file of an upload of the person's own, as listed: what they send is not believed."""
        row = next((row for row in self.documents(user) if row.source == source), None)
        if row is None:
            raise NotYours(source, "there is no such document")
        if not row.own:
            folder = source.split("/")[0]
            whose = (
                "who shared it can change it"
                if row.shared
                else f"of the synced folder {folder}: its owner changes the file there; then press Re-sync"
            )
            raise NotYours(source, whose)
        return self._places.path(source)

    def infos(self, user: str) -> list[DocumentInfo]:
        """What the person sees, by source. Kept for a generation: to list 10,000 takes a moment."""
        generation = self.index.generation
        at, infos = self._listed.get(user, (-1, []))
        if at != generation:
            infos = self.visible(user).documents()
            self._listed[user] = generation, infos
        return infos


def _silent(_done: int, _of: int, _what: str) -> None:
    pass


def _patiently(sync: Callable[[], SyncReport], tell: Progress) -> SyncReport:
    """What it gives once no other program writes. Raises Busy."""
    began = time.monotonic()
    while True:
        try:
            return sync()
        except IndexBusy as busy:
            if time.monotonic() - began > PATIENCE:
                raise Busy(PATIENCE) from busy
            tell(0, 1, "waiting for another program that writes to the index")
            time.sleep(0.1)


def _fits(info: DocumentInfo, narrowed: Narrowed) -> bool:
    chosen = not narrowed.sources or info.source in narrowed.sources
    return chosen and all(info.metadata.get(name) == value for name, value in narrowed.where.items())


def _holds(row: Row, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    values = row.info.metadata.values() if row.info else ()
    text = "\n".join((row.title, row.source, *values)).casefold()
    return all(word in text for word in wanted)
