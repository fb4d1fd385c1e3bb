"""What an index was built with, and how that differs from what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.load import LOADER_VERSION
from index.chunk import CHUNKER_VERSION
from index.embed import Embedder
from index.settings import IndexSettings

Manifest = Mapping[str, Any]


def describe(settings: IndexSettings, embedder: Embedder) -> Manifest:
    return {
        "embedder": settings.embedder,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
        "loader": LOADER_VERSION,
        "chunker": CHUNKER_VERSION,
        "chunk_tokens": settings.chunk_tokens,
    }


def differences(built: Manifest, settings: IndexSettings) -> list[str]:
    """What the settings and this version would do otherwise; none for an index that holds nothing yet."""
    if not built:
        return []
    found = []
    if built["embedder"] != settings.embedder:
        found.append(
            f"built with {built['embedder']} ({built['dimension']}), settings ask for {settings.embedder}"
        )
    if built["chunk_tokens"] != settings.chunk_tokens:
        found.append(
            f"built with chunks of {built['chunk_tokens']} tokens, settings ask for {settings.chunk_tokens}"
        )
    for part, version in (("loader", LOADER_VERSION), ("chunker", CHUNKER_VERSION)):
        if built.get(part) != version:
            found.append(f"built with the {part} {built.get(part)}, this version has {version}")
    return found


def model_differences(built: Manifest, asked: Manifest) -> list[str]:
    """Of two models of one name: whether they are the same."""
    if not built or built["fingerprint"] == asked["fingerprint"]:
        return []
    return [
        f"built with {built['embedder']} ({built['dimension']}) of SHA-256 {built['fingerprint'][:12]}, "
        f"the one here is ({asked['dimension']}) of {asked['fingerprint'][:12]}"
    ]
