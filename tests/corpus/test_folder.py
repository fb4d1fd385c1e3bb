"""A folder's files are listed in the same order each time, and nothing outside the folder is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus import LoadError, MissingFolder, list_files, load
from tests.corpus.reading import write


def names(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in list_files(root)]


def test_files_of_every_kind_are_listed_in_order_of_their_path(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.unknown", "A.txt", "a.txt"):
        write(tmp_path / name)
    assert names(tmp_path) == ["A.txt", "a/b/c.unknown", "a/z.md", "a.txt", "b.txt"]


def test_hidden_files_and_folders_and_lock_files_are_passed_over(tmp_path: Path) -> None:
    for name in (".git/config", ".hidden.txt", "~$report.docx", "seen.txt"):
        write(tmp_path / name)
    assert names(tmp_path) == ["seen.txt"]


def test_links_out_of_the_root_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "secret.txt")
    root = tmp_path / "root"
    inside = write(root / "a.txt")
    (root / "link-out.txt").symlink_to(outside)
    (root / "folder-out").symlink_to(outside.parent)
    (root / "loop").symlink_to(root)
    (root / "link-in.txt").symlink_to(inside)
    assert names(root) == ["a.txt", "link-in.txt"]


def test_a_root_may_be_a_single_file(tmp_path: Path) -> None:
    path = write(tmp_path / "only.txt")
    assert list_files(path) == [path]


def test_a_missing_root_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(MissingFolder, match="nowhere: no such folder or file: check the path") as caught:
        list_files(tmp_path / "nowhere")
    assert caught.value.path == tmp_path / "nowhere"


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may read everything, so tests of permissions run as nobody."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder of files that everybody may enter; the tests lock parts of it."""
    folder = tmp_path / "folder"
    write(folder / "open.txt")
    write(folder / "closed.txt").chmod(0)
    write(folder / "shut" / "x.txt").parent.chmod(0)
    write(folder / "unentered" / "x.txt").parent.chmod(0o444)
    (folder / "link.txt").symlink_to(folder / "unentered" / "x.txt")
    parents = [path for path in (folder, *folder.parents) if path.stat().st_uid == os.getuid()]
    modes = [(path, path.stat().st_mode) for path in parents if path != Path("/")]
    for path, mode in modes:
        path.chmod(mode | 0o555)
    yield folder
    for path, mode in modes:
        path.chmod(mode)
    for name in ("shut", "unentered"):
        (folder / name).chmod(0o755)


def test_what_may_not_be_read_is_listed_and_reported_and_the_rest_goes_on(locked: Path) -> None:
    with without_privileges():
        assert names(locked) == ["closed.txt", "link.txt", "open.txt", "shut", "unentered"]
        with pytest.raises(LoadError, match=r"^closed: unreadable: permission denied$"):
            load(locked / "closed.txt", "closed")
        for name in ("shut", "unentered"):
            with pytest.raises(LoadError, match=rf"^{name}: the folder cannot be listed: permission denied$"):
                load(locked / name, name)
        with pytest.raises(LoadError, match=r"^link: unreadable: permission denied$"):
            load(locked / "link.txt", "link")
        assert load(locked / "open.txt", "open").text == "Some text."
