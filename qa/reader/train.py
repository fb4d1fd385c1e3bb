"""Teaching the reader: from all-MiniLM-L6-v2 to sentences that answer.

    python -m qa.reader.train --data FOLDER --benchmarks FOLDER --out FILE

Knows how a question is shown to the network, what it is to say, and how fast it learns.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from qa.reader.examples import Example, Shown
from qa.reader.network import Network
from qa.reader.windows import Window, windows

SEED = 20261122
QUESTIONS = 4  # in a step
POOL = 64  # questions sorted by length together, so that little is padded
ANSWERING, NEAR, FAR = 1, 2, 1  # passages of a question: that answer; of the first 6 found; of the others
NEAR_RANK = 6
UNANSWERED = 0.2  # share of the answerable questions shown without what answers them
WARM_UP = 0.1  # share of the steps
HEADS_FASTER = 10  # times


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with its windows. answers: 0 or 1 for each sentence of all windows, in order."""

    windows: tuple[Window, ...]
    answers: tuple[int, ...]

    @property
    def length(self) -> int:
        return max(len(window.ids) for window in self.windows)


def train(
    network: Network,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    *,
    epochs: int,
    rate: float,
    seed: int = SEED,
    progress: Callable[[int, int, float], None] = lambda *_: None,
) -> None:
    """Changes `network`. rate: of learning, at its highest; it rises over WARM_UP and then falls to 0.

    progress: steps done, steps in all, loss of the step.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network.eval()  # without dropout: over few epochs it does not pay
    heads = [*network.sentence.parameters(), *network.passage.parameters()]
    body = [one for one in network.encoder.parameters() if one.requires_grad]
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": rate * HEADS_FASTER, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    total = epochs * -(-len(examples) // QUESTIONS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * total), (total - step) / ((1 - WARM_UP) * total))
    )
    done = 0
    for _ in range(epochs):
        for batch in _batches(tokenizer, examples, chance):
            with torch.autocast("cpu", torch.bfloat16):
                sentences, passages = network([window for lesson in batch for window in lesson.windows])
            loss = loss_of(batch, sentences, passages)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            progress(done, total, float(loss.detach()))


def loss_of(batch: Sequence[Lesson], sentences: torch.Tensor, passages: torch.Tensor) -> torch.Tensor:
    """Mean over the questions of three: which sentence of all answers, or none; whether each does; whether
    each passage does."""
    losses = []
    sentence = passage = 0
    for lesson in batch:
        scores = sentences[sentence : sentence + len(lesson.answers)]
        answers = torch.tensor(lesson.answers, dtype=torch.float32)
        sentence += len(scores)
        of_none = torch.cat([torch.zeros(1), scores])
        wanted = torch.cat([(answers.sum() == 0).float().reshape(1), answers])
        chosen = -(functional.log_softmax(of_none, 0) * wanted).sum() / wanted.sum()
        each = functional.binary_cross_entropy_with_logits(scores, answers)
        answered = torch.tensor(_answered(lesson))
        found = passages[passage : passage + len(answered)]
        passage += len(answered)
        losses.append(chosen + 2 * each + functional.binary_cross_entropy_with_logits(found, answered))
    return torch.stack(losses).mean()


def _answered(lesson: Lesson) -> list[float]:
    """1 for each window with a sentence that answers, else 0."""
    found, at = [], 0
    for window in lesson.windows:
        found.append(float(any(lesson.answers[at : at + len(window.spans)])))
        at += len(window.spans)
    return found


def _batches(
    tokenizer: Tokenizer, examples: Sequence[Example], chance: random.Random
) -> Iterator[list[Lesson]]:
    """Every example once, in an order of chance."""
    order = chance.sample(examples, len(examples))
    for at in range(0, len(order), POOL):
        pool = [
            lesson for example in order[at : at + POOL] if (lesson := lesson_of(tokenizer, example, chance))
        ]
        pool.sort(key=lambda lesson: lesson.length)
        batches = [pool[start : start + QUESTIONS] for start in range(0, len(pool), QUESTIONS)]
        yield from chance.sample(batches, len(batches))


def lesson_of(tokenizer: Tokenizer, example: Example, chance: random.Random) -> Lesson | None:
    """Some passages that answer and some that do not; None where nothing was found."""
    shown = _drawn(example, chance)
    if not shown:
        return None
    found: list[Window] = []
    answers: list[int] = []
    for one in shown:
        for window in windows(tokenizer, example.question, one):
            found.append(window)
            answers += [one.answers[at] for at in window.sentences]
    return Lesson(tuple(found), tuple(answers))


def _drawn(example: Example, chance: random.Random) -> list[Shown]:
    answering = [one for one in example.shown if one.answered]
    others = [one for one in example.shown if not one.answered]
    near, far = others[:NEAR_RANK], others[NEAR_RANK:]
    if chance.random() < UNANSWERED:
        answering = []
    taken = min(ANSWERING, len(answering))
    hard = min(NEAR + ANSWERING - taken, len(near))
    return [
        *chance.sample(answering, taken),
        *chance.sample(near, hard),
        *chance.sample(far, min(FAR, len(far))),
    ]
