from pathlib import Path

import pytest

from qa.cli import run
from tests.qa.cli.commands import BODY, OTHER


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over two documents, one of which has front matter."""
    folder = tmp_path_factory.mktemp("cli")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "parks.md").write_text(f"---\ntitle: Parks\npublisher: PANews\n---\n{BODY}", encoding="utf-8")
    (docs / "reports.md").write_text(OTHER, encoding="utf-8")
    assert run(["sync", str(docs), "--index", str(folder / "index")]) == 0
    return folder


@pytest.fixture
def in_index(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """QA_INDEX names the index; the working directory has no qa.toml."""
    monkeypatch.setenv("QA_INDEX", str(synced / "index"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with neither index nor documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    return tmp_path
