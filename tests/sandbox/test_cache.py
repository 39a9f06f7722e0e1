"""What is kept: found again, built once, never half, and not for ever."""

import os
import threading
import time
from pathlib import Path

import pytest

from sandbox.cache import KEPT_SECONDS, Cache, content_key
from sandbox.session import SandboxError


class Writing:
    """Builds an entry of one file, and counts how often."""

    def __init__(self, content: bytes = b"content") -> None:
        self.content, self.times = content, 0

    def __call__(self, folder: Path) -> str:
        self.times += 1
        (folder / "in").mkdir()
        (folder / "in" / "file").write_bytes(self.content)
        return f"built {self.times}"


def kept(cache: Cache, key: str) -> bool:
    build = Writing()
    cache.get_or_build(key, build)
    return not build.times


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "new", needs_mb=1)


def test_what_is_built_is_found_again(cache: Cache, tmp_path: Path) -> None:
    build = Writing()
    entry = cache.get_or_build("key", build)
    assert (entry.files / "in" / "file").read_bytes() == b"content"
    assert cache.get_or_build("key", build) == entry
    assert Cache(tmp_path / "new", needs_mb=1).get_or_build("key", build) == entry
    assert (entry.identity, build.times) == ("built 1", 1)
    assert cache.get_or_build("key2", build).identity == "built 2"


def test_two_at_once_build_once(cache: Cache) -> None:
    def build(folder: Path) -> None:
        time.sleep(0.2)
        builds.append(folder)

    builds: list[Path] = []
    get = [threading.Thread(target=cache.get_or_build, args=("key", build)) for _ in range(4)]
    for each in get:
        each.start()
    for each in get:
        each.join()
    assert len(builds) == 1


@pytest.mark.parametrize("damage", ["short", "flipped", "renamed", "more", "manifest", "no list"])
def test_a_damaged_entry_is_built_again(cache: Cache, damage: str) -> None:
    entry = cache.get_or_build("key", Writing())
    file, manifest = entry.files / "in" / "file", entry.files.parent / "manifest.json"
    match damage:
        case "short":
            file.write_bytes(b"conten")
        case "flipped":
            file.write_bytes(b"kontent")
        case "renamed":
            file.rename(file.with_name("other"))
        case "more":
            (entry.files / "more").touch()
        case "manifest":
            manifest.write_text("{")
        case _:
            manifest.write_text("[]")
    build = Writing()
    assert cache.get_or_build("key", build) == entry
    assert (build.times, file.read_bytes()) == (1, b"content")
    assert sorted(os.listdir(entry.files)) == ["in"]


def test_a_build_that_fails_leaves_nothing(cache: Cache, tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "half").touch()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.get_or_build("key", build)
    assert [file.suffix for file in tmp_path.rglob("*") if file.is_file()] == [".lock"]
    assert not kept(cache, "key")


def test_what_proves_useless_is_discarded(cache: Cache) -> None:
    cache.get_or_build("key", Writing()).discard()
    assert not kept(cache, "key")


def test_the_longest_unused_go_where_there_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.cache.SWEPT_EVERY", 1)
    cache = Cache(tmp_path, needs_mb=1, keeps_mb=1)
    now = time.time()
    for n in range(20):
        entry = cache.get_or_build(f"{n:02}", Writing(bytes(100_000)))
        os.utime(entry.files.parent / "manifest.json", (now, now - 100 + n))
    sizes = [file.stat().st_size for file in tmp_path.rglob("file")]
    assert sum(sizes) < 1 << 20
    assert kept(cache, "19")
    assert not kept(cache, "00")


def test_what_nobody_uses_goes_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.cache.SWEPT_EVERY", 1)
    cache = Cache(tmp_path, needs_mb=1)
    used, unused = (cache.get_or_build(key, Writing()) for key in ("used", "unused"))
    left = tmp_path / "building-left"
    left.mkdir()
    long_ago = time.time() - KEPT_SECONDS - 1
    for each in (used.files.parent / "manifest.json", unused.files.parent / "manifest.json", left):
        os.utime(each, (long_ago, long_ago))
    assert kept(cache, "used"), "which is a use of it"
    cache.get_or_build("new", Writing())
    assert kept(cache, "used")
    assert not left.exists()
    assert not kept(cache, "unused")


def test_keys_do_not_run_together() -> None:
    assert len({content_key("ab", "c"), content_key("a", "bc"), content_key("abc")}) == 3
    assert content_key("\ud800")


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_nobody_else_may_write_what_is_executed(cache: Cache, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cache.get_or_build("key", Writing())
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    (tmp_path / "new").chmod(0o777)
    assert kept(cache, "key")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives away")
def test_the_cache_of_another_user_is_not_used(cache: Cache, tmp_path: Path) -> None:
    cache.get_or_build("key", Writing())
    os.chown(tmp_path / "new", 12345, 12345)
    with pytest.raises(SandboxError, match="another user can write there"):
        cache.get_or_build("key", Writing())


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        Cache(tmp_path / "file" / "folder", needs_mb=1).get_or_build("key", Writing())
