"""One writer at a time: a lock on the index folder, and a line that says who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusy, StorageFailed


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the writer's lock. Raises IndexBusy at once where another process, or thread, holds it."""
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.txt"
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise IndexBusy(folder, _read(holder)) from None
    except OSError as error:
        raise StorageFailed(folder, error.strerror or str(error)) from error
    try:
        _write(holder, f"process {os.getpid()} since {datetime.now():%H:%M:%S}")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _write(holder: Path, text: str) -> None:
    try:
        holder.write_text(text)
    except OSError as error:
        raise StorageFailed(holder, error.strerror or str(error)) from error


def _read(holder: Path) -> str:
    try:
        return holder.read_text() or "another process"
    except FileNotFoundError:  # taken or given back just now
        return "another process"
