"""Results as the command line prints them: text for people, JSON for programs.

Pure functions from the project's own types to strings. A place in a document is written source:start-end,
which is what `qa show` takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

if TYPE_CHECKING:
    from corpus import Document
    from index import DocumentInfo, Finding, Passage, Standing, SyncReport
    from qa.answer import Answer, Disagreement
    from qa.fetch.report import FetchReport

LEADS = 3  # passages named with a declined answer


class Place(Protocol):
    """A citation, a passage or a chunk that was expected."""

    @property
    def title(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Origin(Place, Protocol):
    """A citation or a passage: with what its document says about itself."""

    @property
    def metadata(self) -> Mapping[str, str]: ...


def as_json(value: Any, indent: int | None = 2) -> str:
    """indent None: on one line."""
    return json.dumps(plain(value), ensure_ascii=False, indent=indent)


def plain(value: Any) -> Any:
    """Dataclasses, models, mappings, sequences and paths as what JSON has; anything else as it is."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return fspath(value) if isinstance(value, PathLike) else value


def answer_text(answer: Answer) -> str:
    parts = [f"Understood as: {answer.standalone}"] if _is_understood_otherwise(answer) else []
    parts.append(answer.text)
    parts += [_disagreement(one) for one in answer.disagreements]
    if answer.generation and answer.generation.note:
        parts.append(answer.generation.note)
    if answer.citations:
        parts.append("\n".join(f"[{one.number}] {_headed(one)}" for one in answer.citations))
    elif answer.passages:
        leads = (f"- {_headed(one)}" for one in answer.passages[:LEADS])
        parts.append("\n".join(("Nearest passages:", *leads)))
    return "\n\n".join(parts)


def _is_understood_otherwise(answer: Answer) -> bool:
    """Whether the question was put in other words: a slip put right, a follow-up made to stand alone."""
    asked, understood = (text.strip(" ?").casefold() for text in (answer.question, answer.standalone))
    return asked != understood


def _disagreement(disagreement: Disagreement) -> str:
    values = (
        f"{value.text} {''.join(f'[{one.number}]' for one in value.citations)}"
        for value in disagreement.values
    )
    newest = f"; {disagreement.newest.text} is the newest" if disagreement.newest else ""
    return f"Sources differ on {disagreement.subject}: {', '.join(values)}{newest}."


def _headed(place: Origin) -> str:
    """Title and place, and for a document that says where it is from, its address there."""
    return on_one_line(f"{place.title} ({_place(place)}) {place.metadata.get('url', '')}".rstrip())


def _place(place: Place) -> str:
    return f"{place.source}:{place.start}-{place.end}"


def on_one_line(text: str) -> str:
    """With line breaks and other control characters, which a file's name may hold, written as "\\n" is."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: repr(found[0])[1:-1], text)


def passages_text(passages: Sequence[Passage], *, explain: bool) -> str:
    """explain: with what found each passage, and how it ranked there."""
    return "\n\n".join(
        "\n".join(
            (
                f"{number}. {_headed(passage)}",
                *([f"   {_explanation(passage)}"] if explain else []),
                *(f"   {line}" for line in passage.text.splitlines() if line),
            )
        )
        for number, passage in enumerate(passages, 1)
    )


def _explanation(passage: Passage) -> str:
    ranks = {"meaning": passage.rank_meaning, "words": passage.rank_words}
    found = [f"{name} rank {rank}" for name, rank in ranks.items() if rank is not None]
    parts = [f"score {passage.score:.4f}", *found, f"cosine {passage.similarity:.3f}"]
    if passage.headings:
        parts.append(f"under {' > '.join(passage.headings)}")
    if passage.also_in:
        parts.append(on_one_line(f"also in {', '.join(passage.also_in)}"))
    return "; ".join(parts)


def standings_text(standings: Sequence[Standing], k: int) -> str:
    """A line for each chunk that was expected: its place, its ranks, and why it is not among the k shown."""
    return "\n".join(on_one_line(_standing(one, k)) for one in standings)


def _standing(one: Standing, k: int) -> str:
    ranks = {"meaning": one.rank_meaning, "words": one.rank_words, "both": one.rank_fused}
    found = [f"{name} rank {rank}" for name, rank in ranks.items() if rank is not None]
    of = [f"of {one.chunks} chunks {', '.join(found)}"] if found else []
    reasons = {
        "shown": f"shown as passage {one.passage}",
        "folded": f"folded into passage {one.passage}, which says the same",
        "outranked": f"outranked by the {k} shown",
        "excluded": "excluded by --where",
    }
    far = one.verdict == "outranked" and one.rank_fused is None
    reason = "outranked, by meaning and by words no candidate" if far else reasons[one.verdict]
    return f"expected {_place(one)}: {'; '.join([*of, f'cosine {one.similarity:.3f}', reason])}"


def sync_text(report: SyncReport) -> str:
    """A line of counts, then a line for each file that could not be read."""
    counts = {
        "added": report.added,
        "changed": report.changed,
        "renamed": report.renamed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "failed": report.failed,
    }
    summary = ", ".join(f"{len(sources)} {name}" for name, sources in counts.items() if sources)
    failed = (on_one_line(f"failed: {one.source}: {one.reason}") for one in report.failed)
    return "\n".join((summary or "no files", *failed))


def fetch_text(report: FetchReport) -> str:
    """A line of counts, then a line for each URL that could not be fetched."""
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
        "failed": len(report.failed),
        "left out by --most": report.left_out,
    }
    summary = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    failed = (on_one_line(f"failed: {one.url}: {one.reason}") for one in report.failed)
    return "\n".join((summary or "nothing there", *failed))


def documents_text(documents: Sequence[DocumentInfo]) -> str:
    """A line each: source, title."""
    return "\n".join(on_one_line(f"{one.source}  {one.title}") for one in documents)


def removed_text(document: Document) -> str:
    """What cleaning cut, a line each: the rule, where it stood in the cleaned text, the text."""
    return "\n".join(f"{one.rule} at {one.position}: {one.text}" for one in document.removed)


def findings_text(findings: Iterable[Finding]) -> str:
    return "\n".join(on_one_line(f"{one.kind}: {one.what}: {one.way_out}") for one in findings)
