"""Which files a folder holds. Knows nothing of what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corpus.encoding import printable
from corpus.errors import BadPath, MissingFolder

PASSED_OVER = (".", "~$")  # names that begin so: hidden files, and what an office program locks with


def locate(given: Path) -> Path:
    """The path in full, whether there is something or not: "~" is the home folder, links are followed.

    Raises BadPath.
    """
    shown = printable(str(given))
    try:
        path = given.expanduser().resolve()
        str(path).encode()
        with suppress(FileNotFoundError, NotADirectoryError):
            path.stat()
    except UnicodeEncodeError:
        raise BadPath(shown, "its name is not valid Unicode") from None
    except OSError as error:
        raise BadPath(shown, (error.strerror or str(error)).lower()) from error
    except (RuntimeError, ValueError) as error:  # a home that nobody has, a loop of links, a null byte
        raise BadPath(shown, str(error).rstrip(".").lower()) from error
    return path


def list_files(root: Path) -> list[Path]:
    """Every file below `root`, of whatever kind, sorted by path; `root` may itself be a file.

    Hidden files and folders (a leading dot), office lock files (a leading "~$") and symbolic links to folders
    or out of the root are passed over. A folder that may not be listed, or whose files may not be looked at,
    stands in the list itself, so that loading it reports it; so does a link to what may not be looked at.
    """
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise MissingFolder(root)
    return sorted(_walk(root, root.resolve()), key=lambda path: path.parts)


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(PASSED_OVER)]
        links = {entry for entry in entries if entry.is_symlink()}
    except OSError:  # locked, or on a disk that fails
        yield folder
        return
    for entry in entries:
        if entry in links:
            if _may_be_file(entry) and entry.resolve().is_relative_to(root):
                yield entry
        elif entry.is_dir():
            yield from _walk(entry, root)
        elif entry.is_file():
            yield entry


def _may_be_file(link: Path) -> bool:
    try:
        return link.is_file()
    except OSError:  # it leads into a locked folder
        return True
