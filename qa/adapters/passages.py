"""What a passage is called in other tools: one id and one set of metadata. Knows none of the tools."""

from __future__ import annotations

from typing import Any

from index import Passage


def id_of(passage: Passage) -> str:
    """ "document id:start-end"."""
    return f"{passage.document_id}:{passage.start}-{passage.end}"


def metadata_of(passage: Passage) -> dict[str, Any]:
    """start, end: characters, half-open; the text is exactly that slice of the stored document.
    front_matter: of the document, its date among it."""
    return {
        "document_id": passage.document_id,
        "source": passage.source,
        "title": passage.title,
        "start": passage.start,
        "end": passage.end,
        "score": passage.score,
        "similarity": passage.similarity,
        "headings": list(passage.headings),
        "found_by": list(passage.found_by),
        "also_in": list(passage.also_in),
        "page": passage.page,
        "front_matter": dict(passage.metadata),
    }
