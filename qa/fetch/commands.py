"""qa fetch: what lies elsewhere, into a folder that `qa sync` reads. The only command that asks the network.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.options import ERROR, AsJson, progress_bar

Urls = list[str] | None


def fetch(
    urls: Annotated[Urls, typer.Argument(metavar="[URL]...", help="Pages.", show_default=False)] = None,
    into: Annotated[Path | None, typer.Option("--into", help="Folder for them; needed.")] = None,
    sitemap: Annotated[
        Urls, typer.Option("--sitemap", metavar="URL", help="Every page that a sitemap names.")
    ] = None,
    feed: Annotated[
        Urls, typer.Option("--feed", metavar="URL", help="The entries of an RSS or Atom feed.")
    ] = None,
    git: Annotated[Urls, typer.Option("--git", metavar="URL", help="A repository's Markdown files.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Pages and files, at most.")] = 200,
    max_mb: Annotated[
        float, typer.Option("--max-mb", min=0.001, max=200, help="Of one page, unpacked.")
    ] = 20,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=3600, help="Seconds for one page.")
    ] = 30,
    pause: Annotated[
        float, typer.Option("--pause", min=0, max=3600, help="Seconds between two requests to one host.")
    ] = 1,
    prune: Annotated[bool, typer.Option("--prune", help="Remove what is gone from where it was.")] = False,
    as_json: AsJson = False,
) -> int:
    """Bring web pages, feeds and repositories into a folder, for qa sync; again, only what changed."""
    if into is None or not (urls or sitemap or feed or git):
        raise typer.BadParameter("give --into FOLDER, and a URL, --sitemap, --feed or --git")
    from qa.fetch.bring import Wanted, bring
    from qa.fetch.web import Limits
    from qa.render import as_json as to_json
    from qa.render import fetch_text

    wanted = Wanted(urls or (), sitemap or (), feed or (), git or ())
    limits = Limits(size=int(max_mb * 1_000_000), seconds=timeout, pause=pause)
    with progress_bar("Fetching") as progress:
        report = bring(into.expanduser(), wanted, limits, most=most, prune=prune, progress=progress)
    print(to_json(report) if as_json else fetch_text(report))
    return ERROR if report.failed else 0
