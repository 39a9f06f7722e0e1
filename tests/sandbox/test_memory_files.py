"""Files in memory against real ones: the same operations have the same results and errors."""

from __future__ import annotations

import contextlib
import errno
import glob
import io
import os
import pathlib
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import mounted
from sandbox.memory_tree import DEEPEST, HOME, MOST_BYTES, MOST_FILES
from sandbox.open_files import MOST_OPEN

Side = dict[str, ModuleType]
REAL: Side = {"glob": glob, "io": io, "os": os, "pathlib": pathlib, "shutil": shutil}


@pytest.fixture
def memory() -> Iterator[Side]:
    """The modules over empty memory."""
    with fresh() as side:
        yield side


@contextlib.contextmanager
def fresh() -> Iterator[Side]:
    """Lend the modules of this interpreter, with nothing in them."""
    mounted.files.__init__()  # type: ignore[misc]
    yield mounted.modules
    mounted.files.__init__()  # type: ignore[misc]


# Operations, each written as code of a user's would be.

NAMES = st.sampled_from(["a", "b", "c", "é"])
PATHS = st.builds(
    lambda up, parts, end: up + "/".join(parts) + end,
    st.sampled_from(["", "", "", "../", "./"]),
    st.lists(NAMES, min_size=1, max_size=3),
    st.sampled_from(["", "", "", "", "/", "/."]),
) | st.sampled_from([".", "..", "", "a//b", "a/../b"])
TEXTS = st.sampled_from(["", "x", "two\nlines\n", "é" * 40, "y" * 9000])
MODES = st.sampled_from(
    ["r", "w", "a", "x", "r+", "w+", "a+", "x+", "rb", "wb", "ab", "r+b", "w+b", "rw", "q", "bb"]
)


def use(m: Side, path: str, mode: str, text: str, where: int) -> object:
    with m["io"].open(path, mode, **({} if "b" in mode else {"encoding": "utf-8"})) as f:
        data: Any = text.encode() if "b" in mode else text
        done = [f.readable(), f.writable(), f.seekable(), f.tell()]
        if f.writable():
            done += [f.write(data), f.tell()]
            f.flush()
        f.seek(min(where, 0) if "b" not in mode else where)
        if f.readable():
            done += [f.readline(), f.read(3), f.read()]
        if f.writable():
            done += [f.truncate(where), f.tell()]
        return done


def read(m: Side, path: str) -> object:
    with m["io"].open(path, newline="") as f:
        return list(f)


def walk(m: Side, path: str) -> object:
    return [(top, sorted(d), sorted(f)) for top, d, f in sorted(m["os"].walk(path))]


def scan(m: Side, path: str) -> object:
    with m["os"].scandir(path) as entries:
        return sorted((e.name, e.path, e.is_dir(), e.is_file(), e.is_symlink()) for e in entries)


def look(m: Side, path: str) -> object:
    p = m["os"].path
    found = [p.exists(path), p.isfile(path), p.isdir(path), p.islink(path), p.lexists(path)]
    return [*found, m["os"].access(path, os.W_OK), m["pathlib"].Path(path).exists()]


def size(m: Side, path: str) -> object:
    found = m["os"].stat(path)
    return stat.S_IFMT(found.st_mode), found.st_size if m["os"].path.isfile(path) else None


def copy_all(m: Side, path: str, to: str) -> object:
    p = m["os"].path
    if p.commonpath([p.abspath(path), p.abspath(to)]) == p.abspath(path):
        return None  # copied into itself, a folder grows until its path is too long
    return m["shutil"].copytree(path, to)


ONE_PATH: dict[str, Callable[[Side, str], object]] = {
    "read": read,
    "walk": walk,
    "scan": scan,
    "look": look,
    "size": size,
    "mkdir": lambda m, p: m["os"].mkdir(p),
    "makedirs": lambda m, p: m["os"].makedirs(p),
    "makedirs, if missing": lambda m, p: m["os"].makedirs(p, exist_ok=True),
    "Path.mkdir": lambda m, p: m["pathlib"].Path(p).mkdir(parents=True, exist_ok=True),
    "remove": lambda m, p: m["os"].remove(p),
    "rmdir": lambda m, p: m["os"].rmdir(p),
    "removedirs": lambda m, p: m["os"].removedirs(f"{p}/a"),
    "rmtree": lambda m, p: m["shutil"].rmtree(p),
    "rmtree, whatever happens": lambda m, p: m["shutil"].rmtree(p, ignore_errors=True),
    "touch": lambda m, p: m["pathlib"].Path(p).touch(),
    "Path.unlink": lambda m, p: m["pathlib"].Path(p).unlink(missing_ok=True),
    "Path.write_text": lambda m, p: m["pathlib"].Path(p).write_text("text\n"),
    "Path.read_bytes": lambda m, p: m["pathlib"].Path(p).read_bytes(),
    "Path.iterdir": lambda m, p: sorted(map(str, m["pathlib"].Path(p).iterdir())),
    "Path.rglob": lambda m, p: sorted(map(str, m["pathlib"].Path(p or ".").rglob("*"))),
    "listdir": lambda m, p: sorted(m["os"].listdir(p)),
    "listdir of bytes": lambda m, p: sorted(m["os"].listdir(p.encode())),
    "truncate": lambda m, p: m["os"].truncate(p, 5),
    "glob": lambda m, p: sorted(m["glob"].glob(f"{p or chr(46)}/**", recursive=True)),
    "chdir": lambda m, p: m["os"].chdir(p) if p[:2] != ".." else None,
}
TWO_PATHS: dict[str, Callable[[Side, str, str], object]] = {
    "rename": lambda m, p, q: m["os"].rename(p, q),
    "replace": lambda m, p, q: m["os"].replace(p, q),
    "Path.rename": lambda m, p, q: str(m["pathlib"].Path(p).rename(q)),
    "copy": lambda m, p, q: m["shutil"].copy(p, q),
    "copy2": lambda m, p, q: m["shutil"].copy2(p, q),
    "move": lambda m, p, q: m["shutil"].move(p, q),
    "copytree": copy_all,
    "samefile": lambda m, p, q: m["os"].path.samefile(p, q),
}
OPERATIONS = (
    st.tuples(st.sampled_from([*ONE_PATH]), PATHS)
    | st.tuples(st.sampled_from([*TWO_PATHS]), PATHS, PATHS)
    | st.tuples(st.just("use"), PATHS, MODES, TEXTS, st.integers(0, 12))
)


def done(side: Side, operation: tuple[Any, ...]) -> object:
    """Return what comes of an operation, or how it fails."""
    name, *rest = operation
    action = {**ONE_PATH, **TWO_PATHS, "use": use}[name]
    try:
        return action(side, *rest)
    except OSError as error:
        return type(error).__name__, error.errno, str(error.filename), str(error.filename2)
    except Exception as error:
        return type(error).__name__


def everything(side: Side, start: str) -> object:
    """Return all that there is."""
    found = []
    for top, folders, files in sorted(side["os"].walk(start)):
        texts = [(f, side["pathlib"].Path(top, f).read_bytes()) for f in sorted(files)]
        found.append((top[len(start) :], sorted(folders), texts))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the errors are those of Linux")
@settings(max_examples=100, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=25))
def test_it_is_as_on_a_disk(operations: list[tuple[Any, ...]]) -> None:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, fresh() as memory:
        try:
            for side, start in ((REAL, folder), (memory, HOME)):
                side["os"].mkdir(f"{start}/cwd")
                side["os"].chdir(f"{start}/cwd")
            for operation in operations:
                assert done(memory, operation) == done(REAL, operation), operation
                assert everything(memory, HOME) == everything(REAL, folder), operation
        finally:
            os.chdir(before)


@contextlib.contextmanager
def fails(code: int) -> Iterator[None]:
    """Expect an error of a system call."""
    with pytest.raises(OSError, match=re.escape(os.strerror(code))) as error:
        yield
    assert error.value.errno == code


def test_what_was_there_before_all_lives_does_not_tell_when_it_was_made(memory: Side) -> None:
    for place in ("/", HOME, "/tmp", "/dev", "/dev/null"):
        status = memory["os"].stat(place)
        assert (status.st_atime, status.st_mtime, status.st_ctime) == (0, 0, 0)


def test_what_files_hold_is_bounded(memory: Side) -> None:
    open_ = memory["io"].open
    with open_("big", "wb", buffering=0) as file, open_("other", "wb", buffering=0) as other:
        with fails(errno.ENOSPC):
            file.truncate(MOST_BYTES + 1)
        file.truncate(MOST_BYTES)
        memory["os"].remove("big")  # it is still open, and still holds what it holds
        with fails(errno.ENOSPC):
            other.write(b"x")
        file.close()
        other.write(b"x")
    assert mounted.files.changed() == {"other": b"x"}


def test_how_many_files_there_are_is_bounded(memory: Side) -> None:
    there = sum(len(folders) + len(files) for _, folders, files in memory["os"].walk("/"))
    for number in range(MOST_FILES - there):
        memory["os"].mkdir(str(number))
    with fails(errno.ENOSPC):
        memory["os"].mkdir("more")
    memory["os"].rmdir("0")
    memory["os"].mkdir("more")


def test_how_many_are_open_is_bounded(memory: Side) -> None:
    opened = [memory["io"].open("file", "wb", buffering=0) for _ in range(MOST_OPEN)]
    with fails(errno.EMFILE):
        memory["io"].open("file")
    opened.pop().close()
    memory["io"].open("file").close()
    opened.clear()


def test_names_and_depth_are_bounded(memory: Side) -> None:
    makedirs, half = memory["os"].makedirs, "/".join("b" * (DEEPEST // 2))
    makedirs("é" * 127)
    with pytest.raises(ValueError, match="null"):
        makedirs("a\0b")
    with fails(errno.EILSEQ):
        makedirs("\udcff")
    with fails(errno.ENAMETOOLONG):
        makedirs("é" * 128)
    with fails(errno.ENAMETOOLONG):
        makedirs("/".join([200 * "c"] * 6))
    with fails(errno.ENAMETOOLONG):
        makedirs("/".join("a" * DEEPEST))
    makedirs(half)
    with fails(errno.ENAMETOOLONG):
        memory["os"].rename("a", f"{half}/a")


def test_folders_of_the_beginning_stay(memory: Side) -> None:
    for path in (HOME, "/tmp", "/dev"):
        with fails(errno.EBUSY):
            memory["os"].rename(path, "/other")
        memory["shutil"].rmtree(path, ignore_errors=True)
    assert memory["os"].listdir("/") == ["dev", "self", "tmp"]
    with memory["io"].open("/dev/null", "w+") as nothing:
        nothing.write("x")
        assert nothing.read() == ""


def test_what_changed_is_told_once(memory: Side) -> None:
    path, changed = memory["pathlib"].Path, mounted.files.changed
    assert changed() == {}
    path("a").mkdir()
    path("a/é").write_text("1")
    path("/tmp/scratch").write_text("not told of")
    assert changed() == {"a/é": b"1"}
    assert changed() == {}
    path("a").rename("b")
    path("c").touch()
    assert changed() == {"a/é": None, "b/é": b"1", "c": b""}
    path("b/é").unlink()
    path("b/é").write_text("1")
    assert changed() == {"b/é": b"1"}


def test_text_is_utf8_everywhere(memory: Side) -> None:
    with memory["io"].open("a", "w") as file, memory["pathlib"].Path("a").open() as same:
        assert {file.encoding, same.encoding} == {"utf-8"}
    with memory["io"].open("a", encoding="latin-1") as file:
        assert file.encoding == "latin-1"


def test_what_is_mounted_is_what_is_imported(memory: Side) -> None:
    before = {name: sys.modules[name] for name in memory}
    unmount = mounted.mount()
    try:
        import configparser
        import shutil as mounted_shutil

        with open("a.ini", "w") as file:
            file.write("[a]\nb = c\n")
        parser = configparser.ConfigParser()
        assert parser.read("a.ini") == ["a.ini"]
        assert mounted_shutil is memory["shutil"]
        with contextlib.chdir("/tmp"):
            assert memory["os"].getcwd() == "/tmp"
    finally:
        unmount()
    assert {name: sys.modules[name] for name in memory} == before
    assert not os.path.exists("a.ini")
    assert open is io.open
