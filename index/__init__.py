"""Making text findable: sync folders into an index, search it, get exact passages back."""

from index.catalog import DocumentInfo
from index.check import Finding
from index.chunk import Chunk
from index.embed import Embedder, load_embedder
from index.entries import Failure
from index.errors import IndexFault
from index.index import Index
from index.search import Passage
from index.settings import IndexSettings
from index.sync import SyncReport
from index.view import View
from index.why import Standing

__all__ = [
    "Chunk",
    "DocumentInfo",
    "Embedder",
    "Failure",
    "Finding",
    "Index",
    "IndexFault",
    "IndexSettings",
    "Passage",
    "Standing",
    "SyncReport",
    "View",
    "load_embedder",
]
