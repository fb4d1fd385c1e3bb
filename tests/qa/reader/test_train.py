"""A few steps teach the network its few lessons, and what it learnt survives its file."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from index.models import find_model
from index.sentences import split_sentences
from qa.reader.examples import Example, Shown
from qa.reader.lessons import lesson_of, steps
from qa.reader.network import Network
from qa.reader.shipped import BASE, ShippedReader
from qa.reader.train import loss_of, mean_of, teach_alone, teach_before_clapnq, teach_clapnq, train
from qa.reader.weights import write_weights
from qa.reader.windows import load_tokenizer

TOKENIZER = load_tokenizer(find_model(BASE) / "tokenizer.json")


def page(text: str, answer: str = "", rank: int = 0) -> Shown:
    sentences = tuple(split_sentences(text))
    answers = tuple(int(bool(answer) and answer in text[start:end]) for start, end in sentences)
    return Shown("d/1.txt", "Parks", (), text, 0, sentences, answers, rank)


HAINAN = page("Hainan has a coast. It planned two parks. Boats are built there.", "two parks")
YUNNAN = page("Yunnan grows tea. It has three parks. The tea is drunk hot.", "three parks", rank=1)
GANSU = page("Gansu is dry. Few visit it.", rank=2)
EXAMPLES = [
    Example("made", "1", "How many parks has Hainan?", "Parks", True, (HAINAN, GANSU)),
    Example("made", "2", "How many parks has Yunnan?", "Parks", True, (YUNNAN, GANSU)),
    Example("made", "3", "How many parks has Gansu?", "Parks", False, (GANSU, HAINAN)),
]


def test_the_loss_falls_and_the_written_weights_read_as_the_network_does(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = Network(find_model(BASE))
    words = network.encoder.embeddings.word_embeddings.weight.clone()
    losses: list[float] = []
    train(
        network,
        EXAMPLES,
        epochs=12,
        rate=3e-4,
        questions=4,
        answering=1,
        far=1,
        progress=lambda *step: losses.append(step[2]),
    )
    assert sum(losses[-3:]) < 0.5 * sum(losses[:3])
    assert torch.equal(network.encoder.embeddings.word_embeddings.weight, words)

    file = tmp_path / "weights.safetensors"
    write_weights(network.shipped(), file)
    reader = ShippedReader(file, hashlib.sha256(file.read_bytes()).hexdigest())
    answered, other = reader.read("How many parks has Hainan?", [HAINAN, GANSU])
    assert max(range(3), key=answered.sentences.__getitem__) == 1
    assert answered.answered > other.answered


def test_the_mean_of_networks_lies_between_them() -> None:
    torch.manual_seed(2)
    one, other = Network(find_model(BASE)), Network(find_model(BASE))
    mean = mean_of([one, other], [0.25, 0.75])
    assert torch.allclose(mean.sentence.weight, 0.25 * one.sentence.weight + 0.75 * other.sentence.weight)
    assert not torch.allclose(mean.sentence.weight, one.sentence.weight)
    words = [each.encoder.embeddings.word_embeddings.weight for each in (one, mean)]
    assert torch.equal(*words)


def test_what_ships_has_seen_every_set_and_the_branches_stay_as_they_were() -> None:
    names = ("squad-0", "squad-1", "made", "written", "alone", "clapnq")
    sets = {name: [replace(one, set=name, group="Lakes") for one in EXAMPLES] for name in names}
    done: list[int] = []
    branches = teach_before_clapnq(sets, lambda step, *_: done.append(step))
    before = [branch.network.sentence.weight.clone() for branch in branches]
    assert sum(branch.share for branch in branches) == pytest.approx(1)
    network = teach_clapnq(branches, sets, sets["clapnq"], lambda *_: None)
    assert all(map(torch.equal, before, (branch.network.sentence.weight for branch in branches)))
    assert not any(torch.equal(network.sentence.weight, one) for one in before)
    assert done.count(1) == len(branches) == 4  # each was taught, two of them on the mean of the others

    before_alone = network.sentence.weight.clone()
    shipped = teach_alone(network, sets, sets["clapnq"], lambda step, *_: done.append(step))
    assert torch.equal(network.sentence.weight, before_alone)
    assert not torch.equal(shipped.sentence.weight, before_alone)
    assert done.count(1) == 5


def test_the_loss_is_least_where_the_right_sentence_is_sure() -> None:
    lesson = lesson_of(TOKENIZER, EXAMPLES[0], 1, 1, random.Random(0))
    right = torch.tensor([10.0 if one else -10.0 for several in lesson.answers for one in several])
    passages = torch.tensor([10.0 if any(several) else -10.0 for several in lesson.answers])
    assert float(loss_of([lesson], right, passages)) == pytest.approx(0, abs=1e-3)
    assert float(loss_of([lesson], -right, passages)) > 10
    assert float(loss_of([lesson], right, -passages)) > 5


def test_each_question_comes_once_an_epoch_and_some_without_what_answers_it() -> None:
    many = [EXAMPLES[0]] * 200
    lessons = [lesson for step in steps(TOKENIZER, many, 4, 1, 1, random.Random(3)) for lesson in step]
    assert len(lessons) == 200
    without = Counter(not any(map(any, lesson.answers)) for lesson in lessons)
    assert 20 <= without[True] <= 60  # one in five
    assert max(len(step) for step in steps(TOKENIZER, many, 4, 1, 1, random.Random(3))) == 4
