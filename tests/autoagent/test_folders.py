"""The user's folders: what goes in, and how what was made comes out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from autoagent import folders
from autoagent.folders import checked, read_folder, write_folder


def test_a_folder_is_read_with_all_below(tmp_path: Path) -> None:
    (tmp_path / "a" / "é").mkdir(parents=True)
    (tmp_path / "a" / "é" / "b").write_bytes(b"\0\xff")
    (tmp_path / "c").touch()
    assert read_folder(tmp_path) == {"a/é/b": b"\0\xff", "c": b""}


def test_what_goes_in_is_ordinary(tmp_path: Path) -> None:
    for name, make in {
        "link": lambda path: path.symlink_to("/etc/passwd"),
        "folder": lambda path: path.symlink_to("/etc"),
        "pipe": os.mkfifo,
    }.items():
        folder = tmp_path / f"with {name}"
        folder.mkdir()
        make(folder / name)
        with pytest.raises(ValueError, match=rf"{name}.*only ordinary files") as refused:
            read_folder(folder)
        assert str(folder / name) in str(refused.value)


def test_names_that_go_in_are_utf8(tmp_path: Path) -> None:
    os.close(os.open(bytes(tmp_path) + b"/\xff", os.O_CREAT))
    with pytest.raises(ValueError, match=r"dcff' has a name .* UTF-8"):
        read_folder(tmp_path)


def test_how_much_goes_in_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "big").touch()
    os.truncate(tmp_path / "big", 10 << 30)
    with pytest.raises(ValueError, match="16,777,216 bytes"):
        read_folder(tmp_path)
    (tmp_path / "big").unlink()
    monkeypatch.setattr(folders, "MOST_FILES_IN", 2)
    for name in "abc":
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match="more than 2 files"):
        read_folder(tmp_path)


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "none"):
        with pytest.raises(ValueError, match=rf"{path} cannot be read"):
            read_folder(path)


@pytest.mark.parametrize(
    "files",
    [{"../a": b""}, {"a": b"", "a/b": b""}, {"a": "text"}, {"a": bytes((16 << 20) + 1)}, {1: b""}],
)
def test_files_that_are_handed_in_are_checked(files: Any) -> None:
    with pytest.raises(ValueError, match=r"name|bytes"):
        checked(files)


def test_files_come_out_and_replace_none_unasked(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    assert write_folder(out, {"a/b": b"1", "c": b"2"}, force=False) == []
    assert (out / "a" / "b").read_bytes() == b"1"
    (left,) = write_folder(out, {"a/b": b"new", "d": b"3"}, force=False)
    assert left == f"{out / 'a/b'}: it is there already; --force replaces it"
    assert [(out / name).read_bytes() for name in ("a/b", "d")] == [b"1", b"3"]
    assert write_folder(out, {"a/b": b"new"}, force=True) == []
    assert (out / "a" / "b").read_bytes() == b"new"


def test_nothing_comes_out_through_a_link(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.mkdir()
    (other / "file").write_text("as it was")
    (out / "folder").symlink_to(other)
    (out / "file").symlink_to(other / "file")
    (out / "dangling").symlink_to(other / "new")
    (out / "place").mkdir()
    files = {"folder/file": b"x", "file": b"y", "dangling": b"z", "place": b"p", "file2/a": b""}
    (out / "file2").touch()
    assert len(write_folder(out, files, force=False)) == 5
    left = write_folder(out, files, force=True)
    assert [name.partition(":")[0] for name in left] == [
        str(out / name) for name in ("file2/a", "folder/file", "place")
    ]
    assert (out / "file").read_bytes() == b"y"
    assert not (out / "file").is_symlink()
    assert [path.name for path in other.iterdir()] == ["file"]
    assert (other / "file").read_text() == "as it was"
    with pytest.raises(ValueError, match="no name"):
        write_folder(out, {"../x": b""}, force=True)
