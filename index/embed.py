"""Texts to vectors: the protocol, and the choice of what computes it.

A BERT of the usual make runs on OpenVINO (bert.py). Any other model that sentence-transformers loads runs
there; it is also the reference that the fast path is tested against.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import models
from index.errors import ModelMissing, ModelTampered


class Embedder(Protocol):
    """name: as in the settings. dimension: of a vector. fingerprint: SHA-256 of the model's weights, hex."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dimension), unit rows, in the order given."""
        ...


def load_embedder(name: str, cores: int | None = None) -> Embedder:
    """The embedder called `name`: a path, a model that a package carries, or one of the hub.

    cores: that it may use, all where none are given; sentence-transformers asks OMP_NUM_THREADS in its place.
    Raises ModelMissing.
    """
    folder = models.find_model(name)
    if importlib.util.find_spec("openvino") is not None:
        from index import bert

        if bert.runs(folder):
            return FastEmbedder(name, folder, cores)
    return ReferenceEmbedder(name, folder)


class _Local:
    """Of a model whose files lie in a folder. Pickled, it is a name, by which the same is found elsewhere."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    @property
    def fingerprint(self) -> str:
        return models.fingerprint(self._folder, self.name)

    def __reduce__(self) -> tuple[Callable[[str, str], Embedder], tuple[str, str]]:
        return _arrived, (self.name, self.fingerprint)


@cache
def _arrived(name: str, fingerprint: str) -> Embedder:
    """Loaded once for a process, and for one core: the others have processes of their own."""
    embedder = load_embedder(name, cores=1)
    if (found := embedder.fingerprint) != fingerprint:
        raise ModelTampered(name, name, expected=fingerprint, found=found)
    return embedder


class FastEmbedder(_Local):
    """A BERT on OpenVINO."""

    def __init__(self, name: str, folder: Path, cores: int | None = None) -> None:
        from index.bert import BertEncoder

        super().__init__(name, folder)
        self._encoder = BertEncoder(folder, cores=cores)
        self.dimension = self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode(texts)


class ReferenceEmbedder(_Local):
    """Whatever sentence-transformers loads from `folder`, in float32 on the CPU."""

    def __init__(self, name: str, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        super().__init__(name, folder)
        try:
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise ModelMissing(name, f"{folder} holds none: {str(error).splitlines()[0]}") from error
        self.dimension = len(self._model.encode("one", show_progress_bar=False))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimension)
