"""Which settings answer a gold set best, judged on questions that did not choose them.

Tries every combination of chunk sizes, passages and shares of neighbours, and each threshold, which needs no
further asking: the confidence of an answer does not depend on it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from index import Index, IndexSettings, load_embedder
from index.tokens import count_tokens
from qa.assistant import Assistant
from qa.errors import RunError
from qa.evaluation.gold import Case
from qa.evaluation.intervals import SEED, Interval, Numbers, means, middle_95, resampled
from qa.evaluation.metrics import percentile
from qa.evaluation.record import Asked, Recorder
from qa.evaluation.run import Progress
from qa.settings import AnswerSettings, Settings

FOLDS = 5
THRESHOLDS = tuple(step / 20 for step in range(21))


@dataclass(frozen=True, slots=True)
class Choice:
    chunk_tokens: int
    passages: int
    neighbours: float
    threshold: float

    def settings(self, base: Settings) -> tuple[IndexSettings, AnswerSettings]:
        found = {"chunk_tokens": self.chunk_tokens, "neighbours": self.neighbours}
        chosen = {"passages": self.passages, "threshold": self.threshold}
        return base.index.model_copy(update=found), base.answer.model_copy(update=chosen)

    def toml(self) -> str:
        return (
            f"[index]\nchunk_tokens = {self.chunk_tokens}\nneighbours = {self.neighbours}\n\n"
            f"[answer]\npassages = {self.passages}\nthreshold = {self.threshold}\n"
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """One choice over the whole set. right: a value a question, 0 or 1. seconds: median of an answer.

    tokens: of the passages looked through, mean over questions.
    """

    choice: Choice
    right: tuple[float, ...]
    tokens: float
    seconds: float

    @property
    def share(self) -> float:
        return fmean(self.right)


@dataclass(frozen=True, slots=True)
class Tuned:
    """trials: the best threshold of each combination, best first. best: over the whole set.

    expected: the share right on questions that had no part in the choice, with its interval; present: that
    of the present settings on the same questions.
    """

    trials: tuple[Trial, ...]
    best: Choice
    expected: float
    interval: Interval | None
    present: float


def tune(
    documents: Sequence[Path],
    cases: Sequence[Case],
    base: Settings,
    chunk_tokens: Sequence[int] = (),
    passages: Sequence[int] = (),
    neighbours: Sequence[float] = (),
    progress: Progress = lambda *_: None,
) -> Tuned:
    """Try every combination, with what `base` has. Raises RunError for a set of under FOLDS conversations.

    documents: folders and files to index, once for each chunk size.
    """
    if len({case.conversation for case in cases}) < FOLDS:
        raise RunError(
            f"tuning needs {FOLDS} conversations or more, to judge on some that did not choose: add cases"
        )
    present = Choice(
        base.index.chunk_tokens, base.answer.passages, base.index.neighbours, base.answer.threshold
    )
    sizes = sorted({*chunk_tokens, present.chunk_tokens})
    ways = list(product(sorted({*passages, present.passages}), sorted({*neighbours, present.neighbours})))
    thresholds = sorted({*THRESHOLDS, present.threshold})
    embedder = load_embedder(base.index.embedder)
    trials: list[Trial] = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            for width, share in ways:
                progress(len(trials) // len(thresholds), len(sizes) * len(ways), f"chunks of {size} tokens")
                choice = Choice(size, width, share, threshold=0)
                index_settings, answer_settings = choice.settings(base)
                with Index.open(folder, index_settings, embedder=embedder) as index:
                    index.sync(documents)
                    answers = _ask(Assistant(index, answer_settings), cases)
                trials += [_at(threshold, choice, cases, *answers) for threshold in thresholds]
    return cross_validated(trials, present, [case.conversation for case in cases])


def _ask(assistant: Assistant, cases: Sequence[Case]) -> tuple[list[Asked], list[float]]:
    """The record of each answer, and the seconds it took."""
    recorder = Recorder(assistant.index, assistant.settings.passages)
    asked, seconds = [], []
    for case in cases:
        began = time.perf_counter()
        answer = assistant.ask(case.question, case.turns)
        seconds.append(time.perf_counter() - began)
        asked.append(recorder.record(case, answer))
    return asked, seconds


def _at(
    threshold: float, choice: Choice, cases: Sequence[Case], asked: Sequence[Asked], seconds: Sequence[float]
) -> Trial:
    """What would have been right had answers below the threshold been declined."""
    right = []
    for case, one in zip(cases, asked, strict=True):
        declined = one.abstained or one.confidence < threshold
        right.append(float(declined != case.answerable and (declined or one.right)))
    tokens = fmean(sum(count_tokens(place.text) for place in one.passages) for one in asked)
    return Trial(replace(choice, threshold=threshold), tuple(right), tokens, percentile(seconds, 0.5) or 0.0)


def cross_validated(trials: Sequence[Trial], present: Choice, conversations: Sequence[str]) -> Tuned:
    """Choose on all conversations but a fifth and judge on that, five times; then choose on all."""
    right = np.array([trial.right for trial in trials])
    fold_of = _folds(conversations)
    expected = np.empty(len(conversations))
    for fold in range(FOLDS):
        held = fold_of == fold
        expected[held] = right[_best(right[:, ~held], trials), held]
    best_of_all = trials[_best(right, trials)]
    by_combination: dict[Choice, Trial] = {}
    for trial in trials:
        combination = replace(trial.choice, threshold=0)
        if combination not in by_combination or trial.share > by_combination[combination].share:
            by_combination[combination] = trial
    return Tuned(
        trials=tuple(sorted(by_combination.values(), key=lambda one: (-one.share, one.tokens))),
        best=best_of_all.choice,
        expected=float(expected.mean()),
        interval=middle_95(means(expected.tolist(), resampled(conversations))),
        present=next(trial.share for trial in trials if trial.choice == present),
    )


def _folds(conversations: Sequence[str]) -> NDArray[np.intp]:
    """A fold for each question, conversations kept together, about as many in each."""
    names, conversation_of = np.unique(np.array(conversations, dtype=str), return_inverse=True)
    folds = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    found: NDArray[np.intp] = folds[conversation_of]
    return found


def _best(right: Numbers, trials: Sequence[Trial]) -> int:
    """The number of the trial with most right; of equals the one that reads fewest tokens."""
    shares = right.mean(axis=1)
    return min(range(len(trials)), key=lambda at: (-shares[at], trials[at].tokens))
