"""The Markdown of a real repository is brought as files; nothing else of it takes effect."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qa.cli import run
from qa.errors import NotFetched
from qa.fetch.repository import cloned, repository_name
from qa.fetch.shelf import LOCK, RECORD

IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")


def git(repository: Path, *arguments: str) -> None:
    alone = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *IDENTITY, "-C", str(repository), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=alone)


def commit(repository: Path, **files: str) -> None:
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook.git"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "secret.md").symlink_to("/etc/passwd")
    commit(
        folder,
        **{
            "README.md": "# Handbook\n",
            "docs/港 plan.markdown": "# Plan\n",
            "code.py": "x = 1\n",
            ".github/hidden.md": "x\n",
            ".gitattributes": "*.md filter=evil\n",
        },
    )
    return folder


def fetched(
    capsys: pytest.CaptureFixture[str], url: str, into: Path, *more: str
) -> tuple[int, dict[str, Any]]:
    code = run(["fetch", "--git", url, "--into", str(into), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def paths(brought: list[dict[str, str]]) -> list[str]:
    return [one["file"] for one in brought]


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_markdown_files_are_brought_and_nothing_else(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    code, report = fetched(capsys, form.format(repository), tmp_path / "into")
    assert (code, paths(report["added"])) == (0, ["handbook/README.md", "handbook/docs/港 plan.markdown"])
    assert (tmp_path / "into/handbook/README.md").read_text() == "# Handbook\n"
    names = sorted(path.name for path in (tmp_path / "into").rglob("*") if path.is_file())
    assert names == [RECORD, LOCK, "README.md", "港 plan.markdown"]


def test_a_second_time_only_what_changed_and_what_is_gone_stays_until_pruned(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetched(capsys, str(repository), tmp_path / "into")
    (repository / "docs/港 plan.markdown").unlink()
    commit(repository, **{"README.md": "# Handbook\n\nNew.\n", "new.md": "x\n"})
    code, report = fetched(capsys, str(repository), tmp_path / "into")
    assert (code, paths(report["changed"]), paths(report["added"])) == (
        1,
        ["handbook/README.md"],
        ["handbook/new.md"],
    )
    (missed,) = report["failed"]
    stays = "it is no longer in the repository; handbook/docs/港 plan.markdown stays, --prune removes it"
    assert missed["reason"] == stays
    code, report = fetched(capsys, str(repository), tmp_path / "into", "--prune")
    assert (code, paths(report["removed"])) == (0, ["handbook/docs/港 plan.markdown"])
    assert paths(report["unchanged"]) == ["handbook/README.md", "handbook/new.md"]


def test_large_files_and_more_than_wanted_are_left(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(repository, **{"A.md": "x" * 5000})
    code, report = fetched(capsys, str(repository), tmp_path / "into", "--max-mb", "0.001", "--most", "2")
    assert (code, report["left_out"], paths(report["added"])) == (1, 1, ["handbook/README.md"])
    assert report["failed"] == [
        {"url": f"{repository}#A.md", "reason": "larger than 0.001 MB: raise --max-mb"}
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("/no/such/repository", "git: fatal: repository '/no/such/repository' does not exist"),
        ("ext::sh -c true", "git: fatal: transport 'ext' not allowed"),
        ("--upload-pack=true", "git: fatal: "),
        ("https://ann:secret@example.org/x.git", "a URL with a password in it is not taken"),
        ("http://127.0.0.1:9/x.git", "git: fatal: unable to access "),
    ],
)
def test_what_cannot_be_cloned_is_named_with_gits_reason(url: str, reason: str) -> None:
    with pytest.raises(NotFetched) as caught, cloned(url):
        pass
    assert caught.value.url == url
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/team/docs.git", "docs"),
        ("git@example.org:docs.git", "docs"),
        ("/home/ann/docs/", "docs"),
    ],
)
def test_a_repository_is_a_folder_of_its_name(url: str, name: str) -> None:
    assert repository_name(url) == name
