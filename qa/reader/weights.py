"""The reader's weights as a file: matrices in bytes, a scale for each row, everything else in float32.

A row is stored as round(127 * row / its largest magnitude). Knows nothing of what the weights are for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

SCALE = ".scale"
SMALLEST_MATRIX = 16_384  # numbers: below it nothing is gained

Floats = Mapping[str, NDArray[np.float32]]


def write_weights(weights: Floats, path: Path) -> None:
    stored: dict[str, NDArray[np.float32] | NDArray[np.int8]] = {}
    for name, values in sorted(weights.items()):
        if values.ndim == 2 and values.size >= SMALLEST_MATRIX:
            scale = np.abs(values).max(axis=1, keepdims=True).clip(1e-12) / 127
            stored[name] = np.rint(values / scale).astype(np.int8)
            stored[name + SCALE] = scale.astype(np.float32)
        else:
            stored[name] = values.astype(np.float32)
    save_file(stored, path)


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Raises FileNotFoundError, SafetensorError."""
    stored = load_file(path)
    return {
        name: values * stored[name + SCALE] if name + SCALE in stored else values
        for name, values in stored.items()
        if not name.endswith(SCALE)
    }
