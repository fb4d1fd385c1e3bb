"""The tables of the catalog, and how those of an earlier version become them.

Knows SQL and nothing else. A new catalog takes all of the steps, one of an earlier version those that it
lacks: so both end in the same tables.
"""

from __future__ import annotations

# What `meta` says of a catalog without documents. identity: tells it from every other, and from what it was
# before it was emptied.
EMPTY = """
INSERT OR REPLACE INTO meta VALUES
    ('identity', lower(hex(randomblob(16)))), ('generation', '0'), ('forgotten', '0'), ('manifest', '{}')"""

_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (name TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content_hash TEXT NOT NULL,
    signature TEXT NOT NULL, indexed_at TEXT NOT NULL, metadata TEXT NOT NULL, headings TEXT NOT NULL,
    pages TEXT NOT NULL, removed TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE failures (source TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, headings TEXT NOT NULL, sentences TEXT NOT NULL,
    tokens INTEGER NOT NULL, text_hash TEXT NOT NULL, generation INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX chunks_by_document ON chunks (document_id, ordinal);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE INDEX chunks_by_text ON chunks (text_hash);
CREATE TABLE vectors (
    model TEXT NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, text_hash));
CREATE TABLE tombstones (chunk_id TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
{EMPTY}"""

# A root's `begun` says when a sync of it began that has not come to its end (UTC, ISO), "" where all did.
_BEGUN = "ALTER TABLE roots ADD COLUMN begun TEXT NOT NULL DEFAULT ''"

# STEPS[n] takes a catalog from layout n to n + 1; layout 0 is an empty file. A step that was released never
# changes: what is to be otherwise becomes one more.
STEPS = (_TABLES, _BEGUN)
LAYOUT = len(STEPS)
