"""The documentation builds without a warning, is whole, asks nothing of others, and what it shows runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from html.parser import HTMLParser
from pathlib import Path

import fastapi
import pytest
import typer
from typer.core import TyperGroup

from index import Index
from qa import Assistant, Settings
from qa.cli import commands
from qa.settings import load_settings
from qa.web.api import add_programs
from qa.web.desk import QUOTES, Desk
from qa.web.folder import CONVERSATIONS, USERS
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.store import Store
from qa.web.users import Users
from tests.conftest import ROOT
from tests.documentation import build
from tests.examples import blocks, carry_out
from tests.qa.web.serving import served

PAGES = sorted((ROOT / "docs").glob("*.md"))
SERVED = "http://127.0.0.1:7860"
OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def test_every_page_is_built_and_nothing_else(site: Path) -> None:
    pages = {path.name for path in site.glob("*.html")}
    assert pages == {f"{page.stem}.html" for page in PAGES} | {"404.html"}
    assert not [path for path in site.rglob("*") if path.suffix in (".py", ".md")]


def test_a_link_a_heading_or_an_included_file_that_is_not_there_fails_the_build(tmp_path: Path) -> None:
    for name in ("docs", "mkdocs.yml", "DECISIONS.md"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "docs/answers.md").write_text("[gone](gone.md) and [no heading](settings.md#nowhere)\n")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n")
    failed = build(tmp_path, tmp_path / "site")
    assert failed.returncode == 1
    assert "'gone.md', but the target is not found" in failed.stderr
    assert "does not contain an anchor '#nowhere'" in failed.stderr

    (tmp_path / "CHANGELOG.md").unlink()
    failed = build(tmp_path, tmp_path / "site")
    assert failed.returncode == 1
    assert "'CHANGELOG.md' could not be found" in failed.stderr


def test_no_page_or_style_loads_anything_from_outside(site: Path) -> None:
    for page in site.glob("*.html"):
        seen = Loaded(page)
        assert [address for address in seen.addresses if OUTSIDE.match(address)] == [], page.name
        assert seen.policy.startswith("default-src 'self';"), page.name  # which holds for the scripts
    styles = [*site.rglob("*.css")]
    assert styles
    for style in styles:
        loads = re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]+)", style.read_text(encoding="utf-8"))
        assert [address for address in loads if OUTSIDE.match(address)] == [], style.name


class Loaded(HTMLParser):
    """What a page loads by itself, and the policy that the browser is told. A mere link loads nothing."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.policy = ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        loading = ("src", "srcset", "data", "poster", *(() if tag == "a" else ("href",)))
        self.addresses += [given[name] for name in loading if name in given]


def test_every_setting_is_described(site: Path) -> None:
    page = (site / "settings.html").read_text(encoding="utf-8")
    schema = Settings.model_json_schema()
    for section, reference in schema["properties"].items():
        assert f'id="{section}"' in page
        for name in schema["$defs"][reference["$ref"].rsplit("/", 1)[1]]["properties"]:
            row = re.search(rf"<td><code>{section}\.{name}</code></td>((?:\s*<td>.+</td>){{3}})", page)
            assert row, f"{section}.{name}"


def test_every_command_and_option_is_described(site: Path) -> None:
    page = (site / "commands.html").read_text(encoding="utf-8")
    named = list(each_command(typer.main.get_command(commands), "qa"))
    assert ("qa ask", "--where") in named
    for command, option in named:
        heading = page.index(f'id="{command.replace(" ", "-")}"')
        assert f"<code>{option} " in page[heading:] or f"<code>{option}</code>" in page[heading:], command


def each_command(command: object, name: str) -> Iterator[tuple[str, str]]:
    """Each command with each of its options."""
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            yield from each_command(below, f"{name} {below.name}")
    else:
        assert isinstance(command, typer.core.TyperCommand)
        yield from ((name, param.opts[0]) for param in command.params if param.opts[0].startswith("--"))


@pytest.fixture
def chat_server(shipped: Index, tmp_path: Path) -> Iterator[str]:
    """A server of the documents that ship, for programs."""
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store(tmp_path / "chat.sqlite")))
        desk = Desk(Library(shipped, tmp_path / "data"), store, Pace(100), {QUOTES: Assistant(shipped)})
        app = fastapi.FastAPI(openapi_url=None)
        add_programs(app, desk)
        yield stack.enter_context(served(app))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_runs_and_prints_that(
    page: Path,
    folder_of_examples: Path,
    chat_server: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder_of_examples)
    ran = carry_out(page, monkeypatch, capsys, lambda python: python.replace(SERVED, chat_server))
    assert ran or "```" not in page.read_text(encoding="utf-8") or page.stem in ("changelog", "decisions")
    load_settings()  # of the qa.toml that the page shows, if it shows one


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3: apt-get install sqlite3")
def test_the_backup_that_is_shown_holds_all_that_would_be_lost(tmp_path: Path) -> None:
    data = tmp_path / ".index-data"
    Users(data / USERS).add("anna", "seven wet harbours")
    for name in ("gold.jsonl", "runs/20261122-feedback/run.json", "uploads/anna/tea.md", "uploading/half"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    (commands,) = [one.text for one in blocks(ROOT / "docs/operations.md") if "sqlite3" in one.text]

    with closing(Store(data / CONVERSATIONS)) as store:
        kept = store.new("anna", "Parks")
        subprocess.run(["sh", "-ec", commands], cwd=tmp_path, check=True)

    backup = tmp_path / "backup"
    assert not (backup / "uploading").exists()
    assert [path.name for path in backup.glob(f"{CONVERSATIONS}*")] == [CONVERSATIONS]
    for name in ("gold.jsonl", "runs/20261122-feedback/run.json", "uploads/anna/tea.md"):
        assert (backup / name).read_text() == name
    assert (backup / USERS).read_bytes() == (data / USERS).read_bytes()
    assert backup.stat().st_mode & 0o77 == 0
    with closing(Store(backup / CONVERSATIONS)) as restored:
        assert [one.id for one in restored.conversations("anna")] == [kept]
