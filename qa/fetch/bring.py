"""One call of `qa fetch`: pages, sitemaps, feeds and repositories into a folder, each failure by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import NotFetched
from qa.fetch import lists, saved
from qa.fetch.report import Brought, FetchReport, Missed
from qa.fetch.repository import cloned, repository_name
from qa.fetch.shelf import Change, Shelf, shelf
from qa.fetch.web import Limits, Page, Web
from qa.web.uploads import safe_name

MOST_SITEMAPS = 50
GONE = (404, 410)

Progress = Callable[[int, int, str], None]  # pages done, pages in all as far as is known, what is being done


@dataclass(frozen=True, slots=True)
class Wanted:
    """URLs, by kind."""

    pages: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    feeds: Sequence[str] = ()
    repositories: Sequence[str] = ()


def bring(
    folder: Path, wanted: Wanted, limits: Limits, *, most: int, prune: bool, progress: Progress
) -> FetchReport:
    """Bring what is wanted into `folder`. most: pages and files in all. Raises CannotKeep."""
    with shelf(folder) as opened:
        fetching = _Fetching(opened, Web(limits), most, prune, progress)
        fetching.pages(wanted.pages, typed=True)
        for url in wanted.sitemaps:
            with fetching.noting(url):
                fetching.pages(fetching.listed(url))
        for url in wanted.feeds:
            with fetching.noting(url):
                fetching.feed(url)
        for url in wanted.repositories:
            with fetching.noting(url):
                fetching.repository(url)
        return fetching.report()


@dataclass
class _Fetching:
    shelf: Shelf
    web: Web
    most: int
    prune: bool
    progress: Progress
    changes: dict[Change, list[Brought]] = field(
        default_factory=lambda: {"added": [], "changed": [], "unchanged": []}
    )
    removed: list[Brought] = field(default_factory=list)
    failed: list[Missed] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    left_out: int = 0

    def report(self) -> FetchReport:
        changes = {name: tuple(brought) for name, brought in self.changes.items()}
        return FetchReport(
            **changes, removed=tuple(self.removed), failed=tuple(self.failed), left_out=self.left_out
        )

    @contextmanager
    def noting(self, url: str) -> Iterator[None]:
        """What cannot be fetched or written is one line of the report, and the rest goes on."""
        try:
            yield
        except NotFetched as error:
            self.missed(error)
        except OSError as error:
            self.failed.append(Missed(url, f"cannot be written: {error.strerror or error}"))

    def missed(self, error: NotFetched) -> None:
        known = self.shelf.known(error.url) if error.status in GONE else None
        if known and self.prune:
            self.shelf.drop(error.url)
            self.removed.append(Brought(error.url, known.file))
        else:
            stays = f"; {known.file} stays, --prune removes it" if known else ""
            self.failed.append(Missed(error.url, f"{error.reason}{stays}"))

    def pages(self, urls: Sequence[str], *, typed: bool = False) -> None:
        for url in self.within(list(dict.fromkeys(url.partition("#")[0] for url in urls))):
            with self.noting(url):
                self.page(url, typed=typed)

    def within(self, urls: list[str]) -> Iterator[str]:
        """Those of the URLs that were not taken before, while there is room."""
        fresh = [url for url in urls if url not in self.seen]
        for number, url in enumerate(fresh):
            if len(self.seen) >= self.most:
                self.left_out += len(fresh) - number
                return
            self.progress(len(self.seen), len(self.seen) + len(fresh) - number, url)
            self.seen.add(url)
            yield url

    def page(self, url: str, *, typed: bool) -> None:
        known = self.shelf.known(url)
        etag, modified = (known.etag, known.modified) if known else ("", "")
        page = self.web.get(url, typed=typed, etag=etag, modified=modified)
        if page is not None:
            suffix = saved.suffix(page, url)
            data = saved.content(page, suffix, url)
            self.keep(url, saved.file_name(url, suffix), data, page.etag, page.modified)
        elif known:
            self.changes["unchanged"].append(Brought(url, known.file))

    def listed(self, sitemap: str) -> list[str]:
        """The pages of a sitemap, and of those that it names."""
        found: list[str] = []
        waiting = [sitemap]
        for number, url in enumerate(waiting):  # which grows
            if number == MOST_SITEMAPS:
                self.missed(NotFetched(sitemap, f"it names more than {MOST_SITEMAPS} sitemaps"))
                break
            with self.noting(url):
                page = self.fresh(url, typed=url == sitemap)
                one = lists.sitemap(page.data, url, self.web.limits.size)
                found += one.pages
                waiting[:] = [*dict.fromkeys((*waiting, *one.others))][: MOST_SITEMAPS + 1]
        return found

    def feed(self, url: str) -> None:
        entries = {entry.url: entry for entry in reversed(lists.feed(self.fresh(url).data, url))}
        for link in self.within(list(reversed(entries))):
            entry = entries[link]
            with self.noting(link):
                if entry.body:
                    self.keep(link, saved.file_name(link, ".html"), saved.entry_page(entry))
                else:
                    self.page(link, typed=False)

    def fresh(self, url: str, *, typed: bool = True) -> Page:
        page = self.web.get(url, typed=typed)
        if page is None:
            raise NotFetched(url, "the server says that nothing has changed, but was not asked")
        return page

    def repository(self, url: str) -> None:
        with cloned(url) as clone:
            sources = {f"{url}#{source.path}": source for source in clone.sources()}
            for place in self.within(list(sources)):
                source = sources[place]
                known = self.shelf.known(place)
                if known and known.etag == source.blob:
                    self.changes["unchanged"].append(Brought(place, known.file))
                    continue
                with self.noting(place):
                    if source.size > self.web.limits.size:
                        raise NotFetched(
                            place, f"larger than {self.web.limits.size / 1e6:g} MB: raise --max-mb"
                        )
                    parts = (repository_name(url), *source.path.split("/"))
                    self.keep(place, "/".join(map(safe_name, parts)), clone.read(source), source.blob)
        for place in self.shelf.urls(f"{url}#"):
            if place not in sources:
                self.missed(NotFetched(place, "it is no longer in the repository", GONE[0]))

    def keep(self, url: str, name: str, data: bytes, etag: str = "", modified: str = "") -> None:
        change = self.shelf.keep(url, name, data, etag, modified)
        known = self.shelf.known(url)
        self.changes[change].append(Brought(url, known.file if known else name))
