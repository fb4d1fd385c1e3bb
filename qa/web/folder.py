"""The data folder: where it lies, and that only its owner may look into it.

Knows paths and permissions; nothing of what is kept there.
"""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import StorageFailed
from qa.settings import ServeSettings

CONVERSATIONS = "chat.sqlite"
USERS = "users"


def data_folder(index: Path, settings: ServeSettings) -> Path:
    """The folder of the setting, or the one beside the index that is named for it: .index-data."""
    if settings.data is not None:
        return settings.data.expanduser().absolute()
    index = index.absolute()
    return index.with_name(f"{index.name}-data")


def private_file(path: Path) -> Path:
    """The file, made empty where there is none; nobody but its owner reads it. Raises StorageFailed."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageFailed(path, error.strerror or str(error)) from error
    return path
