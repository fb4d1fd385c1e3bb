"""Bringing the catalog up to date with folders of files: what is new, changed, renamed, gone, unreadable.

Knows how a file is named, recognised and read. A batch of documents is read, cut and embedded, and then
stored in one transaction while the next is embedded: an interruption loses at most what is in hand, and no
embedding.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from corpus.document import Document
from corpus.errors import LoadError, MissingFolder
from corpus.folder import list_files
from corpus.load import load
from index.catalog import Catalog, Entry, KeyedChunk, Known
from index.chunk import Chunk, chunk
from index.embed import Embedder
from index.errors import FolderGone

BATCH = 250  # chunks to a transaction; a longer document is one by itself. Ctrl-C waits for one to be written
EMBED = 64  # chunks embedded between two calls of progress
SETTLED = 2_000_000_000  # nanoseconds: a file changed later than this before it was looked at may change
# again within its time stamp's resolution, so its size and time are not trusted the next time

Progress = Callable[[int, int, str], None]  # files done, files in all, what is being done


@dataclass(frozen=True, slots=True)
class Failure:
    source: str
    reason: str


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

    Raises MissingFolder, FolderGone.
    """
    roots = catalog.roots()
    wanted = _outermost(path.expanduser().resolve() for path in paths or roots.values())
    scopes: list[Scope] = []
    new: dict[str, Path] = {}
    for path in wanted:
        gone = [name for name, root in roots.items() if root == path and not path.exists()]
        if gone:
            raise FolderGone(gone[0], path)
        inside = [name for name, root in roots.items() if root.exists() and path.is_relative_to(root)]
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
) -> SyncReport:
    """Carry out the plan.

    embedder: called when there is something to embed. avoid: a folder that is never read. project: called
    when the catalog has moved on, to bring along what is made from it.
    """
    began = datetime.now(UTC).isoformat()
    catalog.begin(plan.new, {scope.prefix.split("/")[0] for scope in plan.scopes}, began)
    files = {source: path for scope in plan.scopes for source, path in _files(scope, avoid)}
    prefixes = [*(scope.prefix for scope in plan.scopes), *plan.absorbed]
    known = {source: one for prefix in prefixes for source, one in catalog.known(prefix).items()}
    met = _Met()
    batch: list[Entry] = []
    texts: dict[str, str] = {}  # what to embed for the batch, by its hash

    with _InTurn() as in_turn:

        def store(looked_at: int) -> None:
            done, model = looked_at - len(batch), embedder()

            def tell(number: int, of: int) -> None:
                embedded = done + len(batch) * number // of
                progress(embedded, len(files), f"embedding chunk {number + 1} of {of}")

            embed(catalog, model, texts, tell)
            in_turn(partial(_store, catalog, tuple(batch), project))
            batch.clear()
            texts.clear()

        for number, (source, path) in enumerate(sorted(files.items())):
            progress(number - len(batch), len(files), source)
            found = _look(source, path, known.get(source), met)
            if found is not None:
                batch.append(_entry(*found, chunk(found[0], chunk_tokens), texts))
            if sum(len(entry.chunks) for entry in batch) >= BATCH:
                store(number + 1)
        if batch:
            store(len(files))
    hidden = tuple(f"{source}/" for source in met.failures if files[source].is_dir())  # not listed, not gone
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


def _store(catalog: Catalog, batch: Sequence[Entry], project: Callable[[], None]) -> None:
    catalog.store(batch)
    project()


@dataclass(frozen=True, slots=True)
class _Met:
    """What a sync has met so far. added: the content hash of each. signatures: new, of unchanged files."""

    added: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    signatures: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def _look(source: str, path: Path, before: Known | None, met: _Met) -> tuple[Document, str] | None:
    """The document with its signature where there is something to store; and a note in `met`."""
    try:
        signature = _signature(path)  # taken before reading: a change in between shows the next time
        if before and before.signature == signature != "":
            met.unchanged.append(source)
            return None
        if before and before.content_hash == _content_hash(path):
            met.unchanged.append(source)
            met.signatures[source] = signature
            return None
        document = load(path, source)
    except LoadError as error:
        met.failures[error.source] = _reason(error.reason, before)
        return None
    except OSError as error:  # gone or locked since the folder was listed
        met.failures[source] = _reason(f"unreadable: {(error.strerror or str(error)).lower()}", before)
        return None
    if before:
        met.changed.append(source)
    else:
        met.added[source] = document.content_hash
    return document, signature


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


def embed(
    catalog: Catalog, embedder: Embedder, texts: Mapping[str, str], progress: Callable[[int, int], None]
) -> None:
    """Give each text a vector that has none. They are stored as they come: an interruption keeps them.

    progress(texts embedded, texts to embed) is called before each part.
    """
    model = catalog.manifest["fingerprint"]
    missing = catalog.missing_vectors(model, texts)
    for start in range(0, len(missing), EMBED):
        progress(start, len(missing))
        hashes = missing[start : start + EMBED]
        catalog.add_vectors(model, hashes, embedder.encode([texts[one] for one in hashes]))


def embedded_text(title: str, chunk: Chunk) -> str:
    """What is embedded for a chunk: the title and headings that it does not hold itself, then its text."""
    context = [line for line in dict.fromkeys((title, *chunk.headings)) if line not in chunk.text]
    return "\n".join((*context, chunk.text))


def _entry(document: Document, signature: str, chunks: Sequence[Chunk], texts: dict[str, str]) -> Entry:
    keyed = []
    for one in chunks:
        text = embedded_text(document.title, one)
        text_hash = hashlib.sha256(text.encode()).hexdigest()
        texts[text_hash] = text
        keyed.append(KeyedChunk(_chunk_id(document, one), text_hash, one))
    return Entry(document, signature, datetime.now(UTC).isoformat(timespec="seconds"), keyed)


def _chunk_id(document: Document, chunk: Chunk) -> str:
    """Stands for all that is stored of the chunk, so a chunk of the same id need not be written again."""
    content = json.dumps((document.id, document.title, *astuple(chunk)))
    return hashlib.sha256(content.encode()).hexdigest()[:24]


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
