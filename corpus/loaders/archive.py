"""The zip archives that .docx, .pptx, .xlsx and .epub are: whole, open to read, and of a bearable size."""

from __future__ import annotations

import io
import zipfile
import zlib

from corpus.errors import LoadError

UNPACKED_LIMIT = 500 * 1024 * 1024  # bytes, over all members; a zip bomb declares gigabytes
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """The archive in `data`, every member checked against its checksum."""
    if data.startswith(_OLE_SIGNATURE):
        if _ENCRYPTED_STREAM in data:
            raise LoadError(name, "encrypted: save it without a password")
        raise LoadError(name, "an old office format (.doc, .xls, .ppt): save it in the new one")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise LoadError(name, "encrypted: save it without a password")
        unpacked = sum(member.file_size for member in members)
        if unpacked > UNPACKED_LIMIT:
            raise LoadError(name, f"too large: {unpacked:,} bytes unpacked, the limit is {UNPACKED_LIMIT:,}")
        damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise LoadError(name, f"truncated or corrupt: {error}") from error
    if damaged is not None:
        raise LoadError(name, f"truncated or corrupt: its part {damaged} does not match its checksum")
    return archive
