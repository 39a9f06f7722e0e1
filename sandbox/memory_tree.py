"""A tree of files and folders in memory, within bounds.

There is nothing else in it: no links, no devices but the one that swallows everything, and no
permissions that would keep anybody out. Time is that of `time.time_ns`, and so the host's where
that is.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from typing import Any, NoReturn, cast

HOME = "/self"
"""The folder that code works in, and what ``~`` stands for."""
SCRATCH = "/tmp"

MOST_BYTES = 32 << 20
"""In all files together."""
MOST_FILES = 4_096
"""Files and folders together."""
MOST_OPEN = 256
LONGEST_NAME = 255
"""Bytes, in UTF-8, and so are those of a path."""
LONGEST_PATH = 1_024
DEEPEST = 32

Path = Any
"""Text, bytes, a descriptor, or what `os.fspath` takes: whatever code hands in."""

_MORE_OF_STAT = {
    name: value
    for name, value in {"st_blksize": 1 << 16, "st_blocks": 0, "st_rdev": 0}.items()
    if hasattr(os.stat_result, name)
}


class Node:
    """A file or a folder.

    Attributes:
        number: What tells it from any other; never used again.
        mode: Kind and permissions, as `stat` has them.
        modified: When it was changed, in nanoseconds.
        accessed: When it was made, or the time of access that was set.
        name: In its folder.
        parent: Its folder, or the last that it was in; None for the root.
        gone: Whether it is in no folder any more.
        entries: What is in it; None in a file.
        data: What a file holds.
        opened: In how many descriptors it is open.
        version: Counts its changes.
    """

    __slots__ = (
        *("accessed", "data", "entries", "gone", "mode", "modified"),
        *("name", "number", "opened", "parent", "version"),
    )

    def __init__(self, number: int, mode: int, now: int) -> None:
        self.number = number
        self.mode = mode
        self.accessed = self.modified = now
        self.name = ""
        self.parent: Node | None = None
        self.entries: dict[str, Node] | None = {} if stat.S_ISDIR(mode) else None
        self.data = bytearray()
        self.gone = False
        self.opened = 0
        self.version = 0

    def above(self) -> Iterator[Node]:
        """Yield it, and the folders that it is in."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    @property
    def path(self) -> str:
        """Where it is, from the root; empty for the root itself."""
        return "/".join(reversed([node.name for node in self.above()]))

    def files(self) -> Iterator[Node]:
        """Yield the files in it, by name, or itself."""
        if self.entries is None:
            yield self
            return
        for _, entry in sorted(self.entries.items()):
            yield from entry.files()

    def status(self) -> os.stat_result:
        """Return what `stat` knows of it."""
        moments = {"a": self.accessed, "m": self.modified, "c": self.modified}
        more: dict[str, float] = dict(_MORE_OF_STAT)
        for letter, moment in moments.items():
            more |= {f"st_{letter}time": moment / 10**9, f"st_{letter}time_ns": moment}
        seconds = [moment // 10**9 for moment in moments.values()]
        links = 1 if self.entries is None else 2
        return os.stat_result(
            (self.mode, self.number, 1, links, 0, 0, len(self.data), *seconds), more
        )

    def extent(self) -> tuple[int, int]:
        """Return how deep it is inside, and the length of the longest path that begins in it."""
        inner = [
            (1 + depth, 1 + len(name.encode()) + length)
            for name, entry in (self.entries or {}).items()
            for depth, length in [entry.extent()]
        ]
        return max((d for d, _ in inner), default=0), max((n for _, n in inner), default=0)


def fail(code: int, *names: Path) -> NoReturn:
    """Raise the error of a call, with the paths that it was given."""
    shown = [os.fspath(name) if hasattr(name, "__fspath__") else name for name in names]
    if len(shown) == 2:
        raise OSError(code, os.strerror(code), shown[0], None, shown[1])
    raise OSError(code, os.strerror(code), *shown)


def text_of(path: Path) -> str:
    """Return a path as text, whatever it was given as."""
    text = os.fsdecode(path)
    if "\0" in text:
        raise ValueError("embedded null byte")
    return text


class Tree:
    """The files and folders that there are.

    It begins with two empty folders, `HOME` and `SCRATCH`, and ``/dev/null``: they stay.

    Args:
        most_bytes: That all files may hold together.
        most_files: Files and folders that there may be.

    Attributes:
        root: The folder that all is in.
        home: The node of `HOME`.
        cwd: The folder that paths begin in.
        mask: Permissions that nothing new gets.
        changes: How often anything changed.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        self._most_bytes = most_bytes
        self._most_files = most_files
        self._bytes = self._files = self._numbers = self.changes = 0
        self.mask = 0o022
        self.root = self.cwd = self._made(stat.S_IFDIR | 0o755)
        self.home = self.cwd = self.add(self.root, HOME[1:], stat.S_IFDIR | 0o777, HOME)
        scratch = self.add(self.root, SCRATCH[1:], stat.S_IFDIR | 0o777, SCRATCH)
        devices = self.add(self.root, "dev", stat.S_IFDIR | 0o777, "/dev")
        nothing = self.add(devices, "null", stat.S_IFCHR | 0o666, os.devnull)
        self._kept = (self.root, self.home, scratch, devices, nothing)
        for node in self._kept:  # a guest is built long before its life, by another clock
            node.accessed = node.modified = 0

    def find(self, path: Path, *told: Path) -> tuple[Node, str, Node | None]:
        """Return the folder and the name that a path ends with, and what is there, if anything.

        The name is empty where a path ends with a folder by its place, as ``.``, ``..`` and ``/``.

        Args:
            path: The path.
            told: What errors name, if not the path alone.
        """
        text = text_of(path)
        told = told or (path,)
        if not text:
            fail(errno.ENOENT, *told)
        folder = self.root if text[0] == "/" else self.cwd
        name, node = "", cast("Node | None", folder)
        for part in text.rstrip("/").split("/"):
            if node is None:
                fail(errno.ENOENT, *told)
            entries = node.entries
            if entries is None:
                fail(errno.ENOTDIR, *told)
            if part in ("", ".", ".."):
                above = node.parent if part == ".." else None
                folder = node = above or node
                name = ""
            else:
                if len(part.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
                    fail(errno.ENAMETOOLONG, *told)
                folder, name, node = node, part, entries.get(part)
        return folder, name, node

    def node(self, path: Path) -> Node:
        """Return what is at a path."""
        node = self.find(path)[2]
        if node is None:
            fail(errno.ENOENT, path)
        if node.entries is None and text_of(path)[-1] == "/":
            fail(errno.ENOTDIR, path)
        return node

    def add(self, folder: Node, name: str, mode: int, path: Path) -> Node:
        """Make something new in a folder."""
        self._check_place(folder, name, path)
        if self._files >= self._most_files:
            fail(errno.ENOSPC, path)
        self._files += 1
        node = self._made(mode & ~self.mask)
        self._put(node, folder, name)
        return node

    def remove(self, node: Node, *paths: Path) -> None:
        """Take something out of its folder for good; what is open of it lives on."""
        self._check_free(node, *paths)
        self._take(node)
        self._files -= 1
        self.let_go(node)

    def move(self, node: Node, folder: Node, name: str, *paths: Path) -> None:
        """Put something into another folder, or under another name, where there is nothing."""
        self._check_free(node, *paths)
        self._check_place(folder, name, *paths, node=node)
        self._take(node)
        self._put(node, folder, name)

    def resize(self, node: Node, size: int) -> None:
        """Cut what a file holds, or fill it up with zeros."""
        more = size - len(node.data)
        if self._bytes + more > self._most_bytes:
            fail(errno.ENOSPC)
        if more > 0:
            node.data += bytes(more)
        else:
            del node.data[size:]
        self._bytes += more
        self.touch(node)

    def touch(self, node: Node) -> None:
        """Note that something changes now."""
        node.version += 1
        node.modified = time.time_ns()
        self.changes += 1

    def let_go(self, node: Node) -> None:
        """Count the bytes of a file as free, if nobody can reach it any more."""
        if node.gone and not node.opened:
            self._bytes -= len(node.data)
            node.data = bytearray()

    def _made(self, mode: int) -> Node:
        self._numbers += 1
        return Node(self._numbers, mode, time.time_ns())

    def _put(self, node: Node, folder: Node, name: str) -> None:
        assert folder.entries is not None
        folder.entries[name] = node
        self.touch(folder)
        node.parent, node.name, node.gone = folder, name, False

    def _take(self, node: Node) -> None:
        folder = node.parent
        assert folder is not None
        assert folder.entries is not None
        del folder.entries[node.name]
        self.touch(folder)
        node.gone = True

    def _check_free(self, node: Node, *paths: Path) -> None:
        if node in self._kept:
            fail(errno.EBUSY, *paths)

    def _check_place(self, folder: Node, name: str, *paths: Path, node: Node | None = None) -> None:
        """Refuse a name that could not leave here, and a place that is too deep to be reached."""
        if folder.gone:
            fail(errno.ENOENT, *paths)
        try:
            name.encode()
        except UnicodeEncodeError:
            fail(errno.EILSEQ, *paths)
        depth, length = (0, 0) if node is None else node.extent()
        place = f"{folder.path}/{name}"
        if place.count("/") + depth > DEEPEST or len(place.encode()) + length > LONGEST_PATH:
            fail(errno.ENAMETOOLONG, *paths)
