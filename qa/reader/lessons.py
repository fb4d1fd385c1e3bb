"""What the network is shown in a step: questions, each with passages that answer it and passages that do not.

Which passages is drawn anew each time, by chance with a seed. Knows nothing of the network.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from qa.reader.examples import Example, Shown
from qa.reader.windows import Window, windows

POOL = 64  # questions sorted by length together, so that little is padded
NEAR_RANK = 6
NEAR = 2  # passages shown that do not answer, of the first NEAR_RANK found
UNANSWERED = 0.2  # share of the answerable questions shown without what answers them


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with its windows. answers: 0 or 1 for each sentence, one tuple a window."""

    windows: tuple[Window, ...]
    answers: tuple[tuple[int, ...], ...]

    @property
    def length(self) -> int:
        return max(len(window.ids) for window in self.windows)


def steps(
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    questions: int,
    answering: int,
    far: int,
    chance: random.Random,
) -> Iterator[list[Lesson]]:
    """Every example once, in an order of chance, `questions` at a time.

    answering: the most passages that answer a question to be shown with it. far: the most that do not, of
    those found behind the first NEAR_RANK.
    """
    order = chance.sample(examples, len(examples))
    for at in range(0, len(order), POOL):
        pool = [
            lesson_of(tokenizer, one, answering, far, chance) for one in order[at : at + POOL] if one.shown
        ]
        pool.sort(key=lambda lesson: lesson.length)
        batches = [pool[start : start + questions] for start in range(0, len(pool), questions)]
        yield from chance.sample(batches, len(batches))


def lesson_of(
    tokenizer: Tokenizer, example: Example, answering: int, far: int, chance: random.Random
) -> Lesson:
    """Of an example for which something was found."""
    found: list[Window] = []
    answers: list[tuple[int, ...]] = []
    for one in _drawn(example, answering, far, chance):
        for window in windows(tokenizer, example.question, one):
            found.append(window)
            answers.append(tuple(one.answers[at] for at in window.sentences))
    return Lesson(tuple(found), tuple(answers))


def _drawn(example: Example, answering: int, most_far: int, chance: random.Random) -> list[Shown]:
    right = [one for one in example.shown if one.answered]
    wrong = [one for one in example.shown if not one.answered]
    if wrong and chance.random() < UNANSWERED:
        right = []
    near, far = wrong[:NEAR_RANK], wrong[NEAR_RANK:]
    shown = chance.sample(right, min(answering, len(right)))
    in_place = answering - len(shown)  # so that a question without an answer is shown as many passages
    return [
        *shown,
        *chance.sample(near, min(NEAR + in_place, len(near))),
        *chance.sample(far, min(most_far, len(far))),
    ]
