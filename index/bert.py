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
# package cannot be imported: so, in this process, it cannot (tests/test_offline.py watches).
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402  after the line above
from openvino import opset13 as op  # noqa: E402

Weights = Mapping[str, NDArray[np.float32]]
IN_FLIGHT = 4  # texts handed to the runtime at a time: two for each of two cores


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
        ids, outputs = _outputs(weights, config)
        mean = op.reduce_mean(outputs, _ints([1]), False)
        vector = op.normalize_l2(mean, _ints([1]), 1e-12, "max")
        self._run = _Runner(ov.Model([vector], [ids], "bert"), weights, precision, cores)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dimension), unit rows, in the order given."""
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors = self._run([(np.array(one.ids, np.int32),) for one in encoded])
        return np.stack(vectors) if vectors else np.empty((0, self.dimension), np.float32)


class BertScorer:
    """Pairs of texts, as word pieces, to scores of each word piece. Safe to use from several threads."""

    def __init__(self, weights: Weights, config: Mapping[str, Any], precision: str = "") -> None:
        """weights: the encoder's, and head.weight (scores, size) and head.bias (scores,) of a linear layer on
        its outputs."""
        segments = op.parameter([1, -1], np.int32, name="segments")
        ids, outputs = _outputs(weights, config, segments)
        model = ov.Model([_linear(outputs, weights, "head")], [ids, segments], "bert_scorer")
        self._run = _Runner(model, weights, precision)

    def score(
        self, pairs: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]]
    ) -> list[NDArray[np.float32]]:
        """pairs: the ids and the segments (0 or 1) of each, (width,). float32 (width, scores) of each."""
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

    def __call__(self, inputs: Sequence[Sequence[NDArray[np.int32]]]) -> list[NDArray[np.float32]]:
        """inputs: what the network takes, without the dimension of the batch. Its output for each."""
        return [self._one(inputs[0])] if len(inputs) == 1 else self._many(inputs)

    def _one(self, parts: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """In the calling thread: to wake another took 1.6 of a question's 6 ms."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        found: NDArray[np.float32] = self._local.request.infer(_numbered(parts))[0][0].copy()
        return found

    def _many(self, inputs: Sequence[Sequence[NDArray[np.int32]]]) -> list[NDArray[np.float32]]:
        # Without a callback: one in Python runs in a thread of OpenVINO, and a process that ends before that
        # thread has let go of Python is aborted, as 3 of 12 servers were that were stopped while warming up.
        found: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(inputs)
        if not hasattr(self._local, "queue"):
            self._local.queue = ov.AsyncInferQueue(self._compiled, IN_FLIGHT)
        queue: ov.AsyncInferQueue = self._local.queue
        rows: dict[int, int] = {}  # that requests work at, or have done

        def take(request: int) -> None:
            found[rows.pop(request)] = queue[request].get_output_tensor(0).data[0].copy()

        for row, parts in enumerate(inputs):
            free = queue.get_idle_request_id()  # the one that start_async takes
            if free in rows:
                take(free)
            rows[free] = row
            queue.start_async(_numbered(parts))
        queue.wait_all()
        for request in list(rows):
            take(request)
        return found


def _numbered(parts: Sequence[NDArray[np.int32]]) -> dict[int, NDArray[np.int32]]:
    return {at: part[None] for at, part in enumerate(parts)}


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


def _outputs(
    weights: Weights, config: Mapping[str, Any], segments: ov.Node | None = None
) -> tuple[ov.Node, ov.Node]:
    """Input: the token ids of one text, int32 (1, width). Output: of each token, float32 (1, width, size).

    segments: which text of a pair each token belongs to, int32 (1, width); where there is none, all to the
    first.
    """
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

    ids = op.parameter([1, -1], np.int32, name="ids")
    width = op.squeeze(op.gather(op.shape_of(ids, "i64"), _ints([1]), _ints(0)), _ints([0]))
    positions = op.range(_ints(0), width, _ints(1), "i64")
    words = op.gather(_constant(weights["embeddings.word_embeddings.weight"]), ids, _ints(0))
    places = op.gather(_constant(weights["embeddings.position_embeddings.weight"]), positions, _ints(0))
    kinds = weights["embeddings.token_type_embeddings.weight"]
    kind = op.constant(kinds[0]) if segments is None else op.gather(_constant(kinds), segments, _ints(0))
    x = normalise(op.add(op.add(words, places), kind), "embeddings.LayerNorm")
    for layer in range(int(config["num_hidden_layers"])):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            split(_linear(x, weights, f"{name}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        attended = join(op.scaled_dot_product_attention(query, key, value, causal=False))
        x = op.add(x, _linear(attended, weights, f"{name}.attention.output.dense"))
        x = normalise(x, f"{name}.attention.output.LayerNorm")
        inner = op.gelu(_linear(x, weights, f"{name}.intermediate.dense"), "erf")
        x = normalise(op.add(x, _linear(inner, weights, f"{name}.output.dense")), f"{name}.output.LayerNorm")
    return ids, x


def _linear(x: ov.Node, weights: Weights, name: str) -> ov.Node:
    product = op.matmul(x, _constant(weights[f"{name}.weight"]), False, True)
    return op.add(product, _constant(weights[f"{name}.bias"]))


def _ints(value: Any) -> ov.Node:
    return op.constant(np.asarray(value, np.int64))


def _constant(values: NDArray[np.float32]) -> ov.Node:
    return op.constant(values, shared_memory=True)  # not copied: 45 ms and 90 MB less
