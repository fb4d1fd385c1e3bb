"""What people send: file names made safe, archives unpacked within limits, one reason for each file refused.

Knows names, sizes and zip archives; nothing of people, the index, or what is in a document. A name that
comes out of here has no part that leads elsewhere, and nothing that is hidden, reserved or invisible.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

from corpus.load import LOADERS

LONGEST_NAME = 120  # bytes in UTF-8 of one part, with its suffix; file systems take 255
DEEPEST = 8  # folders below each other in an archive, or in a folder that is sent
RATIO = 200  # times its packed size that a file may unpack to; text seldom passes 20
SMALL = 1_000_000  # bytes unpacked up to which the ratio does not matter
BLOCK = 1 << 20  # bytes copied at a time
LONGEST_LIST = 2_000_000  # bytes of an archive's list of its files, some 100 for each
END_RECORD = 22 + 65_535 + 20  # bytes in which it ends: the record, its comment, the locator of a longer one

_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")  # devices of Windows
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what systems add to archives and folders by themselves


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one upload, unpacked. size: bytes of all files together."""

    size: int = 100_000_000
    files: int = 2_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken: `name` as it may be shown, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was taken: it lies at `path`, and is to be called `name` ("folder/inside/file.md")."""

    name: str
    path: Path


class TooMuch(Exception):
    """The upload passes its limits; the words say which."""


def safe_name(name: str) -> str:
    """The last part of a name, fit to be a file's on any system; "document" where nothing is left of it.

    Full-width and look-alike forms become plain ones (NFKC) before anything is looked for, so that no slash
    or dot hides in them. A safe name stays as it is.
    """
    while True:  # what a cut lays bare at an edge goes, too
        safer = _safer(name)
        if safer == name:
            return safer
        name = safer


def _safer(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    last = re.split(r"[/\\]", plain.rstrip("/\\"))[-1]
    visible = "".join(" " if one.isspace() else one for one in last if one.isspace() or _is_visible(one))
    clean = _FORBIDDEN.sub("_", " ".join(visible.split())).lstrip(".~$ ").rstrip(". ")
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix.encode()) >= LONGEST_NAME // 2:
        stem, suffix = clean, ""
    room = LONGEST_NAME - len(f"{dot}{suffix}".encode() if suffix else b"")
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return (f"{stem}.{suffix}" if suffix else stem) or "document"


def _is_visible(character: str) -> bool:
    """No control or format character (they turn the reading direction), no half, private or unknown one."""
    return not unicodedata.category(character).startswith("C")


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with -2, -3 and so on before its suffix where it is taken in whatever case."""
    path = PurePosixPath(name)
    number, free = 1, path
    while str(free).casefold() in taken:
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return str(free)


def stage(files: Sequence[tuple[str, Path]], folder: Path, limits: Limits) -> Iterator[Staged | Refused]:
    """Copy what was sent into `folder`, archives unpacked. files: the name each was sent by, with the folders
    of the sender's that are to be kept, and its path.

    Within one upload no two files get one name. Raises TooMuch when the limits are passed.
    """
    left = limits.size
    taken: set[str] = set()
    for name, path in files:
        for one in _opened(name, path):
            if isinstance(one, Refused):
                yield one
                continue
            if len(taken) == limits.files:
                raise TooMuch(f"more than {limits.files:,} files: send fewer at a time")
            safe = free_name(one.name, taken)
            taken.add(safe.casefold())
            target = folder / str(len(taken))
            try:
                left -= _copy(one, target, left)
            except (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError) as error:
                target.unlink(missing_ok=True)
                yield Refused(safe, f"truncated or corrupt: {error}")
            except OSError as error:
                target.unlink(missing_ok=True)
                why = (
                    "truncated or corrupt" if error.errno is None else "cannot be stored"
                )  # bz2 names no cause
                yield Refused(safe, f"{why}: {error.strerror or error}")
            except _Bomb:
                target.unlink(missing_ok=True)
                yield Refused(safe, f"it unpacks to more than {RATIO} times its packed size")
            else:
                yield Staged(safe, target)


@dataclass(frozen=True)
class _Source:
    """A file that can be read. packed: bytes that it takes where it lies packed, None where it is not."""

    name: str
    archive: zipfile.ZipFile | None
    member: zipfile.ZipInfo | None
    path: Path

    def open(self) -> IO[bytes]:
        if self.archive and self.member:
            return self.archive.open(self.member)
        return self.path.open("rb")

    @property
    def most(self) -> int | None:
        """Bytes that it may unpack to."""
        return max(SMALL, RATIO * self.member.compress_size) if self.member else None


class _Bomb(Exception):
    pass


def _copy(source: _Source, target: Path, left: int) -> int:
    """The bytes copied, as counted: what an archive declares is not believed."""
    copied = 0
    with source.open() as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK):
            copied += len(block)
            if source.most is not None and copied > source.most:
                raise _Bomb
            if copied > left:
                writing.close()
                target.unlink()
                raise TooMuch("more than the limit of an upload: send fewer files at a time")
            writing.write(block)
    return copied


def _opened(name: str, path: Path) -> Iterator[_Source | Refused]:
    """The file itself, or what a zip archive holds, each below a folder named for the archive."""
    parts = _parts(name)
    inside = not _leads_out(name, parts) and len(parts) <= DEEPEST
    safe = "/".join(map(safe_name, parts)) if inside and parts else safe_name(name)
    if not safe.lower().endswith(".zip"):
        if not _is_junk(name):
            yield _known(safe) or _Source(safe, None, None, path)
        return
    if _length_of_list(path) > LONGEST_LIST:
        yield Refused(safe, "it lists too many files: pack fewer")
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Refused(safe, f"no zip archive that can be read: {error}")
        return
    with archive:
        for member in archive.infolist():
            if not member.is_dir() and not _is_junk(member.filename):
                yield _member(safe, archive, member, path)


def _length_of_list(path: Path) -> int:
    """Bytes in which a zip archive lists its files, by its end record; its size where another overrules it.

    zipfile reads the whole list at once: 2 GB of objects for 100 MB of empty files.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - END_RECORD))
        end = file.read()
    at = end.rfind(b"PK\5\6")
    if at < 0:
        return 0  # no archive, as zipfile will say
    return size if b"PK\6\7" in end[:at] else int.from_bytes(end[at + 12 : at + 16], "little")


def _member(
    archive_name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path
) -> _Source | Refused:
    parts = _parts(member.filename)
    safe = "/".join((archive_name[: -len(".zip")] or "archive", *(safe_name(part) for part in parts)))
    shown = f"{archive_name}/{safe_name(member.filename)}"
    if _leads_out(member.filename, parts):
        return Refused(shown, "its name leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        return Refused(shown, "a link, not a file")
    if member.flag_bits & 1:
        return Refused(shown, "encrypted: pack it without a password")
    if len(parts) > DEEPEST:
        return Refused(shown, f"more than {DEEPEST} folders deep")
    return _known(safe) or _Source(safe, archive, member, path)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]


def _leads_out(name: str, parts: Sequence[str]) -> bool:
    return name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) is not None


def _known(name: str) -> Refused | None:
    """Why a file of this name cannot be a document."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        return Refused(name, "an archive in an archive: unpack it first")
    if suffix not in LOADERS:
        return Refused(name, f"unknown kind {suffix or 'without a suffix'}; known are {' '.join(LOADERS)}")
    return None


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part in _JUNK or (part.startswith((".", "~$")) and part not in (".", "..")) for part in parts)
