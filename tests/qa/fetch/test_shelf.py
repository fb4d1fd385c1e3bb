"""What was brought is kept under one name, and nobody's own file is touched."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from qa.errors import CannotKeep
from qa.fetch.shelf import LOCK, RECORD, Kept, shelf

URL = "https://example.org/a"


def test_a_thing_is_added_then_unchanged_then_changed_in_one_place(tmp_path: Path) -> None:
    changes = []
    for data in (b"one", b"one", b"two"):
        with shelf(tmp_path / "new" / "folder") as opened:
            changes.append(opened.keep(URL, "example.org/a.html", data, '"1"', "Friday"))
    assert changes == ["added", "unchanged", "changed"]
    with shelf(tmp_path / "new/folder") as opened:
        assert opened.known(URL) == Kept(URL, "example.org/a.html", '"1"', "Friday")
    assert sorted(path.name for path in (tmp_path / "new/folder").rglob("*")) == [
        RECORD,
        LOCK,
        "a.html",
        "example.org",
    ]


def test_a_file_of_ones_own_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "X.html").write_text("mine")
    with shelf(tmp_path) as opened:
        opened.keep(URL, "a/x.html", b"fetched")
        opened.keep(f"{URL}/2", "a/x.html", b"another")
        assert [opened.known(url) for url in (URL, f"{URL}/2")] == [
            Kept(URL, "a/x-2.html"),
            Kept(f"{URL}/2", "a/x-3.html"),
        ]
    assert (tmp_path / "a" / "X.html").read_text() == "mine"


def test_a_file_that_was_removed_by_hand_is_no_longer_known(tmp_path: Path) -> None:
    with shelf(tmp_path) as opened:
        opened.keep(URL, "a.html", b"one")
        (tmp_path / "a.html").unlink()
        assert opened.known(URL) is None
        assert opened.keep(URL, "a.html", b"one") == "added"


def test_a_thing_of_another_kind_takes_the_place_of_the_old(tmp_path: Path) -> None:
    with shelf(tmp_path) as opened:
        opened.keep(URL, "a.html", b"one")
        assert opened.keep(URL, "a.pdf", b"two") == "changed"
    assert sorted(path.name for path in tmp_path.iterdir()) == [RECORD, LOCK, "a.pdf"]


def test_what_is_dropped_is_gone_from_folder_and_record(tmp_path: Path) -> None:
    with shelf(tmp_path) as opened:
        opened.keep(URL, "a.html", b"one")
        opened.drop(URL)
    assert (tmp_path / RECORD).read_text() == ""
    assert not (tmp_path / "a.html").exists()


def test_the_record_is_kept_when_something_fails_midway(tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), shelf(tmp_path) as opened:
        opened.keep(URL, "a.html", b"one")
        raise KeyboardInterrupt
    with shelf(tmp_path) as opened:
        assert opened.known(URL) == Kept(URL, "a.html")


def test_a_record_whose_last_line_was_cut_short_goes_on(tmp_path: Path) -> None:
    with shelf(tmp_path) as opened:
        opened.keep(URL, "a.html", b"one")
    with (tmp_path / RECORD).open("a") as record:
        record.write('{"url": "https://exa')
    with shelf(tmp_path) as opened:
        opened.keep(f"{URL}/2", "b.html", b"two")
    with shelf(tmp_path) as opened:
        assert opened.urls("") == [URL, f"{URL}/2"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("{\n", "it is no record of what was fetched"),
        ('{"url": "u", "file": "../../passwd"}\n', "'../../passwd' is no place below its folder"),
        ('{"url": "u", "file": "/etc/passwd"}\n', "'/etc/passwd' is no place below its folder"),
    ],
)
def test_a_record_that_cannot_be_trusted_is_named(tmp_path: Path, record: str, reason: str) -> None:
    (tmp_path / RECORD).write_text(record)
    with pytest.raises(CannotKeep) as caught, shelf(tmp_path):
        pass
    assert (
        str(caught.value)
        == f"{tmp_path / RECORD}: {reason}; remove it, and all is fetched anew under new names"
    )


def test_a_folder_that_cannot_be_and_one_that_is_at_work_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(CannotKeep, match="file: nothing can be kept there: File exists"),
        shelf(tmp_path / "file"),
    ):
        pass
    with shelf(tmp_path), pytest.raises(CannotKeep, match="another qa fetch is at work"), shelf(tmp_path):
        pass
