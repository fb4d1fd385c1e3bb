from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.web.uploads import LONGEST_NAME, Limits, Refused, Staged, TooMuch, free_name, safe_name, stage

HOSTILE = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            ["..", ".", "/", "\\", "a", "..%2f", "．．", "／", "\u202e", "\x00", "\u2024", "CON", "nul.txt",
             "~$x.docx", ".bashrc", "x" * 300, "\ud800", " ", "\n", ":", "é", "报告", ".md", "C:", "🙂"]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


def sent(folder: Path, **texts: str) -> list[tuple[str, Path]]:
    files = []
    for number, (name, text) in enumerate(texts.items()):
        path = folder / f"sent-{number}"
        path.write_text(text)
        files.append((name, path))
    return files


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


# Names


@settings(max_examples=500)
@given(HOSTILE)
def test_a_safe_name_is_one_visible_part_that_any_system_takes(name: str) -> None:
    safe = safe_name(name)

    assert safe == safe_name(safe)
    assert 0 < len(safe.encode()) <= LONGEST_NAME
    assert not set('/\\<>:"|?*') & set(safe)
    assert not safe.startswith((".", "~$", " "))
    assert not safe.endswith((".", " "))
    assert not any(unicodedata.category(one).startswith("C") for one in safe)
    assert safe.split(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt1")


@given(HOSTILE)
def test_no_name_leads_out_of_a_folder(name: str) -> None:
    assert Path(os.path.normpath(Path("/data") / safe_name(name))).parent == Path("/data")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Report 2020.pdf", "Report 2020.pdf"),
        ("报告.md", "报告.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\notes.md", "notes.md"),
        ("．．／．．／etc／passwd.txt", "passwd.txt"),
        ("evil\u202efdp.exe.md", "evilfdp.exe.md"),
        (".bashrc", "bashrc"),
        ("nul.txt", "_nul.txt"),
        ("a\x00b\nc.md", "ab c.md"),
        ("...", "document"),
        ("", "document"),
    ],
)
def test_names_are_made_safe_and_stay_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("é" * 300 + ".pdf").endswith("é.pdf")


def test_a_taken_name_gets_a_number_whatever_its_case() -> None:
    assert free_name("a/b.md", {"a/b.md", "a/b-2.md"}) == "a/b-3.md"
    assert free_name("B.md", {"b.md"}) == "B-2.md"


# Files and archives


def test_files_are_staged_by_their_names_and_unknown_kinds_are_refused(tmp_path: Path, staging: Path) -> None:
    files = sent(tmp_path, **{"a.md": "one", "../A.md": "two", "tool.exe": "three", "none": "four"})

    first, second, *refused = stage(files, staging, Limits())
    assert isinstance(first, Staged)
    assert isinstance(second, Staged)
    assert [(first.name, first.path.read_text()), (second.name, second.path.read_text())] == [
        ("a.md", "one"),
        ("A-2.md", "two"),
    ]
    assert [one.name for one in refused] == ["tool.exe", "none"]
    assert all(isinstance(one, Refused) and "known are .txt" in one.reason for one in refused)


def test_what_is_sent_with_its_folders_keeps_them_unless_they_lead_out(tmp_path: Path, staging: Path) -> None:
    path = tmp_path / "one"
    path.write_text("one")
    inside = ["ports/north/a.md", "ports\\south/a.md"]
    outside = ["ports/../../b.md", "/etc/c.md", "C:\\d.md", "x/" * 9 + "e.md"]
    found = stage([(name, path) for name in (*inside, *outside)], staging, Limits())
    names = ["ports/north/a.md", "ports/south/a.md", "b.md", "c.md", "d.md", "e.md"]
    assert [one.name for one in found] == names


def test_an_archive_keeps_its_folders_below_its_own_name(tmp_path: Path, staging: Path) -> None:
    path = zipped(
        tmp_path / "r.zip",
        {"a.md": b"a", "x/a.md": b"b", "__MACOSX/x/._a.md": b"", ".git/c.md": b"", "n.zip": b"", "x/": b""},
    )
    found = list(stage([("reports.zip", path)], staging, Limits()))

    assert [one.name for one in found] == ["reports/a.md", "reports/x/a.md", "reports/n.zip"]
    assert isinstance(found[2], Refused)
    assert found[2].reason == "an archive in an archive: unpack it first"


@pytest.mark.parametrize("name", ["../a.md", "x/../../a.md", "/etc/a.md", "..\\a.md", "C:\\a.md", "C:a.md"])
def test_a_member_that_leads_out_of_the_archive_is_refused(tmp_path: Path, staging: Path, name: str) -> None:
    (one,) = stage([("r.zip", zipped(tmp_path / "r.zip", {name: b"x"}))], staging, Limits())

    assert isinstance(one, Refused)
    assert one.reason == "its name leads out of the archive"


@settings(max_examples=60)
@given(st.lists(HOSTILE.filter(lambda name: name.isprintable()), min_size=1, max_size=4, unique=True))
def test_nothing_is_written_outside_the_folder(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    place = tmp_path_factory.mktemp("place")
    staging, path = place / "in" / "staging", place / "r.zip"
    staging.mkdir(parents=True)
    path = zipped(path, {f"{name}.md": b"text" for name in names})
    staged = [
        one
        for one in stage([("../r.zip", path), (f"{names[0]}.md", path)], staging, Limits())
        if isinstance(one, Staged)
    ]

    assert sorted(p for p in place.rglob("*") if p.is_file()) == sorted([path, *(one.path for one in staged)])
    for one in staged:
        assert (staging / one.name).resolve().is_relative_to(staging)
        assert not any(part.startswith((".", "~$")) for part in one.name.split("/"))
    assert len({one.name.casefold() for one in staged}) == len(staged)


def test_a_link_an_encrypted_and_a_deep_member_are_refused(tmp_path: Path, staging: Path) -> None:
    path = tmp_path / "r.zip"
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    locked = zipfile.ZipInfo("locked.md")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr(locked, "x")
        archive.writestr("/".join("abcdefghij") + ".md", "x")
    data = path.read_bytes().replace(b"PK\x01\x02", b"\0", 0)
    at = data.index(b"locked.md", data.index(b"PK\x01\x02")) - 46
    path.write_bytes(data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :])

    reasons = [one.reason for one in stage([("r.zip", path)], staging, Limits()) if isinstance(one, Refused)]
    assert reasons == [
        "a link, not a file",
        "encrypted: pack it without a password",
        "more than 8 folders deep",
    ]
    assert list(staging.iterdir()) == []


def test_a_bomb_is_refused_by_what_it_unpacks_to_and_the_rest_is_taken(tmp_path: Path, staging: Path) -> None:
    path = zipped(tmp_path / "r.zip", {"bomb.txt": b"0" * 5_000_000, "a.md": b"good"})
    bomb, good = stage([("r.zip", path)], staging, Limits())

    assert isinstance(bomb, Refused)
    assert bomb.reason == "it unpacks to more than 200 times its packed size"
    assert isinstance(good, Staged)
    assert list(staging.iterdir()) == [good.path]


def test_more_bytes_or_files_than_the_limit_end_the_upload(tmp_path: Path, staging: Path) -> None:
    files = sent(tmp_path, **{"a.md": "x" * 60, "b.md": "x" * 60})
    with pytest.raises(TooMuch, match="limit of an upload"):
        list(stage(files, staging, Limits(size=100)))
    with pytest.raises(TooMuch, match="more than 1 files"):
        list(stage(files, staging, Limits(files=1)))


def test_an_archive_of_very_many_files_is_refused_before_it_is_read(tmp_path: Path, staging: Path) -> None:
    path = zipped(tmp_path / "r.zip", {f"{n:0200}.md": b"" for n in range(9_000)})
    (one,) = stage([("r.zip", path)], staging, Limits())

    assert isinstance(one, Refused)
    assert one.reason == "it lists too many files: pack fewer"


def test_a_damaged_archive_is_named(tmp_path: Path, staging: Path) -> None:
    whole = zipped(tmp_path / "r.zip", {"a.md": os.urandom(3_000)}).read_bytes()
    torn = tmp_path / "torn.zip"
    torn.write_bytes(whole[:500] + b"\0" * 500 + whole[1_000:])
    no_zip = tmp_path / "no.zip"
    no_zip.write_bytes(b"PK no")
    reasons = {one.name: one.reason for one in refusals([("torn.zip", torn), ("no.zip", no_zip)], staging)}

    assert reasons["torn/a.md"].startswith("truncated or corrupt: ")
    assert reasons["no.zip"].startswith("no zip archive that can be read: ")
    assert list(staging.iterdir()) == []


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_member_is_named_and_the_rest_is_taken(tmp_path: Path, staging: Path, packing: int) -> None:
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("a.md", os.urandom(3_000))
        archive.writestr("b.md", b"good")
    whole = path.read_bytes()
    path.write_bytes(whole[:500] + b"\0" * 500 + whole[1_000:])
    torn, good = stage([("r.zip", path)], staging, Limits())

    assert isinstance(torn, Refused)
    assert torn.reason.startswith("truncated or corrupt: ")
    assert isinstance(good, Staged)
    assert list(staging.iterdir()) == [good.path]


def refusals(files: list[tuple[str, Path]], folder: Path) -> Iterator[Refused]:
    return (one for one in stage(files, folder, Limits()) if isinstance(one, Refused))
