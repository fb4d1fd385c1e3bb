"""CLAPNQ's tuning half: whether the passage of a question is found among those of all.

    python -m tests.bench.clapnq [--data FOLDER]

275 questions, answerable from their passage or not, and the 274 passages of both files in one index, each a
document with its title (Rosenthal et al., "CLAPnq", TACL 2025; primeqa/clapnq). Documents are ranked by
their best chunk. first, recall@5, recall@10: share of the questions whose passage is among the first 1, 5,
10 documents; MRR: mean of 1 / its rank. By meaning alone, by words alone and fused, from the same search.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Index, Passage
from tests.bench.results import ROOT, Mean, mean, record, show

DATA = ROOT / "../shared/benchmarks/clapnq"
DEEP = 50  # chunks asked for: no more than each arm gives anyhow


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the two .jsonl files")
    data = parser.parse_args().data
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        gold = write_documents(data, documents)
        with Index.open(Path(folder) / "index") as index:
            index.sync([documents])
            figures = measure(index, gold)
    for name, found in figures.items():
        show(name, found)
    record(len(gold), figures)


def write_documents(data: Path, folder: Path) -> list[tuple[str, str]]:
    """A Markdown file for each passage; each question with the source of its passage."""
    gold: list[tuple[str, str]] = []
    names: dict[str, str] = {}
    for path in sorted(data.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            record = json.loads(line)
            (passage,) = record["passages"]
            text = f"---\ntitle: {json.dumps(passage['title'])}\n---\n{passage['text']}\n"
            name = names.setdefault(text, f"{len(names)}.md")
            (folder / name).write_text(text)
            gold.append((record["input"], f"{folder.name}/{name}"))
    return gold


def measure(index: Index, gold: Sequence[tuple[str, str]]) -> dict[str, dict[str, Mean]]:
    """For meaning, words and both."""
    ranks: dict[str, list[float]] = {"meaning": [], "words": [], "fused": []}
    for question, source in gold:
        passages = index.search(question, k=DEEP)
        by_meaning = {one.rank_meaning: one for one in passages}
        by_words = {one.rank_words: one for one in passages}
        ranks["meaning"].append(rank_of(source, in_order(by_meaning)))
        ranks["words"].append(rank_of(source, in_order(by_words)))
        ranks["fused"].append(rank_of(source, passages))
    return {
        name: {
            "first": mean([float(rank == 1) for rank in found]),
            "recall@5": mean([float(rank <= 5) for rank in found]),
            "recall@10": mean([float(rank <= 10) for rank in found]),
            "MRR": mean([1 / rank for rank in found]),
        }
        for name, found in ranks.items()
    }


def in_order(passages: dict[int | None, Passage]) -> list[Passage]:
    return [passages[rank] for rank in sorted(rank for rank in passages if rank is not None)]


def rank_of(source: str, passages: Iterable[Passage]) -> float:
    """From 1, among the documents in the order of their best passages; infinite where it is not there."""
    documents = dict.fromkeys(name for passage in passages for name in (passage.source, *passage.also_in))
    return next((float(rank) for rank, name in enumerate(documents, 1) if name == source), float("inf"))


if __name__ == "__main__":
    main()
