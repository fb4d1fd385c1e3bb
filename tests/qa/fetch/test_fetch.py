"""`qa fetch` as a person meets it: a folder of ordinary files, one line for each failure, a URL to cite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qa.cli import run
from qa.outputs import schema
from tests.qa.fetch.site import Reply, Site

HARBOUR = "The harbour of Qingdao was opened on 3 May 2020 by Mayor Zhou Li in front of the press."
PAGE = f"<html><title>Harbour</title><body><article><h1>Harbour</h1><p>{HARBOUR}</p></article></body></html>"
QUICK = ("--pause", "0", "--timeout", "2", "--max-mb", "0.1")


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "brought"


def fetched(capsys: pytest.CaptureFixture[str], into: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report."""
    code = run(["fetch", *arguments, "--into", str(into), *QUICK, "--json"])
    out, err = capsys.readouterr()
    assert err == ""
    report = json.loads(out)
    jsonschema.validate(report, schema("fetch"))
    return code, report


def files(into: Path) -> list[str]:
    found = (path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file())
    return sorted(name.partition("/")[2] for name in found if "/" in name)


def urls(brought: list[dict[str, str]]) -> list[str]:
    return [one["url"] for one in brought]


def test_a_page_is_fetched_synced_asked_and_cited_with_its_url(
    site: Site, into: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/news/harbour.html", PAGE)
    url = site.url("/news/harbour.html")
    assert run(["fetch", url, "--into", str(into), *QUICK]) == 0
    assert capsys.readouterr().out == "1 added\n"
    assert run(["sync", str(into), "--index", str(tmp_path / "index")]) == 0
    assert capsys.readouterr().out == "1 added\n"
    asked = ["ask", "When was the harbour of Qingdao opened?", "--index", str(tmp_path / "index")]
    assert run(asked) == 0
    place = f"brought/127.0.0.1-{site.address.rpartition(':')[2]}/news-harbour.html"
    assert f"[1] Harbour ({place}:9-{9 + len(HARBOUR)}) {url}\n" in capsys.readouterr().out
    assert run([*asked, "--json"]) == 0
    (citation,) = json.loads(capsys.readouterr().out)["citations"]
    assert (citation["quote"], citation["metadata"]["url"]) == (HARBOUR, url)


def test_a_second_fetch_brings_only_what_changed(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/a", PAGE, headers={"ETag": '"1"'})
    site.put("/b", PAGE)
    both = [site.url("/a"), site.url("/b")]
    assert urls(fetched(capsys, into, *both)[1]["added"]) == both
    before = [path.stat().st_mtime_ns for path in into.rglob("*.html")]
    assert urls(fetched(capsys, into, *both)[1]["unchanged"]) == both
    assert [path.stat().st_mtime_ns for path in into.rglob("*.html")] == before
    site.put("/a", PAGE + "<p>More of it.</p>", headers={"ETag": '"2"'})
    report = fetched(capsys, into, *both)[1]
    assert (urls(report["changed"]), urls(report["unchanged"])) == (both[:1], both[1:])


def test_what_vanished_stays_and_is_named_and_prune_removes_it(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/a", PAGE)
    fetched(capsys, into, site.url("/a"))
    site.pages["/a"] = Reply(status=410)
    code, report = fetched(capsys, into, site.url("/a"))
    place = f"127.0.0.1-{site.address.rpartition(':')[2]}/a.html"
    reason = f"the server answers 410; {place} stays, --prune removes it"
    assert (code, report["failed"]) == (1, [{"url": site.url("/a"), "reason": reason}])
    assert files(into) == ["a.html"]
    code, report = fetched(capsys, into, site.url("/a"), "--prune")
    assert (code, report["removed"]) == (0, [{"url": site.url("/a"), "file": place}])
    assert files(into) == []


def test_each_failure_is_a_line_and_the_rest_goes_on(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/good", PAGE)
    site.put("/image", "x", kind="image/png")
    site.put("/endless", "x" * 1000, endless=True)
    urls = ["http://[::1", *map(site.url, ["/none", "/image", "/endless", "/good"])]
    assert run(["fetch", *urls, "--into", str(into), *QUICK]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "1 added, 4 failed",
        "failed: http://[::1: no URL: Invalid port: ':1'",
        f"failed: {site.url('/none')}: the server answers 404",
        f"failed: {site.url('/image')}: it is image/png, which no loader reads",
        f"failed: {site.url('/endless')}: larger than 0.1 MB: raise --max-mb",
    ]
    assert files(into) == ["good.html"]


def test_a_fetch_that_is_killed_goes_on_under_the_same_names(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/a", PAGE, headers={"ETag": '"1"'})
    site.put("/b", PAGE)
    site.put("/c", PAGE, stuck=True)
    urls = [site.url(path) for path in ("/a", "/b", "/c")]
    command = [sys.executable, "-m", "qa", "fetch", *urls, "--into", str(into), "--pause", "0"]
    with subprocess.Popen(command) as killed:
        while "/c" not in site.paths():
            assert killed.poll() is None
            time.sleep(0.02)
        killed.kill()
    site.put("/c", PAGE)
    _, report = fetched(capsys, into, *urls)
    assert (len(report["unchanged"]), len(report["added"])) == (2, 1)
    assert files(into) == ["a.html", "b.html", "c.html"]


def pages_of(site: Site, *paths: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{site.url(path)}</loc></url>' for path in paths)}</urlset>"


def test_a_sitemap_brings_its_pages_and_those_of_the_sitemaps_it_names(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("one.xml", "two.xml", "missing.xml", "sitemap.xml")
    inner = "".join(f"<sitemap><loc>{site.url(f'/{name}')}</loc></sitemap>" for name in names)
    site.put("/sitemap.xml", f"<sitemapindex>{inner}</sitemapindex>", kind="text/xml")
    site.put("/one.xml", pages_of(site, "/a", "/b"), kind="text/xml")
    site.put("/two.xml", pages_of(site, "/b", "/c", "/d"), kind="text/xml")
    for path in "abcd":
        site.put(f"/{path}", PAGE)
    code, report = fetched(capsys, into, "--sitemap", site.url("/sitemap.xml"), "--most", "3")
    assert (code, report["left_out"], urls(report["failed"])) == (1, 1, [site.url("/missing.xml")])
    assert files(into) == ["a.html", "b.html", "c.html"]
    assert site.paths().count("/b") == 1


def test_a_sitemap_that_names_itself_without_end_is_left(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(60):
        other = site.url(f"/{number + 1}.xml")
        site.put(f"/{number}.xml", f"<sitemapindex><sitemap><loc>{other}</loc></sitemap></sitemapindex>")
    _, report = fetched(capsys, into, "--sitemap", site.url("/0.xml"))
    reason = "it names more than 50 sitemaps"
    assert report["failed"] == [{"url": site.url("/0.xml"), "reason": reason}]
    assert len(site.paths()) == 50


def test_a_sitemap_leads_to_no_other_machine_of_the_network(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("/s.xml", "<urlset><url><loc>http://127.0.0.2:1/</loc></url></urlset>")
    code, report = fetched(capsys, into, "--sitemap", site.url("/s.xml"))
    assert code == 1
    assert "it leads to 127.0.0.2, a private address that was not asked for" in report["failed"][0]["reason"]


def test_a_feed_brings_its_entries_whole_or_by_their_pages(
    site: Site, into: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put(
        "/feed",
        f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
        <item><title>Whole</title><link>{site.url("/whole")}</link>
        <pubDate>Fri, 17 Jan 2020 10:00:00 GMT</pubDate>
        <content:encoded><![CDATA[<p>{HARBOUR}</p>]]></content:encoded></item>
        <item><title>Linked</title><link>{site.url("/linked")}</link></item></channel></rss>""",
        kind="application/rss+xml",
    )
    site.put("/linked", PAGE)
    code, report = fetched(capsys, into, "--feed", site.url("/feed"))
    assert (code, files(into)) == (0, ["linked.html", "whole.html"])
    assert site.paths() == ["/feed", "/linked"]
    assert urls(fetched(capsys, into, "--feed", site.url("/feed"))[1]["unchanged"]) == urls(report["added"])


def test_without_a_folder_or_anything_to_fetch_the_command_says_what_it_needs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for arguments in (["http://127.0.0.1/"], ["--into", str(tmp_path)]):
        assert run(["fetch", *arguments]) == 1
        assert "give --into FOLDER, and a URL, --sitemap, --feed or --git" in capsys.readouterr().err


def test_without_the_extra_its_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "feedparser.py").write_text("raise ModuleNotFoundError(name='feedparser')")
    done = subprocess.run(
        [sys.executable, "-m", "qa", "fetch", "http://127.0.0.1/", "--into", str(tmp_path / "x")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    told = "qa: this needs the package feedparser: pip install 'spanqa[fetch]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
