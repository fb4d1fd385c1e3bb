"""The Markdown of a Git repository, by the `git` program. Nothing is checked out: no hook, filter or link of
the repository takes effect, only its files' contents are read.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from corpus.folder import PASSED_OVER
from qa.errors import NotFetched

CLONE_SECONDS = 600
MARKDOWN = (".md", ".markdown")

# A server that goes silent, redirects elsewhere or asks for a password must not hold up or mislead.
_SETTINGS = ("http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "http.followRedirects=false")
_WITH_PASSWORD = re.compile(r"https?://[^/]*@")
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # git sets them, and would look there
_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file of a repository. path: inside it. blob: the id of its content. size: bytes."""

    path: str
    blob: str
    size: int


class Clone:
    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder

    def sources(self) -> list[Source]:
        """In the order of their paths; hidden ones are left out, as in any folder, and links are."""
        listed = self._git("ls-tree", "-r", "-z", "-l", "HEAD").decode("utf-8", "replace")
        found = []
        for line in filter(None, listed.split("\0")):
            told, path = line.split("\t", 1)
            mode, _, blob, size = told.split()
            names = PurePosixPath(path)
            hidden = any(name.startswith(PASSED_OVER) for name in names.parts)
            if mode.startswith("100") and names.suffix.lower() in MARKDOWN and not hidden:
                found.append(Source(path, blob, int(size)))
        return found

    def read(self, source: Source) -> bytes:
        return self._git("cat-file", "blob", source.blob)

    def _git(self, *arguments: str) -> bytes:
        return _run(["git", "-C", str(self._folder), *arguments], self.url)


@contextmanager
def cloned(url: str) -> Iterator[Clone]:
    """The newest state alone, for as long as the context lasts. Raises NotFetched."""
    if _WITH_PASSWORD.match(url):
        raise NotFetched(url, "a URL with a password in it is not taken: let git's credential helper know it")
    settings = [part for one in _SETTINGS for part in ("-c", one)]
    with TemporaryDirectory(prefix="spanqa-") as place:
        folder = Path(place) / "clone"
        clone = [
            "clone",
            "--quiet",
            "--bare",
            "--depth",
            "1",
            "--no-tags",
            "--template=",
            "--",
            url,
            str(folder),
        ]
        _run(["git", *settings, *clone], url)
        yield Clone(url, folder)


def repository_name(url: str) -> str:
    """ "docs" of https://example.org/team/docs.git"""
    return url.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git") or "repository"


def _run(command: Sequence[str], url: str) -> bytes:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=CLONE_SECONDS,
            env={name: value for name, value in os.environ.items() if name not in _OF_A_HOOK} | _ENVIRONMENT,
            check=False,
        )
    except FileNotFoundError as error:
        raise NotFetched(url, "the program git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise NotFetched(url, f"git took longer than {CLONE_SECONDS} seconds") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotFetched(url, f"git: {told[-1] if told else f'exit code {done.returncode}'}")
    return done.stdout
