"""The folder that things are brought into, and its record of what is from where.

Files are ordinary files, which `qa sync` takes like any other; the record lies beside them, hidden, a line
for each. A file that is not in the record is somebody's own, and is never written over; so each is in it
before it is there, and whatever is killed midway goes on under the same names. Knows no network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from qa.errors import CannotKeep
from qa.web.uploads import free_name

RECORD, LOCK = ".fetched.jsonl", ".fetched.lock"

Change = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Kept:
    """file: its place below the folder. etag, modified: what the server said to ask with, or empty."""

    url: str
    file: str
    etag: str = ""
    modified: str = ""


_WAY_OUT = "remove it, and all is fetched anew under new names"
_KEPT = TypeAdapter(Kept)


@contextmanager
def shelf(folder: Path) -> Iterator[Shelf]:
    """The folder and its record, for one at a time. Raises CannotKeep."""
    path = folder / RECORD
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            record = _read(path)
            _write(path, _lines(record))  # without a last line that was cut short
            try:
                with path.open("a", encoding="utf-8") as log:
                    yield Shelf(folder, record, log)
            finally:
                _write(path, _lines(record))
    except Timeout as error:
        raise CannotKeep(folder, "another qa fetch is at work there: wait for it") from error
    except OSError as error:
        raise CannotKeep(folder, f"nothing can be kept there: {error.strerror or error}") from error


class Shelf:
    """record: by URL; changed in place. log: its file, to which each change is written at once."""

    def __init__(self, folder: Path, record: dict[str, Kept], log: IO[str]) -> None:
        self.folder = folder
        self._record = record
        self._log = log

    def known(self, url: str) -> Kept | None:
        """What was brought from there and is still here."""
        kept = self._record.get(url)
        return kept if kept and (self.folder / kept.file).is_file() else None

    def urls(self, beginning: str) -> list[str]:
        return [url for url in self._record if url.startswith(beginning)]

    def keep(self, url: str, name: str, data: bytes, etag: str = "", modified: str = "") -> Change:
        """name: for a file that is not known yet; where it is taken, a number goes with it."""
        kept = self.known(url)
        file = kept.file if kept and PurePosixPath(kept.file).suffix == PurePosixPath(name).suffix else ""
        if kept and not file:  # it is of another kind now
            (self.folder / kept.file).unlink()
        path = self.folder / (file or self._free(name))
        new = Kept(url, path.relative_to(self.folder).as_posix(), etag, modified)
        if file and path.read_bytes() == data:
            self._note(new)
            return "unchanged"
        self._note(replace(new, etag="", modified=""))  # should it end here, it is fetched again
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
        self._note(new)
        return "changed" if kept else "added"

    def _note(self, kept: Kept) -> None:
        self._record[kept.url] = kept
        self._log.write(_line(kept))
        self._log.flush()

    def drop(self, url: str) -> None:
        """The file goes, and its place in the record."""
        (self.folder / self._record.pop(url).file).unlink(missing_ok=True)

    def _free(self, name: str) -> str:
        place = PurePosixPath(name).parent
        own = (self.folder / place).iterdir() if (self.folder / place).is_dir() else ()
        taken = {(place / one.name).as_posix().casefold() for one in own}
        return free_name(name, taken)


def _read(path: Path) -> dict[str, Kept]:
    """By URL, the last line of each. A line that was cut short is left out."""
    try:
        *lines, _ = path.read_bytes().split(b"\n")
        record = [_KEPT.validate_json(line) for line in lines]
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise CannotKeep(path, f"it is no record of what was fetched; {_WAY_OUT}") from error
    for kept in record:
        _check(path, kept)
    return {kept.url: kept for kept in record}


def _check(path: Path, kept: Kept) -> None:
    """No file outside the folder, which a record from elsewhere could have written over or removed."""
    parts = PurePosixPath(kept.file).parts
    if not parts or parts[0] == "/" or ".." in parts or "\\" in kept.file:
        raise CannotKeep(path, f"{kept.file!r} is no place below its folder; {_WAY_OUT}")


def _lines(record: Mapping[str, Kept]) -> bytes:
    return "".join(map(_line, record.values())).encode()


def _line(kept: Kept) -> str:
    return f"{json.dumps(asdict(kept))}\n"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; half of it is hidden from whoever reads the folder."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
