"""What is made from the catalog and can be made from it again: how it is brought forward, and trusted.

A projection's folder carries a mark: which catalog it shows, up to which generation, and the size of each
of its files. The mark is taken away before a write and set after it. So a projection that was cut short,
damaged, or made for another catalog has no mark that holds, and is made again; one that is merely behind
gets what the catalog has added and removed since. That is the only way a projection is written: in a
sync, in a repair and in a rebuild. None of them embeds anything.
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.catalog import Catalog, Row
from index.errors import StorageFailed

MARK = "mark.json"
PAGE = 1_000  # chunks read and written at a time
PATIENCE = 5.0  # seconds a reader waits for another process that is opening the projection

# Removed rows, as a share of those that are left, after which it is made again: Chroma keeps them in its
# graph, where they hide live ones (chroma#7758), and tantivy counts them in its statistics.
WORN = 0.2


class Unreadable(Exception):
    """A projection cannot answer from what lies in its folder. Make it again, or do without."""


@dataclass(frozen=True, slots=True)
class Mark:
    """worn: rows removed since it was made. files: the size of each, by its path in the folder."""

    catalog: str
    generation: int
    worn: int
    files: Mapping[str, int]


class Projection(ABC):
    """Reading is safe from any thread. Writing needs the writer's lock (lock.py)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened_at: tuple[str, int] | None = None

    @abstractmethod
    def count(self) -> int: ...

    @abstractmethod
    def ids(self) -> set[str]: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def read(self) -> None:
        """See what is in the folder now. Raises Unreadable."""

    @abstractmethod
    def write(self, removed: Sequence[str], pages: Iterable[Sequence[Row]], *, afresh: bool) -> None:
        """afresh: first forget everything, whatever lies in the folder. Raises StorageFailed."""

    def mark(self) -> Mark | None:
        """None where there is none that holds."""
        return read_mark(self.folder)

    def set_mark(self, catalog: str, generation: int, worn: int) -> None:
        _write_mark(self.folder, Mark(catalog, generation, worn, _sizes(self.folder)))

    def remove_mark(self) -> None:
        _remove_mark(self.folder)

    def is_current(self, catalog: Catalog) -> bool:
        """Whether it shows the catalog as it is now, by its mark."""
        mark = self.mark()
        return mark is not None and (mark.catalog, mark.generation) == (catalog.identity, catalog.generation)

    def open_at(self, catalog: Catalog) -> bool:
        """Show the catalog as it is now; False where this projection is behind it, or does not hold."""
        wanted = (catalog.identity, catalog.generation)
        if self._opened_at == wanted:
            return True
        if not self.is_current(catalog):
            return False
        try:
            with self._unwritten():
                if self._opened_at != wanted and self.is_current(catalog):
                    self.read()
                    whole = self.count() == catalog.count() and self.is_current(catalog)
                    self._opened_at = wanted if whole else None
        except (Timeout, Unreadable):
            return False
        return self._opened_at == wanted

    def shows_earlier(self, catalog: Catalog) -> bool:
        """Whether what was opened is this catalog as it was, and answers while the rest is being written."""
        return self._opened_at is not None and self._opened_at[0] == catalog.identity

    def catch_up(self, catalog: Catalog, *, afresh: bool = False) -> None:
        """Bring it to the catalog's generation. afresh: by making it again, even if it seems to be there."""
        if self.is_current(catalog) and not afresh:
            return
        mark = None if afresh else self._usable_mark(catalog)
        removed = catalog.removed_since(mark.generation) if mark else []
        worn = mark.worn + len(removed) if mark else 0
        if worn > WORN * catalog.count():
            mark, removed, worn = None, [], 0
        added = catalog.added_since(mark.generation if mark else 0)
        if mark and self._opened_at != (mark.catalog, mark.generation):
            self.close()  # what is open shows an older state
        with self._alone(-1):
            self._opened_at = None
            self.remove_mark()
            self.write(removed, _pages(catalog, added), afresh=mark is None)
            self.set_mark(catalog.identity, catalog.generation, worn)
            self._opened_at = (catalog.identity, catalog.generation)

    def _usable_mark(self, catalog: Catalog) -> Mark | None:
        """The mark from which the catalog can tell what has changed since; None to start over."""
        mark = self.mark()
        if mark is None or mark.catalog != catalog.identity:
            return None
        return mark if catalog.forgotten <= mark.generation <= catalog.generation else None

    def _unwritten(self) -> AbstractContextManager[object]:
        """In which no other process writes the files. Raises Timeout."""
        try:
            return self._alone(PATIENCE).acquire()
        except Timeout:
            raise
        except OSError:  # the folder cannot be written; the mark, looked at before and after, has to do
            return nullcontext()

    def _alone(self, patience: float) -> FileLock:
        """Held while the files are read into memory or written, so that no process reads half of them."""
        return FileLock(self.folder.with_name(f"{self.folder.name}.lock"), timeout=patience)


def read_mark(folder: Path) -> Mark | None:
    """The one that lies in the folder, None where it does not hold."""
    try:
        mark = Mark(**json.loads((folder / MARK).read_bytes()))
        return mark if mark.files == _sizes(folder) else None
    except (OSError, ValueError, TypeError):
        return None


def _write_mark(folder: Path, mark: Mark) -> None:
    path = folder / MARK
    try:
        with path.with_suffix(".new").open("w") as file:
            json.dump(asdict(mark), file)
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".new").replace(path)
    except OSError as error:
        raise StorageFailed(path, error.strerror or str(error)) from error


def _remove_mark(folder: Path) -> None:
    try:
        if folder.is_file():  # somebody put it there: nothing of ours is lost with it
            folder.unlink()
        (folder / MARK).unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailed(folder, error.strerror or str(error)) from error


def _sizes(folder: Path) -> dict[str, int]:
    """Of the files that only a write changes: not SQLite's, nor locks, nor the mark itself."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "mark.", "chroma.sqlite3"))
    }


def _pages(catalog: Catalog, ids: Sequence[str]) -> Iterator[list[Row]]:
    for start in range(0, len(ids), PAGE):
        yield catalog.rows(ids[start : start + PAGE])
