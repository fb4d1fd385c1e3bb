"""The reader reads on OpenVINO what it learnt in torch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from index.models import find_model
from index.sentences import split_sentences
from qa.errors import ReaderMissing
from qa.reader.network import Network
from qa.reader.shipped import BASE, FILE, ShippedReader
from qa.reader.weights import read_weights, write_weights
from qa.reader.windows import load_tokenizer, windows

QUESTION = "Which provinces planned industrial parks?"


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    text: str
    headings: tuple[str, ...] = ()
    start: int = 0

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        return tuple((self.start + first, self.start + last) for first, last in split_sentences(self.text))


PARKS = Page("Parks", "Chongqing and Hainan planned industrial parks. They open in May.", start=40)
TEA = Page("Tea", "Tea is grown in Yunnan. It is drunk hot.", headings=("Tea", "Where it grows"))
LONG = Page("Long", " ".join(f"Sentence number {n} tells of the {n} parks of that year." for n in range(90)))
EMPTY = Page("Empty", "…", ())


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(1)
    return Network(find_model(BASE)).eval()


@pytest.fixture(scope="module")
def untrained(network: Network, tmp_path_factory: pytest.TempPathFactory) -> ShippedReader:
    file = tmp_path_factory.mktemp("reader") / "weights.safetensors"
    write_weights(network.shipped(), file)
    return ShippedReader(file, hashlib.sha256(file.read_bytes()).hexdigest())


def test_it_reads_as_the_network_it_was_made_from(network: Network, untrained: ShippedReader) -> None:
    tokenizer = load_tokenizer(find_model(BASE) / "tokenizer.json")
    for page in (PARKS, TEA, LONG):
        several = list(windows(tokenizer, QUESTION, page))
        with torch.no_grad():
            sentences, answered = network(several)
        (verdict,) = untrained.read(QUESTION, [page])
        # Weights in bytes and arithmetic in bfloat16 against float32 in both.
        assert verdict.sentences == pytest.approx(sentences.tolist(), abs=0.03)
        assert verdict.answered == pytest.approx(float(answered.max()), abs=0.03)


def test_a_verdict_is_the_same_to_the_bit_in_any_company(untrained: ShippedReader) -> None:
    together = untrained.read(QUESTION, [PARKS, TEA, LONG, PARKS])
    assert together[0] == together[3]
    assert together == [untrained.read(QUESTION, [page])[0] for page in (PARKS, TEA, LONG, PARKS)]


def test_nothing_to_read_gives_no_verdict_and_a_passage_without_words_is_not_the_answer(
    untrained: ShippedReader,
) -> None:
    assert untrained.read(QUESTION, []) == []
    (verdict,) = untrained.read(QUESTION, [Page("Blank", "\u200b")])
    assert verdict.answered < -10


def test_weights_in_bytes_are_within_a_step_of_what_they_were(network: Network, tmp_path: Path) -> None:
    weights = network.shipped()
    write_weights(weights, tmp_path / "weights.safetensors")
    read = read_weights(tmp_path / "weights.safetensors")
    assert read.keys() == weights.keys()
    for name, values in weights.items():
        step = np.abs(values).max(axis=-1, keepdims=True) / 127
        assert (np.abs(read[name] - values) <= step * 0.51).all(), name


def test_changed_or_missing_weights_are_named_in_one_line(tmp_path: Path) -> None:
    changed = tmp_path / "weights.safetensors"
    changed.write_bytes(FILE.read_bytes()[:-1])
    with pytest.raises(ReaderMissing, match=r"weights\.safetensors has SHA-256 .* reinstall"):
        ShippedReader(changed)
    with pytest.raises(ReaderMissing, match=r"nowhere.safetensors: No such file"):
        ShippedReader(tmp_path / "nowhere.safetensors")
