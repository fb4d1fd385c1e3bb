"""Where uploads lie, and whose they are: uploads/<person>/… is theirs, uploads/shared/<person>/… everybody's.

Knows the synced folders by the names with which their sources begin, and people by theirs; nothing of what
is in a document. What does not lie below the folder of uploads is everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index import Index
from index.directory import covers
from qa.web.users import LOCAL

SHARED = "shared"


class Places:
    """The uploads below `folder`, as `index` calls them."""

    def __init__(self, index: Index, folder: Path) -> None:
        self.uploads = folder.resolve() / "uploads"
        self._index = index

    @property
    def prefix(self) -> str | None:
        """What the sources of uploads begin with; None before the first is indexed."""
        return _source(self.uploads, self._index.roots())

    def of(self, user: str) -> Path:
        """The folder of a person's uploads."""
        return self.uploads / user

    def source(self, path: Path) -> str:
        """What a file below the folder of uploads is called in the index, once that is synced."""
        return "/".join((self.prefix or "", *path.relative_to(self.uploads).parts))

    def path(self, source: str) -> Path:
        """The file of a source that is an upload's."""
        return self.uploads / source.removeprefix(f"{self.prefix}/")

    def seen_by(self, user: str) -> frozenset[str]:
        """The names, as Index.within takes them, of what a person sees."""
        names: set[str] = set()
        for name, root in self._index.roots().items():
            if root.is_relative_to(self.uploads):  # the uploads, or some that somebody synced by themselves
                inside = root.relative_to(self.uploads).parts
                if inside and inside[0] in (user, SHARED):
                    names |= {name, f"{name}/"}
                elif not inside:
                    names |= {f"{name}/{user}/", f"{name}/{SHARED}/"}
            elif self.uploads.is_relative_to(root):  # somebody synced a folder around them
                hidden = f"{name}/{'/'.join(self.uploads.relative_to(root).parts)}/"
                names |= {f"{hidden}{user}/", f"{hidden}{SHARED}/"}
                sources = (info.source for info in self._index.documents())
                names |= {one for one in sources if covers({f"{name}/"}, one) and not one.startswith(hidden)}
            else:
                names |= {name, f"{name}/"}
        return frozenset(names)

    def owned_by(self, user: str) -> frozenset[str]:
        """The names, as Index.within takes them, of what a person may share and remove: their uploads, or all
        where login is off."""
        prefix = self.prefix
        if prefix is None:
            return frozenset()
        return frozenset(
            {f"{prefix}/"} if user == LOCAL else {f"{prefix}/{user}/", f"{prefix}/{SHARED}/{user}/"}
        )

    @property
    def shared(self) -> frozenset[str]:
        """The names of the uploads that everybody sees."""
        prefix = self.prefix
        return frozenset() if prefix is None else frozenset({f"{prefix}/{SHARED}/"})

    def moved(self, path: Path, *, shared: bool) -> Path:
        """Where an upload belongs that is shared, or no longer."""
        owner, *rest = path.relative_to(self.uploads).parts
        if owner == SHARED:
            owner, *rest = rest
        return self.uploads.joinpath(*((SHARED, owner) if shared else (owner,)), *rest)


def _source(path: Path, roots: Mapping[str, Path]) -> str | None:
    above = [name for name, root in roots.items() if path.is_relative_to(root)]
    if not above:
        return None
    outermost = min(above, key=lambda name: len(roots[name].parts))
    return "/".join((outermost, *path.relative_to(roots[outermost]).parts))
