"""The checker of sentences that a model wrote: planted faults that it catches, faithful ones it releases.

    python -m tests.bench.support [--shared FOLDER] [--half tuning|unseen] [--curve] [--show KIND]

Sentences of the shipped documents, the raw articles, Chroma's chunking corpora, CLAPNQ and the reader's
passages are rephrased or made false by seeded rules (planted.py); halves are split by document. Fitted is on
the tuning half only. human: what CLAPNQ's annotators wrote, a sentence at a time, against the sentences
that they chose; some of these say more than those. A share stands with its 95 % interval (Wilson) and n.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from qa.evaluation.intervals import wilson
from qa.support import check, rules
from tests.bench.planted import Planted, humans, misplaced, plant
from tests.bench.results import ROOT

CURVE = (0.0, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT / "../shared", help="the folder of data")
    parser.add_argument("--half", choices=("tuning", "unseen"), default="unseen")
    parser.add_argument("--show", help="print what is judged wrongly of this kind")
    parser.add_argument("--curve", action="store_true", help="shares by the threshold of content instead")
    args = parser.parse_args()
    faults, faithful = plant(args.shared, args.half)
    sets = (
        ("caught", [*faults, *misplaced(faithful)]),
        ("released", faithful),
        ("human", humans(args.shared, args.half)),
    )
    if args.curve:
        for threshold in CURVE:
            rules.CONTENT = threshold
            shares = {name: [right(name, one) for one in planted] for name, planted in sets}
            print(threshold, *(f"{name} {sum(found) / len(found):.3f}" for name, found in shares.items()))
        return
    for name, planted in sets:
        table(name, planted, args.show)


def right(name: str, planted: Planted) -> bool:
    verdict = check(planted.sentence, planted.spans, planted.context)
    return verdict.supported != (name == "caught")


def table(name: str, planted: Sequence[Planted], show: str | None) -> None:
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for one in planted:
        good = right(name, one)
        by_kind[one.kind].append(good)
        if one.kind == show and not good:
            faults = check(one.sentence, one.spans, one.context).faults
            print("\n-", one.sentence, *(f"\n  | {span}" for span in one.spans), "\n ", faults)
    by_kind[f"all {name}"] = [good for found in by_kind.values() for good in found]
    for kind, found in by_kind.items():
        low, high = wilson(sum(found), len(found))
        print(f"{kind:<24} {sum(found) / len(found):.3f} [{low:.3f}, {high:.3f}] n={len(found)}")


if __name__ == "__main__":
    main()
