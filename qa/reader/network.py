"""The reader's network in torch, for training: MiniLM over (question, passage), with two linear heads.

A sentence's score is the mean over its word pieces of a linear head on their outputs; a passage's is
another head on [CLS]. Both are log-odds. The word embeddings stay as they are: they need not be shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel

from index.models import WEIGHTS
from qa.reader.windows import Window

WORDS = "embeddings.word_embeddings.weight"


class Network(nn.Module):
    def __init__(self, folder: Path) -> None:
        """Begins with the weights of the MiniLM in `folder`, and heads that say nothing."""
        super().__init__()
        config = BertConfig.from_pretrained(folder, attn_implementation="eager")
        self.encoder = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / WEIGHTS)
        self.encoder.load_state_dict({name: weights[name] for name in self.encoder.state_dict()})
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self.sentence = nn.Linear(config.hidden_size, 1)
        self.passage = nn.Linear(config.hidden_size, 1)
        for head in (self.sentence, self.passage):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, windows: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds of each sentence, window after window, and of each window: (sentences,), (windows,)."""
        ids, segments, mask, owner = (torch.from_numpy(one) for one in _padded(windows))
        outputs = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        pieces = self.sentence(outputs).float().flatten()
        owner = owner.flatten()
        count = sum(len(window.spans) for window in windows)
        sums = torch.zeros(count + 1).index_add(0, owner, pieces)
        sizes = torch.zeros(count + 1).index_add(0, owner, torch.ones_like(pieces))
        return (sums / sizes)[1:], self.passage(outputs[:, 0]).float().flatten()

    def shipped(self) -> dict[str, NDArray[np.float32]]:
        """All weights but the word embeddings, the two heads as one."""
        state = self.encoder.state_dict()
        found = {name: value.numpy() for name, value in state.items() if name != WORDS}
        for part in ("weight", "bias"):
            rows = [head.state_dict()[part].numpy() for head in (self.sentence, self.passage)]
            found[f"head.{part}"] = np.concatenate(rows)
        return found


def _padded(windows: Sequence[Window]) -> tuple[NDArray[np.int64], ...]:
    """ids, segments, mask, the sentence of each word piece from 1, 0 for none: (windows, longest)."""
    shape = len(windows), max(len(window.ids) for window in windows)
    ids, segments, mask, owner = (np.zeros(shape, np.int64) for _ in range(4))
    sentence = 0
    for row, window in enumerate(windows):
        width = len(window.ids)
        ids[row, :width], segments[row, :width], mask[row, :width] = window.ids, window.segments, 1
        for start, end in window.spans:
            sentence += 1
            owner[row, start:end] = sentence
    return ids, segments, mask, owner
