"""What can go wrong with an index.

IndexFault
├── NoIndex             nothing has been indexed in this folder
├── IndexMismatch       it was built with another model, chunker, loader or newer layout than is asked for
├── IndexBusy           another process is writing it
├── IndexCorrupt        its catalog cannot be read
├── StorageFailed       the disk is full, read-only, failing or in use; what was indexed before stays
├── ServerGone          no Chroma server answers where one should
├── WorkersFailed       Ray cannot be started or reached, or its workers die
├── FolderGone          a folder that was synced is no longer there
├── UnknownFolder       a name that no synced folder has
├── UnknownDocument     no document has this id, source or end of a source
├── AmbiguousDocument   several have
├── BadQuestion         empty, too long, or for no results
├── UnknownField        a filter on a field that no document has
├── ModelMissing        no embedding model of this name can be found
└── ModelTampered       a model's file is not the one that its name stands for

Each names the thing, its value and the way out, and carries them as attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class IndexFault(Exception):
    """Base of the errors that an index raises. Goes from one process to another with all that it carries."""

    def __reduce__(self) -> tuple[object, ...]:
        return _as_it_was, (type(self), self.args, self.__dict__)


class NoIndex(IndexFault):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"no document is indexed in {folder}: run qa sync FOLDER{_option(folder)}")
        self.folder = folder


class IndexMismatch(IndexFault):
    """`differences`: "built with X, settings ask for Y", one for each thing that differs."""

    def __init__(self, folder: Path, differences: Sequence[str]) -> None:
        super().__init__(f"index {folder} {'; '.join(differences)}: run qa sync --rebuild{_option(folder)}")
        self.folder = folder
        self.differences = tuple(differences)


class IndexBusy(IndexFault):
    """`holder`: "process 1234 since 12:03:10"."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"index {folder} is being written by {holder}: wait for it, or stop it")
        self.folder = folder
        self.holder = holder


class IndexCorrupt(IndexFault):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read ({reason}): delete {path.parent} and run qa sync FOLDER")
        self.path = path
        self.reason = reason


class StorageFailed(IndexFault):
    def __init__(
        self, path: Path, reason: str, way_out: str = "make room or mend its permissions, then try again"
    ) -> None:
        super().__init__(f"cannot write {path} ({reason}): {way_out}")
        self.path = path
        self.reason = reason


class ServerGone(IndexFault):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"no Chroma server answers at {url} ({reason}): start it with chroma run, or unset index.server"
        )
        self.url = url
        self.reason = reason


class WorkersFailed(IndexFault):
    """`reason`: the first line of Ray's."""

    def __init__(self, reason: str) -> None:
        self.reason = reason.strip().partition("\n")[0]
        super().__init__(f"Ray's workers failed ({self.reason}): sync without --ray, or mend Ray")


class FolderGone(IndexFault):
    def __init__(self, name: str, path: Path) -> None:
        super().__init__(
            f"the synced folder {path} is gone: bring it back, or drop its documents: qa sync --forget {name}"
        )
        self.name = name
        self.path = path


class UnknownFolder(IndexFault):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"no synced folder is called {name}; there are: {', '.join(known) or 'none'}")
        self.name = name
        self.known = tuple(known)


class UnknownDocument(IndexFault):
    """`candidates`: sources that look alike, best first."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        hint = f"; did you mean {' or '.join(candidates)}?" if candidates else ""
        super().__init__(f"no document {name} in the index{hint}: qa show lists them")
        self.name = name
        self.candidates = tuple(candidates)


class AmbiguousDocument(IndexFault):
    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        super().__init__(f"{name} names {len(candidates)} documents, give one of: {', '.join(candidates)}")
        self.name = name
        self.candidates = tuple(candidates)


class BadQuestion(IndexFault):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownField(IndexFault):
    def __init__(self, field: str, known: Sequence[str]) -> None:
        super().__init__(f"no document has a field {field}; there are: {', '.join(known) or 'none'}")
        self.field = field
        self.known = tuple(known)


class ModelMissing(IndexFault):
    """Raised with the places that were looked at; `reason`: what the last of them said."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"no embedding model {name}: no folder, not in an installed package, not on the hub ({reason}): "
            "give the path of a model's folder, or unset HF_HUB_OFFLINE where a network is"
        )
        self.name = name
        self.reason = reason


class ModelTampered(IndexFault):
    def __init__(self, name: str, path: str, *, expected: str, found: str) -> None:
        super().__init__(f"{path} is not {name}: SHA-256 {found}, expected {expected}: reinstall its package")
        self.name = name
        self.path = path
        self.expected = expected
        self.found = found


def _as_it_was(kind: type[IndexFault], args: tuple[object, ...], carried: dict[str, object]) -> IndexFault:
    fault = kind.__new__(kind, *args)
    fault.__dict__.update(carried)
    return fault


def _option(folder: Path) -> str:
    """What a command needs to mean this index, and not the one in the working directory."""
    return "" if folder == Path(".index") else f" --index {folder}"
