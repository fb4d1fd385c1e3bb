"""The reader that ships: MiniLM over question and passage together, trained for it, on OpenVINO.

Its word embeddings are those of all-MiniLM-L6-v2, which the embedder's package carries; the rest are
weights.safetensors. Each passage goes through the network alone, so a verdict depends on nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import safe_open

from index.models import WEIGHTS, find_model
from qa.errors import ReaderMissing
from qa.reader import Verdict
from qa.reader.weights import read_weights
from qa.reader.windows import Readable, load_tokenizer, windows

if TYPE_CHECKING:
    from index.bert import BertScorer

BASE = "all-MiniLM-L6-v2"
FILE = Path(__file__).with_name("weights.safetensors")
SHA256 = "0950e659e8da5743fb13f50b0fbf36e9998545d02a2dff5036f38ae3ae019b48"
WORDS = "embeddings.word_embeddings.weight"
SENTENCE, PASSAGE = 0, 1  # the rows of the head
UNREAD = -20.0  # log-odds of a sentence that holds no word


class ShippedReader:
    """Safe to use from several threads. Loaded in a third of a second, at its first use."""

    def __init__(self, file: Path = FILE, sha256: str = SHA256) -> None:
        """Raises ReaderMissing where the file is not there or not the one that `sha256` names."""
        try:
            found = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise ReaderMissing("shipped", f"{file}: {error.strerror}: reinstall spanqa") from error
        if found != sha256:
            raise ReaderMissing("shipped", f"{file} has SHA-256 {found}, expected {sha256}: reinstall spanqa")
        self._tokenizer = load_tokenizer(find_model(BASE) / "tokenizer.json")
        self._scorer = scorer_of(file)

    def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
        """One for each passage, whatever the others are."""
        shown = [
            (at, one)
            for at, passage in enumerate(passages)
            for one in windows(self._tokenizer, question, passage)
        ]
        answered = [UNREAD] * len(passages)
        sentences = [[UNREAD] * len(passage.sentences) for passage in passages]
        scores = self._scorer.score([(window.ids, window.segments) for _, window in shown])
        for (at, window), score in zip(shown, scores, strict=True):
            answered[at] = max(answered[at], float(score[0, PASSAGE]))
            for sentence, (start, end) in zip(window.sentences, window.spans, strict=True):
                sentences[at][sentence] = float(score[start:end, SENTENCE].mean())
        return [Verdict(one, tuple(several)) for one, several in zip(answered, sentences, strict=True)]


def scorer_of(file: Path, precision: str = "") -> BertScorer:
    """The network with the weights of `file`. precision: "f32" where it must be."""
    from index.bert import BertScorer

    base = find_model(BASE)
    weights = read_weights(file)
    with safe_open(base / WEIGHTS, "numpy") as carried:
        weights[WORDS] = np.asarray(carried.get_tensor(WORDS))
    return BertScorer(weights, json.loads((base / "config.json").read_text()), precision)
