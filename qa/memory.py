"""Vectors of the sentences that earlier questions looked at, so that each is embedded once a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray


class RememberedVectors:
    """An `encode` that remembers the last `size` texts. Safe to use from several threads."""

    def __init__(
        self, encode: Callable[[Sequence[str]], NDArray[np.float32]], size: int = 20_000
    ) -> None:  # 384 floats each: 30 MB when full
        self._encode = encode
        self._size = size
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dimension), unit rows, in the order given."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found.update(zip(new, self._encode(new), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return np.stack([found[text] for text in texts])
