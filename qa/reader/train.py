"""Teaching the reader: from all-MiniLM-L6-v2 to the weights that ship.

    python -m qa.reader.train --squad FILE --data FOLDER --benchmarks FOLDER [--out FILE]

Two networks take two courses over the sets in which mostly one sentence answers, one with SQuAD and one
without. Two more go on from their mean to the questions written for it, one in three of which their documents
nearly answer and do not: one to those that stand alone, one to those that lean on other turns, too. All four
end with CLAPNQ, whose answers take several sentences; at each step some of the questions before are shown
again. The mean of their weights reads better than any of them (Wortsman et al., "Model soups", ICML 2022).
From there one more goes on to questions that are asked of one subject alone, many of them of a few words, and
the mean of both ships. Knows what the network is to say and how fast it learns.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

from index import load_embedder
from index.models import find_model
from qa.reader.examples import Example, examples_by_set, held_out, read_sets
from qa.reader.lessons import Lesson, steps
from qa.reader.network import Network
from qa.reader.shipped import BASE, FILE
from qa.reader.weights import write_weights
from qa.reader.windows import load_tokenizer

SEED = 20261122
WARM_UP = 0.1  # share of the steps
HEADS_FASTER = 10  # times
AGAIN = 300  # questions of a set shown again beside the written ones, and of those beside CLAPNQ
AGAIN_OF_FIRST = 55  # those of the smaller first sets beside CLAPNQ
# Beside those asked of one subject alone: of SQuAD's, the written ones, the smaller first sets, CLAPNQ.
AGAIN_BESIDE_ALONE = 1000, 1500, 300, 140
ALONE_RATE = 7e-5
ALONE_SHARE = 0.5  # of the network that they taught, in what ships


@dataclass(frozen=True, slots=True)
class Course:
    """rate: of learning, over the first sets. questions: of them, in a step. far: see lessons.steps.
    share: of its network in the mean."""

    with_squad: bool
    rate: float
    questions: int
    far: int
    share: float


@dataclass(frozen=True, slots=True)
class Branch:
    """A network before CLAPNQ. share: in the mean. questions: in a step over CLAPNQ. far: see lessons.steps.
    written: how many of the written questions are shown again."""

    network: Network
    share: float
    questions: int
    far: int
    written: int


@dataclass(frozen=True, slots=True)
class WrittenCourse:
    """Over the written questions, of those that lean on other turns only where `leaning`."""

    leaning: bool
    passes: int
    rate: float
    share: float


COURSES = Course(False, 1e-4, 4, far=1, share=0.15), Course(True, 1.5e-4, 8, far=0, share=0.15)

WRITTEN_COURSES = WrittenCourse(False, 2, 7e-5, share=0.35), WrittenCourse(True, 1, 1e-4, share=0.35)

Progress = Callable[[int, int, float], None]  # steps done, steps in all, loss of the step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--squad", type=Path, required=True, help="train-v1.1.json")
    parser.add_argument("--data", type=Path, required=True, help="the folder of answer_sentences.jsonl")
    parser.add_argument("--benchmarks", type=Path, required=True, help="the folder of clapnq and chunking")
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    sets = examples_by_set(read_sets(asked.data, asked.benchmarks, asked.squad), load_embedder(BASE))
    branches = teach_before_clapnq(sets, print_every_25)
    network = teach_clapnq(branches, sets, sets["clapnq"], print_every_25)
    network = teach_alone(network, sets, sets["clapnq"], print_every_25)
    write_weights(network.shipped(), asked.out)
    print(f"{asked.out}: SHA-256 {hashlib.sha256(asked.out.read_bytes()).hexdigest()}")


def teach_before_clapnq(sets: Mapping[str, list[Example]], progress: Progress) -> list[Branch]:
    """Networks that have seen all but CLAPNQ and what is held out."""
    branches = [
        Branch(_teach_first(sets, course, progress), course.share, 4, course.far, written=0)
        for course in COURSES
    ]
    mean = mean_of([branch.network for branch in branches], [0.5, 0.5])
    chance = random.Random(SEED)
    again = [
        *_some(chance, first_examples(sets, ("squad-0", "squad-1")), AGAIN),
        *_some(chance, first_examples(sets, _smaller(sets)), AGAIN),
    ]
    for course in WRITTEN_COURSES:
        network = copy.deepcopy(mean)
        written = [one for one in sets["written"] if course.leaning or not one.leans]
        examples = [*written, *again]
        train(network, examples, course.passes, course.rate, 8, answering=2, far=1, progress=progress)
        branches.append(Branch(network, course.share, 8, far=1, written=AGAIN))
    return branches


def teach_clapnq(
    branches: Sequence[Branch],
    sets: Mapping[str, list[Example]],
    clapnq: Sequence[Example],
    progress: Progress,
) -> Network:
    """The mean of the networks, each gone on to `clapnq`, the questions of it that may be seen; the branches
    stay as they are."""
    taught = []
    for branch in branches:
        chance = random.Random(SEED)
        again = [
            *_some(chance, sets["written"], branch.written),
            *_some(chance, first_examples(sets, _smaller(sets)), AGAIN_OF_FIRST),
        ]
        network = copy.deepcopy(branch.network)
        examples = [*clapnq, *again]
        train(network, examples, 2, 5e-5, branch.questions, answering=2, far=branch.far, progress=progress)
        taught.append(network)
    return mean_of(taught, [branch.share for branch in branches])


def teach_alone(
    network: Network,
    sets: Mapping[str, list[Example]],
    clapnq: Sequence[Example],
    progress: Progress,
) -> Network:
    """The mean of the network, which stays as it is, and of one that goes on from it to the questions asked
    of one subject alone, each twice, among some of the others. clapnq: those of it that may be seen."""
    chance = random.Random(SEED)
    others = (
        first_examples(sets, ("squad-0", "squad-1")),
        sets["written"],
        first_examples(sets, _smaller(sets)),
        clapnq,
    )
    again = [
        one
        for examples, most in zip(others, AGAIN_BESIDE_ALONE, strict=True)
        for one in _some(chance, examples, most)
    ]
    taught = copy.deepcopy(network)
    examples = [*again, *sets["alone"], *sets["alone"]]
    train(taught, examples, 1, ALONE_RATE, 8, answering=1, far=1, heads_faster=1, progress=progress)
    return mean_of([network, taught], [1 - ALONE_SHARE, ALONE_SHARE])


def _teach_first(sets: Mapping[str, list[Example]], course: Course, progress: Progress) -> Network:
    torch.manual_seed(SEED)
    network = Network(find_model(BASE))
    names = [*_smaller(sets), *(("squad-0", "squad-1") if course.with_squad else ())]
    examples = first_examples(sets, names)
    train(network, examples, 1, course.rate, course.questions, answering=1, far=course.far, progress=progress)
    return network


def _some(chance: random.Random, examples: Sequence[Example], most: int) -> list[Example]:
    return chance.sample(examples, min(most, len(examples)))


def _smaller(sets: Iterable[str]) -> list[str]:
    return [
        name for name in sets if name not in ("written", "alone", "clapnq") and not name.startswith("squad")
    ]


def first_examples(sets: Mapping[str, list[Example]], names: Iterable[str]) -> list[Example]:
    """Those of the named sets for whose answer a passage is at hand, but for what is held out."""
    return [
        one
        for name in names
        for one in sets[name]
        if not held_out(one) and any(shown.answered for shown in one.shown)
    ]


def mean_of(networks: Sequence[Network], shares: Sequence[float]) -> Network:
    """A network with the mean of the weights of `networks`, at least one. shares: of each, in all 1."""
    states = [network.state_dict() for network in networks]
    mean = Network(find_model(BASE))
    mean.load_state_dict(
        {
            name: sum(share * state[name] for share, state in zip(shares, states, strict=True))
            if value.is_floating_point()
            else value
            for name, value in states[0].items()
        }
    )
    return mean


def train(
    network: Network,
    examples: Sequence[Example],
    epochs: int,
    rate: float,
    questions: int,
    *,
    answering: int,
    far: int,
    heads_faster: float = HEADS_FASTER,
    progress: Progress = lambda *_: None,
) -> None:
    """Changes `network`. rate: of learning, at its highest; it rises over WARM_UP and then falls to 0.

    questions: in a step. answering, far: see lessons.steps. heads_faster: by how much the heads learn faster
    than the layers under them.
    """
    tokenizer = load_tokenizer(find_model(BASE) / "tokenizer.json")
    chance = random.Random(SEED)
    network.eval()  # without dropout: over few epochs it does not pay
    heads = [*network.sentence.parameters(), *network.passage.parameters()]
    body = [one for one in network.encoder.parameters() if one.requires_grad]
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": rate * heads_faster, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    total = epochs * -(-len(examples) // questions)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * total), (total - step) / ((1 - WARM_UP) * total))
    )
    done = 0
    for _ in range(epochs):
        for batch in steps(tokenizer, examples, questions, answering, far, chance):
            with torch.autocast("cpu", torch.bfloat16):
                sentences, passages = network([window for lesson in batch for window in lesson.windows])
            loss = loss_of(batch, sentences, passages)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch is untyped
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            progress(done, total, float(loss.detach()))


def loss_of(batch: Sequence[Lesson], sentences: torch.Tensor, passages: torch.Tensor) -> torch.Tensor:
    """Mean over the questions of three: which sentence of all answers, or none; whether each does; whether
    each passage does. sentences, passages: log-odds, in the order of the batch's windows."""
    losses = []
    of_lessons = torch.split(sentences, [sum(map(len, lesson.answers)) for lesson in batch])
    passages_of = torch.split(passages, [len(lesson.windows) for lesson in batch])
    for lesson, scores, found in zip(batch, of_lessons, passages_of, strict=True):
        answers = torch.tensor([float(one) for several in lesson.answers for one in several])
        answered = torch.tensor([float(any(several)) for several in lesson.answers])
        none = (answers.sum() == 0).float().reshape(1)
        wanted = torch.cat([none, answers])
        chosen = (
            -(functional.log_softmax(torch.cat([torch.zeros(1), scores]), 0) * wanted).sum() / wanted.sum()
        )
        each = functional.binary_cross_entropy_with_logits(scores, answers)
        passage = functional.binary_cross_entropy_with_logits(found, answered)
        losses.append(chosen + 2 * each + passage)
    return torch.stack(losses).mean()


def print_every_25(done: int, total: int, loss: float) -> None:
    if done % 25 == 0 or done == total:
        print(f"step {done} of {total}, loss {loss:.2f}", flush=True)


if __name__ == "__main__":
    main()
