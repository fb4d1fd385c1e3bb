"""A BERT on OpenVINO, built straight from its safetensors weights: no torch, no export.

On one machine with AMX it embeds four times as many chunks a second as sentence-transformers in float32,
loads in 0.5 s instead of 7, and its vectors stay within a cosine of 0.9999 (tests/index/test_embed.py).
OpenVINO picks the arithmetic: bfloat16 where the processor has it, float32 elsewhere.
Knows: absolute positions, GELU; mean pooling to unit vectors, or a linear head on each word piece. Models of
another make are not for this file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.models import WEIGHTS

# OpenVINO reports each import to Google Analytics and leaves files in the home folder, unless its telemetry
# package cannot be imported: so, in this process, it cannot (tests/test_offline.py watches). None in the
# place of a module says so to the import, and only its types do not know.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

# Its converter of models, which nothing here needs, takes longer to import than all the rest of it.
CONVERTER = "openvino.tools.ovc"
spared = sys.modules.setdefault(CONVERTER, None) is None  # type: ignore[arg-type]

import openvino as ov  # noqa: E402  after the lines above
from openvino import opset13 as op  # noqa: E402

if spared:
    del sys.modules[CONVERTER]  # so that others may import it

Weights = Mapping[str, NDArray[np.float32]]
# The word pieces of a text and, 0 or 1, to which of a pair each belongs: int32, (width,).
Pieces = tuple[NDArray[np.int32], NDArray[np.int32]]
FIRST = np.zeros(1, np.int32)  # all to the first
IN_FLIGHT = 4  # texts handed to the runtime at a time: two for each of two cores
# Widths are multiples of it: a width that a core did not run last costs it 1.5 ms, one never met more.
STEP = 16
EMBEDDINGS = "word", "position", "token_type"
HIDDEN = -1e9  # added to the attention on what pads a text


class BertEncoder:
    """Texts to unit vectors. Safe to use from several threads: each has requests of its own.

    Each text goes through the network alone, on one core, and the cores take different texts. A batch would
    be no faster where lengths differ, and would make a vector depend, in its last digits, on its neighbours:
    so the same text has the same vector to the bit, whatever else is asked for.
    """

    def __init__(self, folder: Path, precision: str = "", cores: int | None = None) -> None:
        """precision: "f32" where it must be, in place of the processor's quickest. cores: None for all."""
        config = json.loads((folder / "config.json").read_text())
        self.dimension = int(config["hidden_size"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_longest(folder, config))
        weights = load_file(folder / WEIGHTS)
        self._run = _Runner(_network(weights, config), weights, precision, cores)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dimension), unit rows, in the order given."""
        encoded = self._tokenizer.encode_batch(list(texts))
        outputs = self._run([(np.array(one.ids, np.int32), FIRST) for one in encoded])
        if not outputs:
            return np.empty((0, self.dimension), np.float32)
        vectors = np.stack([of_one.mean(axis=0) for of_one in outputs])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
        return vectors


class BertScorer:
    """Pairs of texts, as word pieces, to scores of each word piece. Safe to use from several threads."""

    def __init__(self, weights: Weights, config: Mapping[str, Any], precision: str = "") -> None:
        """weights: the encoder's, and head.weight (scores, size) and head.bias (scores,) of a linear layer on
        its outputs."""
        self._run = _Runner(_network(weights, config, "head"), weights, precision)

    def score(self, pairs: Sequence[Pieces]) -> list[NDArray[np.float32]]:
        """float32 (width, scores) of each."""
        return self._run(pairs)


class _Runner:
    """A network on one input at a time, the cores taking different ones. A thread has requests of its own."""

    def __init__(self, model: ov.Model, weights: Weights, precision: str, cores: int | None = None) -> None:
        self._weights = weights  # kept, since the network reads them where they lie
        used = cores or os.cpu_count() or 1
        how = {"NUM_STREAMS": str(used), "INFERENCE_NUM_THREADS": str(used)}  # one core each
        if cores:  # bound to the first of them, it would share that with the next process that may use one
            how["ENABLE_CPU_PINNING"] = "NO"
        if precision:
            how["INFERENCE_PRECISION_HINT"] = precision
        self._compiled = ov.Core().compile_model(model, "CPU", how)
        self._local = threading.local()

    def __call__(self, inputs: Sequence[Pieces]) -> list[NDArray[np.float32]]:
        """What the network gives for each: (width, of a word piece)."""
        return [self._one(inputs[0])] if len(inputs) == 1 else self._many(inputs)

    def _one(self, pieces: Pieces) -> NDArray[np.float32]:
        """In the calling thread: to wake another took 1.6 of a question's 6 ms."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        found: NDArray[np.float32] = self._local.request.infer(self._padded(pieces))[0][0]
        return found[: len(pieces[0])].copy()

    def _many(self, inputs: Sequence[Pieces]) -> list[NDArray[np.float32]]:
        # Without a callback: one in Python runs in a thread of OpenVINO, and a process that ends before that
        # thread has let go of Python is aborted, as 3 of 12 servers were that were stopped while warming up.
        found: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(inputs)
        if not hasattr(self._local, "queue"):
            self._local.queue = ov.AsyncInferQueue(self._compiled, IN_FLIGHT)
        queue: ov.AsyncInferQueue = self._local.queue
        rows: dict[int, int] = {}  # that requests work at, or have done

        def take(request: int) -> None:
            row = rows.pop(request)
            found[row] = queue[request].get_output_tensor(0).data[0, : len(inputs[row][0])].copy()

        for row in sorted(range(len(inputs)), key=lambda row: len(inputs[row][0])):  # a new width takes time
            free = queue.get_idle_request_id()  # the one that start_async takes
            if free in rows:
                take(free)
            rows[free] = row
            queue.start_async(self._padded(inputs[row]))
        queue.wait_all()
        for request in list(rows):
            take(request)
        return found

    def _padded(self, pieces: Pieces) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The embedded pieces, up to a multiple of STEP, and a mask that hides what was added."""
        ids, segments = pieces
        words, places, kinds = (self._weights[f"embeddings.{name}_embeddings.weight"] for name in EMBEDDINGS)
        width = -(-len(ids) // STEP) * STEP
        embedded = np.zeros((1, width, words.shape[1]), np.float32)
        embedded[0, : len(ids)] = words[ids] + places[: len(ids)] + kinds[segments]
        mask = np.zeros((1, 1, 1, width), np.float32)
        mask[..., len(ids) :] = HIDDEN
        return embedded, mask


def runs(folder: Path) -> bool:
    """Whether the model in `folder` is of the make that this file builds."""
    try:
        config = json.loads((folder / "config.json").read_text())
        modules = json.loads((folder / "modules.json").read_text())
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    except FileNotFoundError:
        return False
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and [module["type"].rsplit(".", 1)[-1] for module in modules]
        == ["Transformer", "Pooling", "Normalize"]
        and [name for name, on in pooling.items() if name.startswith("pooling_mode") and on]
        == ["pooling_mode_mean_tokens"]
        and (folder / "tokenizer.json").is_file()
        and (folder / WEIGHTS).is_file()
    )


def _longest(folder: Path, config: dict[str, Any]) -> int:
    settings = folder / "sentence_bert_config.json"
    limit = json.loads(settings.read_text()).get("max_seq_length") if settings.is_file() else None
    return int(limit or config["max_position_embeddings"])


def _network(weights: Weights, config: Mapping[str, Any], head: str = "") -> ov.Model:
    """From the embedded word pieces of one text, float32 (1, width, size), and what is added to attention on
    each, float32 (1, 1, 1, width). Output: of each, float32 (1, width, size), or what the linear layer
    `head` makes of it."""
    size, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    epsilon = float(config["layer_norm_eps"])

    def normalise(x: ov.Node, name: str) -> ov.Node:
        centred = op.mvn(x, _ints([-1]), True, epsilon, "inside_sqrt")
        scaled = op.multiply(centred, _constant(weights[f"{name}.weight"]))
        return op.add(scaled, _constant(weights[f"{name}.bias"]))

    def split(x: ov.Node) -> ov.Node:  # (1, width, size) to (1, heads, width, size / heads)
        return op.transpose(op.reshape(x, _ints([0, 0, heads, size // heads]), True), _ints([0, 2, 1, 3]))

    def join(x: ov.Node) -> ov.Node:
        return op.reshape(op.transpose(x, _ints([0, 2, 1, 3])), _ints([0, 0, size]), True)

    embedded = op.parameter([1, -1, size], np.float32, name="embedded")
    mask = op.parameter([1, 1, 1, -1], np.float32, name="mask")
    x = normalise(embedded, "embeddings.LayerNorm")
    for layer in range(int(config["num_hidden_layers"])):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            split(_linear(x, weights, f"{name}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        attended = join(op.scaled_dot_product_attention(query, key, value, mask, causal=False))
        x = op.add(x, _linear(attended, weights, f"{name}.attention.output.dense"))
        x = normalise(x, f"{name}.attention.output.LayerNorm")
        inner = op.gelu(_linear(x, weights, f"{name}.intermediate.dense"), "erf")
        x = normalise(op.add(x, _linear(inner, weights, f"{name}.output.dense")), f"{name}.output.LayerNorm")
    return ov.Model([_linear(x, weights, head) if head else x], [embedded, mask], "bert")


def _linear(x: ov.Node, weights: Weights, name: str) -> ov.Node:
    product = op.matmul(x, _constant(weights[f"{name}.weight"]), False, True)
    return op.add(product, _constant(weights[f"{name}.bias"]))


def _ints(value: Any) -> ov.Node:
    return op.constant(np.asarray(value, np.int64))


def _constant(values: NDArray[np.float32]) -> ov.Node:
    return op.constant(values, shared_memory=True)  # not copied: 45 ms and 90 MB less
