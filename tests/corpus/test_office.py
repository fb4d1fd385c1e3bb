"""Files of Word, PowerPoint, Excel and EPUB that are broken, encrypted or old say why they are not read."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.loaders import archive
from tests.corpus.office import book, slides, word
from tests.corpus.reading import ReasonOf

FILES = {"a.docx": word, "a.pptx": slides, "a.epub": book}


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_office_file_is_refused(reason_of: ReasonOf, name: str) -> None:
    data = FILES[name]()
    for end in (50, len(data) // 2, len(data) - 30):
        assert reason_of(name, data[:end]).startswith("truncated or corrupt: ")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_part_is_found_by_its_checksum(reason_of: ReasonOf, name: str) -> None:
    data = bytearray(FILES[name]())
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    assert reason_of(name, bytes(data)).startswith("truncated or corrupt: ")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_archive_of_something_else_is_corrupt(reason_of: ReasonOf, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as other:
        other.writestr("hello.txt", "hello")
    assert reason_of(name, buffer.getvalue()).startswith("corrupt")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_encrypted_and_old_office_files_are_refused_by_name(reason_of: ReasonOf, name: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    assert (
        reason_of(name, old + "EncryptedPackage".encode("utf-16-le"))
        == "encrypted: save it without a password"
    )
    assert reason_of(name, old + "WordDocument".encode("utf-16-le")).startswith("an old office format")


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    reason_of: ReasonOf, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 1_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(1_000_001))
    assert reason_of(name, buffer.getvalue()) == "too large: 1,000,001 bytes unpacked, the limit is 1,000,000"


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_a_zip_bomb_that_hides_its_size_is_unpacked_no_further_than_it_says(
    reason_of: ReasonOf, name: str
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(1_000_000))
    lying = buffer.getvalue().replace((1_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert reason_of(name, lying).startswith("truncated or corrupt: ")
