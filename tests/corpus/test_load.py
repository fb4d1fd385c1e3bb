"""Any file becomes a document or a LoadError with one clear reason; limits hold for all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import corpus
from corpus import LoadError, load
from corpus.load import LOADERS, SIZE_LIMIT
from tests.corpus.reading import LoadBytes, ReasonOf, headings, write


def test_a_document_carries_its_source_title_hash_and_text(load_bytes: LoadBytes) -> None:
    data = b"The parks\n\nFour provinces planned parks.\n"
    document = load_bytes("parks.txt", data)
    assert document.source == "documents/parks.txt"
    assert document.title == "The parks"
    assert document.text == "The parks\n\nFour provinces planned parks."
    assert document.content_hash == hashlib.sha256(data).hexdigest()
    assert headings(document) == [(1, "The parks")]


def test_the_suffix_may_be_in_capitals(load_bytes: LoadBytes) -> None:
    assert load_bytes("A.TXT", b"One line.").text == "One line."


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "---\ntitle: Declared\n---\n# Heading\n\nText.", "Declared"),
        ("a.md", "Text.\n\n## Second\n\n# First\n", "First"),
        ("a.md", "Text.\n\n" * 5 + "# Figure 1\n", "a"),
        ("a.md", "A short first paragraph", "A short first paragraph"),
        ("a.md", "A sentence is no title.", "a"),
        ("a.md", "word " * 100, "a"),
        ("the stem.csv", "a,b\n1,2\n", "the stem"),
    ],
)
def test_the_title_is_declared_or_a_heading_or_line_of_the_opening_or_the_stem(
    load_bytes: LoadBytes, name: str, text: str, title: str
) -> None:
    assert load_bytes(name, text.encode()).title == title


@pytest.mark.parametrize("suffix", sorted(LOADERS))
@pytest.mark.parametrize("data", [b"", b" \n\t\r\n"])
def test_an_empty_file_of_any_kind_is_reported_as_empty(
    reason_of: ReasonOf, suffix: str, data: bytes
) -> None:
    assert reason_of(f"empty{suffix}", data) == "empty"


@pytest.mark.parametrize("suffix", sorted(LOADERS))
def test_random_bytes_of_any_kind_are_refused(reason_of: ReasonOf, suffix: str) -> None:
    noise = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(200))
    assert reason_of(f"noise{suffix}", noise).split(":")[0] in ("binary", "corrupt", "truncated or corrupt")


@pytest.mark.parametrize("name", ["film.mp4", "README", "archive.tar.gz"])
def test_an_unknown_kind_is_refused_with_the_kinds_that_are_known(reason_of: ReasonOf, name: str) -> None:
    reason = reason_of(name, b"whatever")
    assert reason.startswith(f"unknown kind {Path(name).suffix or 'without a suffix'}; known are .txt .md")


def test_a_file_without_any_visible_character_has_no_text(reason_of: ReasonOf) -> None:
    assert reason_of("a.txt", "\u200b\u2060".encode()) == "no text found in it"
    assert reason_of("a.md", b"<!-- only a comment -->") == "no text found in it"


def test_a_file_over_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)  # sparse: takes no space
    with pytest.raises(LoadError, match=r"too large: 209,715,201 bytes, the limit is 209,715,200"):
        load(path, "huge.txt")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    for name, reason in (("pipe.txt", "not a regular file"), ("gone.txt", "unreadable: no such file")):
        with pytest.raises(LoadError, match=reason):
            load(tmp_path / name, name)


def test_a_name_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    with pytest.raises(LoadError, match=r"caf\\udce9.txt: its name is not valid Unicode"):
        load(write(tmp_path / name), name)


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = "{'trafilatura', 'pypdfium2', 'markitdown', 'openpyxl', 'lxml', 'markdown_it', 'pandas'}"
    code = f"import sys, corpus; print(sorted({heavy} & set(sys.modules)))"
    root = Path(corpus.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert result.stdout == "[]\n"
