"""Looking an index over: does everything in it agree with everything else? Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.catalog import Catalog
from index.errors import ServerGone
from index.projection import Projection, Unreadable


@dataclass(frozen=True, slots=True)
class Finding:
    """fault: the index is not as it should be. note: it is, but something outside it wants attention."""

    kind: Literal["fault", "note"]
    what: str
    way_out: str


def check(catalog: Catalog, projections: Sequence[Projection]) -> list[Finding]:
    """Reads all of the index: seconds for 100,000 chunks. Nothing found is what to hope for."""
    return [
        *_check_file(catalog),
        *_check_chunks(catalog),
        *(finding for projection in projections for finding in check_projection(projection, catalog)),
        *_check_files(catalog),
    ]


def _check_file(catalog: Catalog) -> Iterator[Finding]:
    for fault in catalog.faults():
        yield Finding("fault", f"{catalog.path}: {fault}", f"delete {catalog.path.parent} and sync again")


def _check_chunks(catalog: Catalog) -> Iterator[Finding]:
    for source, id in catalog.sources().items():
        document = catalog.document(id)
        chunks = catalog.chunks(id)
        if document and any(document.text[chunk.start : chunk.end] != chunk.text for chunk in chunks):
            what = f"{source}: a chunk is not what stands in its text"
            yield Finding("fault", what, "run qa sync --rebuild")
    missing = catalog.without_vector()
    if missing:
        yield Finding("fault", f"{len(missing)} chunks have no vector", "run qa doctor --repair")


def check_projection(projection: Projection, catalog: Catalog) -> list[Finding]:
    name, way_out = projection.folder.name, "run qa doctor --repair"
    try:
        if not projection.open_at(catalog):
            return [Finding("fault", f"{name} does not show the catalog as it is", way_out)]
        found, wanted = projection.ids(), set(catalog.added_since(0))
    except Unreadable as error:
        return [Finding("fault", f"{name} cannot be read: {error}", way_out)]
    except ServerGone as error:
        return [Finding("fault", f"no Chroma server answers at {error.url}", "start it with chroma run")]
    if found == wanted:
        return []
    what = f"{name} lacks {len(wanted - found)} chunks and has {len(found - wanted)} that are gone"
    return [Finding("fault", what, way_out)]


def _check_files(catalog: Catalog) -> Iterator[Finding]:
    for name, path in catalog.roots().items():
        if not path.exists():
            way_out = f"bring it back, or run qa sync --forget {name}"
            yield Finding("note", f"the synced folder {path} is gone", way_out)
    for source, reason in catalog.failures().items():
        yield Finding("note", f"{source}: {reason}", "mend or remove the file, then run qa sync")
