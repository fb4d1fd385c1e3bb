"""The documents, and how a file becomes text: list a folder, load each file, get its cleaned text back."""

from corpus.document import Block, Document, Heading, Page, Removed, document_id
from corpus.errors import BadPath, CorpusError, LoadError, MissingFolder
from corpus.folder import list_files
from corpus.load import load

__all__ = [
    "BadPath",
    "Block",
    "CorpusError",
    "Document",
    "Heading",
    "LoadError",
    "MissingFolder",
    "Page",
    "Removed",
    "document_id",
    "list_files",
    "load",
]
