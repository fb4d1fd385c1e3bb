"""Bringing the catalog up to date with folders of files: what is new, changed, renamed, gone, unreadable.

Knows how a file is named and recognised. A batch of documents is read, cut and embedded (entries.py), and
then stored in one transaction while the next is embedded: an interruption loses at most what is in hand, and
no embedding that is done.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from corpus.document import Document
from corpus.encoding import printable
from corpus.errors import MissingFolder
from corpus.folder import list_files, locate
from index.catalog import Catalog, Known
from index.chunk import Chunk
from index.embed import Embedder
from index.entries import Batch, Failure, File, embed, read, unreadable
from index.errors import FolderGone
from index.spread import Spread

BATCH = 250  # chunks to a transaction; a longer document is one by itself. Ctrl-C waits for one to be written
FILES_AHEAD = 64  # for each worker: those of short documents must fill several parts (entries.py)
SETTLED = 2_000_000_000  # nanoseconds: a file changed later than this before it was looked at may change
# again within its time stamp's resolution, so its size and time are not trusted the next time

Progress = Callable[[int, int, str], None]  # files done, files in all, what is being done


@dataclass(frozen=True, slots=True)
class SyncReport:
    """Sources, sorted. A renamed file is named as it is called now. failed: each is tried again next time."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A synced folder or file, or a part of one: the sources that begin with `prefix` are under `path`."""

    path: Path
    prefix: str


@dataclass(frozen=True, slots=True)
class Plan:
    """new: roots to add. absorbed: those inside a scope's root; their files go by its name from now on."""

    scopes: tuple[Scope, ...]
    new: Mapping[str, Path]
    absorbed: tuple[str, ...]


def plan_sync(catalog: Catalog, paths: Sequence[Path]) -> Plan:
    """Where to look: in the paths, or in all known roots where none are given. Changes nothing.

    Raises MissingFolder, BadPath, FolderGone.
    """
    roots = catalog.roots()
    wanted = _outermost(locate(path) for path in paths or roots.values())
    scopes: list[Scope] = []
    new: dict[str, Path] = {}
    for path in wanted:
        gone = [name for name, root in roots.items() if root == path and not path.exists()]
        if gone:
            raise FolderGone(gone[0], path)
        inside = [name for name, root in roots.items() if path.is_relative_to(root) and root.exists()]
        if inside:
            root = min(inside, key=lambda name: len(roots[name].parts))
            scopes.append(Scope(path, "/".join((root, *path.relative_to(roots[root]).parts))))
        elif path.exists():
            name = _free_name(path, roots.keys() | new.keys())
            new[name] = path
            scopes.append(Scope(path, name))
        else:
            raise MissingFolder(path)
    absorbed = [name for name, root in roots.items() if any(path in root.parents for path in wanted)]
    for name in absorbed:
        if not locate(roots[name]).exists():  # its documents would be taken for deleted
            raise FolderGone(name, roots[name])
    return Plan(tuple(scopes), new, tuple(absorbed))


def sync(
    catalog: Catalog,
    plan: Plan,
    embedder: Callable[[], Embedder],
    *,
    chunk_tokens: int,
    avoid: Path,
    project: Callable[[], None],
    progress: Progress,
    spread: Spread,
) -> SyncReport:
    """Carry out the plan.

    embedder: called when there is something to embed. avoid: a folder that is never read. project: called
    when the catalog has moved on, to bring along what is made from it. spread: reads and embeds.
    """
    began = datetime.now(UTC).isoformat()
    catalog.begin(plan.new, {scope.prefix.split("/")[0] for scope in plan.scopes}, began)
    files = {source: path for scope in plan.scopes for source, path in _files(scope, avoid)}
    prefixes = [*(scope.prefix for scope in plan.scopes), *plan.absorbed]
    known = {source: one for prefix in prefixes for source, one in catalog.known(prefix).items()}
    met, told = _Met(), _Told(progress, len(files))
    wanted = _wanted(files, known, chunk_tokens, met, told)
    batches = _batches(spread(read, wanted, FILES_AHEAD), len(files), met, told)
    with _InTurn() as in_turn:
        for batch in embed(catalog, embedder, batches, spread, told.embedding):
            told.stored(batch)
            in_turn(partial(_store, catalog, batch, project))
    folders = (source for source in met.failures if source in files and files[source].is_dir())
    hidden = tuple(f"{source}/" for source in folders)  # not listed, not gone
    missing = (source for source in known.keys() - files.keys() if not source.startswith(hidden))
    gone = {source: known[source].content_hash for source in missing}
    if gone:
        catalog.store([], gone)
        project()
    catalog.remove_roots(plan.absorbed)
    catalog.sign(met.signatures)
    catalog.set_failures(prefixes, met.failures)
    catalog.finish([scope.prefix for scope in plan.scopes], began)
    progress(len(files), len(files), "")
    return _report(met, gone)


@dataclass(frozen=True, slots=True)
class _Met:
    """What a sync has met so far. added: the content hash of each. signatures: new, of unchanged files."""

    added: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    signatures: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class _Told:
    """How far the sync is. A file in hand, wanted but not yet stored, is not done; what is told never falls,
    though files are read ahead of those that are embedded."""

    def __init__(self, progress: Progress, files: int) -> None:
        self.in_hand = 0
        self._progress, self._files, self._done = progress, files, 0

    def reading(self, number: int, source: str) -> None:
        self._tell(number - self.in_hand, source)

    def embedding(self, batch: Batch, number: int, of: int) -> None:
        done = batch.files - len(batch.entries) + len(batch.entries) * number // of
        self._tell(done, f"embedding chunk {number + 1} of {of}")

    def stored(self, batch: Batch) -> None:
        self.in_hand -= len(batch.entries)

    def _tell(self, done: int, now: str) -> None:
        self._done = max(self._done, done)
        self._progress(self._done, self._files, now)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file whose content is to be stored. number: it has among all."""

    number: int
    source: str
    before: Known | None
    signature: str


def _wanted(
    files: Mapping[str, Path], known: Mapping[str, Known], chunk_tokens: int, met: _Met, told: _Told
) -> Iterator[tuple[_Wanted, File]]:
    """The files that are new or changed, in the order of their sources; and a note of the others in `met`."""
    for number, (source, path) in enumerate(sorted(files.items())):
        told.reading(number, printable(source))
        before = known.get(source)
        try:
            signature = _signature(path)  # taken before reading: a change in between shows the next time
            if before and before.signature == signature != "":
                met.unchanged.append(source)
                continue
            if before and before.content_hash == _content_hash(path):
                met.unchanged.append(source)
                met.signatures[source] = signature
                continue
        except OSError as error:  # gone or locked since the folder was listed
            met.failures[printable(source)] = _reason(unreadable(error), before)
            continue
        told.in_hand += 1
        yield _Wanted(number, source, before, signature), File(path, source, chunk_tokens)


def _batches(
    found: Iterable[tuple[_Wanted, tuple[Document, list[Chunk]] | Failure]],
    files: int,
    met: _Met,
    told: _Told,
) -> Iterator[Batch]:
    """What was read, by the transaction; and a note of it in `met`."""
    batch = Batch()
    for wanted, result in found:
        if isinstance(result, Failure):
            met.failures[result.source] = _reason(result.reason, wanted.before)
            told.in_hand -= 1
            continue
        document, chunks = result
        if wanted.before:
            met.changed.append(wanted.source)
        else:
            met.added[wanted.source] = document.content_hash
        batch.add(document, wanted.signature, chunks)
        if sum(len(entry.chunks) for entry in batch.entries) >= BATCH:
            batch.files = wanted.number + 1
            yield batch
            batch = Batch()
    if batch.entries:
        batch.files = files
        yield batch


class _InTurn:
    """Carries out one thing after another in a thread, so that a batch is written while the next is embedded.

    Waits for the thing before; what that raised is raised then, or at the end.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def __call__(self, thing: Callable[[], None]) -> None:
        self._wait()
        self._last = self._thread.submit(thing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._thread.shutdown()
        if kind is None:
            self._wait()

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()


def _store(catalog: Catalog, batch: Batch, project: Callable[[], None]) -> None:
    catalog.store(batch.entries)
    project()


def _reason(reason: str, before: Known | None) -> str:
    return f"{reason}; the version indexed on {before.indexed_at[:10]} stays" if before else reason


def _report(met: _Met, gone: Mapping[str, str]) -> SyncReport:
    renamed = pair_renames(met.added, gone)
    return SyncReport(
        added=tuple(sorted(met.added.keys() - renamed.keys())),
        changed=tuple(sorted(met.changed)),
        renamed=tuple(sorted(renamed)),
        removed=tuple(sorted(gone.keys() - renamed.values())),
        unchanged=tuple(sorted(met.unchanged)),
        failed=tuple(Failure(source, reason) for source, reason in sorted(met.failures.items())),
    )


def pair_renames(added: Mapping[str, str], gone: Mapping[str, str]) -> dict[str, str]:
    """The old source of each new one, where the content is the same; both are content hashes by source."""
    left = sorted(gone, reverse=True)
    renamed: dict[str, str] = {}
    for source in sorted(added):
        old = next((one for one in reversed(left) if gone[one] == added[source]), None)
        if old is not None:
            renamed[source] = old
            left.remove(old)
    return renamed


def _files(scope: Scope, avoid: Path) -> Iterator[tuple[str, Path]]:
    part = "/" in scope.prefix
    if part and not scope.path.exists():  # gone from its root, and so are its documents
        return
    for path in list_files(scope.path):
        if not path.is_relative_to(avoid):
            yield "/".join((scope.prefix, *path.relative_to(scope.path).parts)), path


def _signature(path: Path) -> str:
    """Size, time and inode: while they stay, so does the content. "" while the time is too young to tell."""
    status = path.stat()
    if time.time_ns() - status.st_mtime_ns < SETTLED:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"


def _content_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Each path once, without those that lie inside another."""
    distinct = dict.fromkeys(paths)
    return [path for path in distinct if distinct.keys().isdisjoint(path.parents)]


def _free_name(path: Path, taken: Collection[str]) -> str:
    """The folder's or file's own name, or with -2, -3 and so on before the suffix of a file."""
    suffix = path.suffix if path.is_file() else ""
    stem = (path.name or "root").removesuffix(suffix)
    names = (f"{stem}{number}{suffix}" for number in ("", *(f"-{n}" for n in range(2, len(taken) + 3))))
    return next(name for name in names if name not in taken)
