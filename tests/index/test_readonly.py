"""A good index answers where nothing can be written: in a read-only folder, and on a full disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import Index

UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override"]
ALONE = ["unshare", "--map-root-user", "--mount"]  # in which a disk can be mounted that nobody else sees

ASK = """
import json, sys
from index import Index, IndexFault
from index import meaning
def find(index):
    return [[one.source, one.rank_meaning, one.rank_words] for one in index.search("green tea")]
with Index.open(sys.argv[1]) as index:
    found = {"few": find(index)}
    meaning.EXACT = 0  # as if there were too many to be looked at one by one
    found["many"] = find(index)
    found["check"] = [[one.kind, one.what] for one in index.check()]
    for write in (index.sync, index.repair):
        try:
            write()
        except IndexFault as error:
            found[write.__name__] = str(error)
print(json.dumps(found))
"""


@pytest.fixture
def index(open_index: Callable[..., Index], documents: Path) -> Index:
    index = open_index()
    index.sync([documents])
    return index


@pytest.fixture
def found(index: Index) -> list[list[object]]:
    """What the index gives while all is well."""
    return [[one.source, one.rank_meaning, one.rank_words] for one in index.search("green tea")]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While nothing in the folder may be written by its owner."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        for path in paths:
            path.chmod(path.stat().st_mode | 0o200)


def as_owner(*command: str) -> list[str]:
    """Root may write all, so it gives that up."""
    if os.geteuid() != 0:
        return list(command)
    if shutil.which("setpriv") is None:
        pytest.skip("root writes all: needs setpriv (util-linux)")
    return [*UNPRIVILEGED, *command]


def test_a_read_only_folder_answers_as_before_and_says_that_it_is_not_mended(
    index: Index, found: list[list[object]]
) -> None:
    index.close()
    command = as_owner(sys.executable, "-c", ASK, str(index.folder))
    with locked(index.folder):
        result = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert result["few"] == result["many"] == found
    assert result["check"] == [
        ["note", f"{index.folder} cannot be written: it answers as it is, and is not mended"],
        ["note", "chroma cannot be read: Chroma opens no folder that it cannot write"],
    ]
    refused = f"cannot write {index.folder} (Permission denied): make room or mend its permissions"
    assert result["sync"] == result["repair"] == f"{refused}, then try again"


def test_the_command_line_answers_from_a_read_only_folder_and_leaves_nothing_there(index: Index) -> None:
    index.close()
    before = sorted(path.name for path in index.folder.rglob("*"))
    with locked(index.folder):
        done = qa("search", "green tea", "-k", "1", "--index", str(index.folder))

    assert done.stdout.startswith("1. On tea (docs/tea.md:0-")
    assert done.stderr == ""
    assert sorted(path.name for path in index.folder.rglob("*")) == before


LEAVE_A_LOG = """
import os, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("UPDATE documents SET title = 'Written last' WHERE source = 'docs/tea.md'")
os._exit(9)
"""


def test_what_a_killed_writer_left_in_the_log_is_read_too(index: Index) -> None:
    index.close()
    catalog = index.folder / "catalog.sqlite"
    subprocess.run([sys.executable, "-c", LEAVE_A_LOG, str(catalog)], check=False)
    assert catalog.with_name("catalog.sqlite-wal").stat().st_size > 0
    with locked(index.folder):
        done = qa("show", "--index", str(index.folder))

    assert "docs/tea.md  Written last" in done.stdout.splitlines()


def qa(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = as_owner(sys.executable, "-m", "qa", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


FULL = """
mount -t tmpfs -o size=20m tmpfs "$1" && cp -r "$2" "$1/index"
dd if=/dev/zero of="$1/rest" bs=4k 2>/dev/null
exec "$3" -c "$4" "$1/index"
"""


def test_a_full_disk_answers_as_before(index: Index, found: list[list[object]], tmp_path: Path) -> None:
    index.close()
    disk = tmp_path / "disk"
    disk.mkdir()
    may_mount = [*ALONE, "mount", "-t", "tmpfs", "tmpfs", str(disk)]
    if shutil.which("unshare") is None or subprocess.run(may_mount, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    arguments = [str(disk), str(index.folder), sys.executable, ASK]
    done = subprocess.run([*ALONE, "sh", "-c", FULL, "sh", *arguments], capture_output=True, check=True)
    result = json.loads(done.stdout)

    assert result["few"] == result["many"] == found
    for refused in (result["sync"], result["repair"]):
        assert refused.startswith(f"cannot write {disk}/index/")
        assert "No space left on device" in refused
