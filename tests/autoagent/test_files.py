"""Files that are whole or not there, and links that nobody follows."""

from __future__ import annotations

import json
import os
import secrets
import threading
from pathlib import Path

import pytest

from autoagent.files import (
    LEFT_OVER,
    appending,
    claimed,
    inner_folder,
    open_ordinary,
    read_json,
    read_whole,
    replacing,
    write_json,
    write_out,
    write_text,
)


def test_a_file_is_the_last_one_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    write_json(path, {"a": 1})
    with pytest.raises(KeyboardInterrupt), replacing(path) as file:
        file.write(b"half")
        file.flush()
        assert json.loads(path.read_bytes()) == {"a": 1}
        assert len(list(tmp_path.glob(LEFT_OVER))) == 1
        raise KeyboardInterrupt
    assert json.loads(path.read_bytes()) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where the file is to be, and not beside it, even if somebody guesses the name."""
    path, victim = tmp_path / "settings.json", tmp_path / "victim"
    victim.write_text("untouched")
    for name in ("settings.json", ".settings.json.new"):
        (tmp_path / name).symlink_to(victim)
    write_json(path, {})
    assert not path.is_symlink()
    (tmp_path / ".guessed.new").symlink_to(victim)
    (tmp_path / ".dangling.new").symlink_to(tmp_path / "elsewhere")
    for guess in ("guessed", "dangling"):
        monkeypatch.setattr(secrets, "token_hex", lambda size, guess=guess: guess)
        with pytest.raises(FileExistsError):
            write_json(path, {"a": 1})
    assert victim.read_text() == "untouched"
    assert not (tmp_path / "elsewhere").exists()
    assert json.loads(path.read_bytes()) == {}


def test_a_file_is_claimed_as_a_folder_is(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    with claimed(path), claimed(tmp_path), claimed(tmp_path / "others.jsonl"):
        with pytest.raises(ValueError, match=r"pairs\.jsonl is being written"), claimed(path):
            pass
        assert not path.exists()
    with claimed(path):
        pass
    assert not list(tmp_path.iterdir())


def test_links_under_names_of_ours_lead_nowhere(tmp_path: Path) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "elsewhere"
    victim.write_text("untouched")
    folder.mkdir()
    (tmp_path / "report.md").symlink_to(victim)
    write_text(tmp_path / "report.md", "new")
    (tmp_path / "lines").symlink_to(victim)
    (tmp_path / "inner").symlink_to(folder)
    os.mkfifo(tmp_path / "pipe")
    for refused in ("lines", "pipe"):
        with pytest.raises(OSError):  # noqa: PT011  # links and pipes have numbers of their own
            appending(tmp_path / refused)
    with pytest.raises(OSError, match="it is a link"):
        inner_folder(tmp_path / "inner")
    for _ in range(2):
        with appending(inner_folder(tmp_path / "new") / "lines") as file:
            file.write("1\n")
    assert (tmp_path / "new" / "lines").read_text() == "1\n1\n"
    assert victim.read_text() == "untouched"


def test_what_a_user_names_is_written_to(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / ("long" * 60)
    link.symlink_to(target)
    write_out(link, "one \udc80")
    assert target.read_text() == "one \\udc80"
    assert link.is_symlink()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_out(pipe, "two")
    reader.join()
    assert read == [b"two"]
    with pytest.raises(OSError, match="No such file"):
        write_out(tmp_path / "none" / "file", "three")


def test_what_would_be_waited_for_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    for path in (pipe, link):
        for read in (open_ordinary, read_whole, read_json):
            with pytest.raises(OSError, match="no ordinary file"):
                read(path)
    with pytest.raises(IsADirectoryError):
        read_whole(tmp_path)


def test_only_so_much_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    assert read_whole(path) == b"x" * 11
    monkeypatch.setattr("autoagent.files.MOST_BYTES", 10)
    with pytest.raises(OSError, match="more than 10 bytes"):
        read_whole(path)


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{", b"\xff", b""])
def test_what_is_no_json_is_a_value_error(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(text)
    with pytest.raises(ValueError, match="."):
        read_json(path)


def test_a_folder_is_claimed_by_one_at_a_time(tmp_path: Path) -> None:
    with claimed(tmp_path):
        with pytest.raises(ValueError, match="written by another process; wait for it or stop it"):
            claimed(tmp_path).__enter__()
        assert list(tmp_path.iterdir())
    with claimed(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_planted_lock_is_not_written_through(tmp_path: Path) -> None:
    (target := tmp_path / "target").write_text("mine")
    (folder := tmp_path / "folder").mkdir()
    (folder / ".lock").symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        claimed(folder).__enter__()
    assert target.read_text() == "mine"
