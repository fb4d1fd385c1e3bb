"""A cross-encoder of sentence-transformers as a reader: each sentence judged with its title, alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.errors import ModelMissing
from index.models import find_model
from qa.errors import ReaderMissing
from qa.reader import Verdict
from qa.reader.windows import Readable, headline_of


class CrossEncoderReader:
    def __init__(self, name: str) -> None:
        """name: a folder, or a model of the hub. Raises ReaderMissing."""
        from sentence_transformers import CrossEncoder
        from torch.nn import Identity

        try:
            folder = str(find_model(name))
            self._model: Any = CrossEncoder(
                folder, device="cpu", local_files_only=True, num_labels=1, activation_fn=Identity()
            )
        except (ModelMissing, OSError, ValueError) as error:
            raise ReaderMissing(name, str(error).splitlines()[0]) from error

    def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
        """A passage answers as well as the best of its sentences."""
        texts = [
            f"{headline_of(passage)}: {passage.text[start - passage.start : end - passage.start]}"
            for passage in passages
            for start, end in passage.sentences
        ]
        pairs = [(question, text) for text in texts]
        scores = iter(self._model.predict(pairs, show_progress_bar=False).tolist() if pairs else ())
        found = [tuple(next(scores) for _ in passage.sentences) for passage in passages]
        return [Verdict(max(several, default=float("-inf")), several) for several in found]
