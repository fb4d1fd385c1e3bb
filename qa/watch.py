"""Following folders: a sync whenever something in them has changed.

Knows when to look, not what a sync finds. A folder's own coming and going is looked for twice a second, since
the system forgets a folder that is removed, and a file that an editor replaces by another of its name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from watchfiles import Change, watch

from corpus import MissingFolder
from corpus.folder import PASSED_OVER
from index import Index, SyncReport
from index.errors import FolderGone, IndexBusy
from qa.errors import WatchFailed

QUIET = 300  # milliseconds without a change, after which a burst of them is over
LONGEST = 3_000  # milliseconds, after which a burst that goes on is looked at all the same
LOOK = 500  # milliseconds between two looks at whether a folder has gone or come back

Notice = Callable[[str], None]
Changes = set[tuple[Change, str]]


def follow(index: Index, paths: Sequence[Path], before: SyncReport, notice: Notice) -> Iterator[SyncReport]:
    """The report of each sync that found something new, without end.

    before: the report of the sync that went before. notice: told what is waited for: a path that has gone,
    whose documents stay; another process that writes the index. Raises WatchFailed, and what a sync raises.
    """
    failed = before.failed
    for present in _rounds([path.resolve() for path in paths], index.folder.resolve(), notice):
        report = _sync(index, present, notice)
        if report is not None:
            if report.added or report.changed or report.renamed or report.removed or report.failed != failed:
                yield report
            failed = report.failed


def _sync(index: Index, paths: Sequence[Path], notice: Notice) -> SyncReport | None:
    """None where a path has gone since it was looked at: the next look finds it so."""
    told = False
    while True:
        try:
            return index.sync(paths)
        except (FolderGone, MissingFolder):
            return None
        except IndexBusy as error:
            if not told:
                notice(str(error))
            told = True
            time.sleep(LOOK / 1_000)


def _rounds(paths: Sequence[Path], avoid: Path, notice: Notice) -> Iterator[list[Path]]:
    """The paths that are there, when something in them has changed and when they begin to be watched.

    avoid: a folder whose changes are our own.
    """
    gone: set[Path] = set()
    while True:
        places = _places(paths)
        for path in set(paths) - places.keys() - gone:
            notice(f"{path} is gone: its documents stay, and it is waited for")
        gone = set(paths) - places.keys()
        begins = bool(places)  # a change before the watch began would be missed
        for changes in _changes(places):
            if _places(paths) != places or any(_removed(change, places) for change in changes):
                break
            if begins or any(_counts(Path(path), places, avoid) for _, path in changes):
                yield list(places)
            begins = False


def _changes(places: Mapping[Path, int]) -> Iterator[Changes]:
    """What changes in the places, in bursts; nothing at each look. Ends where a place has just gone."""
    try:
        yield from watch(
            *places,
            watch_filter=None,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
    except FileNotFoundError:
        return
    except OSError as error:
        raise WatchFailed(str(error)) from error


def _places(paths: Sequence[Path]) -> dict[Path, int]:
    """The paths that are there, with their inodes: another inode is another folder of the same name."""
    return {path: path.stat().st_ino for path in paths if path.exists()}


def _removed(change: tuple[Change, str], places: Mapping[Path, int]) -> bool:
    """Whether a place itself was removed; it may be there again, with the same inode, but unwatched."""
    kind, path = change
    return kind is Change.deleted and Path(path) in places


def _counts(path: Path, places: Mapping[Path, int], avoid: Path) -> bool:
    """Whether a sync would read what lies there."""
    if path.is_relative_to(avoid):
        return False
    inside = next((path.relative_to(place).parts for place in places if path.is_relative_to(place)), ())
    return not any(part.startswith(PASSED_OVER) for part in inside)
