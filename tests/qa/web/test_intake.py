from __future__ import annotations

from pathlib import Path

import pytest

from index import Embedder, Index
from qa.web.intake import take_in


@pytest.mark.parametrize(
    ("text", "indexed"),
    [("The ferry leaves at nine.\n", ["docs/ferry.md", "docs/tea.md"]), ("", ["docs/tea.md"])],
)
def test_a_file_that_cannot_be_stored_leaves_the_one_before_it_where_it_lay(
    tmp_path: Path, real_embedder: Embedder, text: str, indexed: list[str]
) -> None:
    docs, staging = tmp_path / "docs", tmp_path / "staging"
    docs.mkdir()
    staging.mkdir()
    (docs / "ferry.md").write_text(text)
    (staging / "2").write_text("Tea is grown in Zhejiang.\n")
    sent = {"docs/ferry.md": staging / "1", "docs/tea.md": staging / "2"}  # the first is gone by now
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        became = take_in(sent, tmp_path.joinpath, lambda: index.sync([docs]))
        assert [info.source for info in index.documents()] == indexed

    assert became == {"docs/ferry.md": "cannot be stored: no such file or directory", "docs/tea.md": "added"}
    assert (docs / "ferry.md").read_text() == text
