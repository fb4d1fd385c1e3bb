"""How an index is built and searched. Knows no file and no environment: who opens an index passes it in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from index.chunk import SMALLEST_BUDGET


class IndexSettings(BaseModel):
    """How an index is built and searched. An unknown name or a value out of range is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: Annotated[str, Field(min_length=1)] = "all-MiniLM-L6-v2"  # a model's name, or the path of one
    chunk_tokens: Annotated[int, Field(ge=SMALLEST_BUDGET)] = 120  # the most cl100k tokens in a chunk
    candidates: PositiveInt = 50  # chunks that meaning and words each put forward
    neighbours: Annotated[float, Field(ge=0, le=1)] = 0.25  # share of its neighbours' scores a chunk gets
    server: Annotated[str, Field(pattern="^https?://[^/]+$")] | None = None  # Chroma's, for the graph
