"""Looking an index over: does everything in it agree with everything else? Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.catalog import Catalog
from index.embed import Embedder
from index.errors import ModelMissing, ModelTampered, ServerGone
from index.projection import Projection, Unreadable

REPAIR, REBUILD = "run qa doctor --repair", "run qa sync --rebuild"


@dataclass(frozen=True, slots=True)
class Finding:
    """fault: the index is not as it should be. note: it is, but something outside it wants attention."""

    kind: Literal["fault", "note"]
    what: str
    way_out: str


def check(
    catalog: Catalog, projections: Sequence[Projection], embedder: Callable[[], Embedder]
) -> list[Finding]:
    """Reads all of the index: seconds for 100,000 chunks. Nothing found is what to hope for."""
    return [
        *_check_file(catalog),
        *_check_chunks(catalog),
        *_check_model(catalog, embedder),
        *(finding for projection in projections for finding in check_projection(projection, catalog)),
        *_check_roots(catalog),
    ]


def _check_file(catalog: Catalog) -> Iterator[Finding]:
    for fault in catalog.faults():
        yield Finding("fault", f"{catalog.path}: {fault}", f"delete {catalog.path.parent} and sync again")
    if not os.access(catalog.path.parent, os.W_OK):
        what = f"{catalog.path.parent} cannot be written: it answers as it is, and is not mended"
        yield Finding("note", what, "mend its permissions, or copy it elsewhere")


def _check_chunks(catalog: Catalog) -> Iterator[Finding]:
    for source, id in catalog.sources().items():
        document = catalog.document(id)
        chunks = catalog.chunks(id)
        if document and any(document.text[chunk.start : chunk.end] != chunk.text for chunk in chunks):
            yield Finding("fault", f"{source}: a chunk is not what stands in its text", REBUILD)
    if orphans := catalog.orphans():
        yield Finding("fault", f"{len(orphans)} chunks are of no document", REPAIR)
    if missing := catalog.without_vector():
        yield Finding("fault", f"{len(missing)} chunks have no vector", REPAIR)


def _check_model(catalog: Catalog, embedder: Callable[[], Embedder]) -> Iterator[Finding]:
    built = catalog.manifest
    if not built:
        return
    try:
        found = embedder().fingerprint
    except ModelTampered as error:
        yield Finding("fault", f"{error.path} is not {error.name}", "reinstall its package")
    except ModelMissing as error:
        yield Finding("fault", f"there is no embedding model {error.name}", "put it back where it was")
    else:
        if found != built["fingerprint"]:
            what = f"the model {built['embedder']} is not the one that the index was built with"
            yield Finding("fault", what, f"put that one back, or {REBUILD}")


def check_projection(projection: Projection, catalog: Catalog) -> list[Finding]:
    try:
        what = _fault(projection, catalog)
    except ServerGone as error:
        return [Finding("fault", f"no Chroma server answers at {error.url}", "start it with chroma run")]
    except Unreadable as error:
        what = f"cannot be read: {error}"
        if projection.folder.is_dir() and not os.access(projection.folder, os.W_OK):
            way_out = "mend its permissions; until then answers do without it"
            return [Finding("note", f"{projection.folder.name} {what}", way_out)]
    return [Finding("fault", f"{projection.folder.name} {what}", REPAIR)] if what else []


def _fault(projection: Projection, catalog: Catalog) -> str | None:
    """What is wrong with the projection, None where nothing is. Raises Unreadable, ServerGone."""
    mark = projection.mark()
    if mark is None and not projection.folder.exists():
        return "is missing"
    if mark is None:
        return "was not written to its end, or its files were changed since"
    if mark.catalog != catalog.identity:
        return "is that of another index"
    if mark.generation != catalog.generation:
        return f"shows the documents as of change {mark.generation}, there are {catalog.generation}"
    if not projection.open_at(catalog):
        projection.read()  # says why, where it cannot be
    found, wanted = projection.ids(), set(catalog.added_since(0))
    if found == wanted:
        return None
    return f"lacks {len(wanted - found)} chunks and has {len(found - wanted)} that are gone"


def _check_roots(catalog: Catalog) -> Iterator[Finding]:
    for name, began in catalog.unfinished().items():
        what = f"a sync of {name}, begun {began[:19]}, has not come to its end"
        yield Finding("fault", what, "run qa sync")
    for name, path in catalog.roots().items():
        if not path.exists():
            way_out = f"bring it back, or run qa sync --forget {name}"
            yield Finding("note", f"the synced folder {path} is gone", way_out)
    for source, reason in catalog.failures().items():
        yield Finding("note", f"{source}: {reason}", "mend or remove the file, then run qa sync")
