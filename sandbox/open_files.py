"""Open files in memory: the system calls that take a descriptor."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any

from sandbox.memory_tree import Node, Tree, fail

MOST_OPEN = 256
FIRST = 3
"""The lowest descriptor: those below are standard input and output everywhere."""
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR


class Opened:
    """An open file, which descriptors may share.

    Attributes:
        node: What is open.
        flags: As it was opened.
        position: Where is read and written next.
    """

    __slots__ = ("flags", "node", "position")
    node: Node

    def __init__(self, flags: int) -> None:
        self.flags = flags
        self.position = 0

    @property
    def readable(self) -> bool:
        """Whether it may be read."""
        return self.flags & _ACCESS in (os.O_RDONLY, os.O_RDWR)

    @property
    def writable(self) -> bool:
        """Whether it may be written."""
        return self.flags & _ACCESS in (os.O_WRONLY, os.O_RDWR)


class OpenFiles:
    """What is open in a tree, and the system calls on descriptors.

    Args:
        tree: The files.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._open: dict[int, Opened] = {}

    def _opened(self, fd: int) -> Opened:
        found = self._open.get(fd)
        if found is None:
            fail(errno.EBADF)
        return found

    def _descriptor(self, opened: Opened) -> int:
        free = next((n for n in range(FIRST, FIRST + MOST_OPEN) if n not in self._open), None)
        if free is None:
            fail(errno.EMFILE)
        self._open[free] = opened
        opened.node.opened += 1
        return free

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        node = self._opened(fd).node
        del self._open[fd]
        node.opened -= 1
        self._tree.let_go(node)

    def closerange(self, fd_low: int, fd_high: int) -> None:
        """Close whatever is open between two descriptors."""
        for fd in [fd for fd in self._open if fd_low <= fd < fd_high]:
            self.close(fd)

    def dup(self, fd: int) -> int:
        """Return a second descriptor of the same open file."""
        return self._descriptor(self._opened(fd))

    def _to_read(self, fd: int) -> Opened:
        opened = self._opened(fd)
        if not opened.readable:
            fail(errno.EBADF)
        if opened.node.entries is not None:
            fail(errno.EISDIR)
        return opened

    def _to_write(self, fd: int, code: int = errno.EBADF) -> Opened:
        opened = self._opened(fd)
        if not opened.writable:
            fail(code)
        return opened

    def read(self, fd: int, length: int) -> bytes:
        """Read at most so many bytes."""
        opened = self._to_read(fd)
        if length < 0:
            fail(errno.EINVAL)
        data = bytes(opened.node.data[opened.position : opened.position + length])
        opened.position += len(data)
        return data

    def readinto(self, fd: int, buffer: Any) -> int:
        """Read into a buffer, and return how many bytes."""
        view = memoryview(buffer).cast("B")
        data = self.read(fd, len(view))
        view[: len(data)] = data
        return len(data)

    def pread(self, fd: int, length: int, offset: int) -> bytes:
        """Read from a place, and leave the position as it is."""
        opened = self._to_read(fd)
        if offset < 0 or length < 0:
            fail(errno.EINVAL)
        return bytes(opened.node.data[offset : offset + length])

    def write(self, fd: int, data: Any) -> int:
        """Write bytes, and return how many."""
        opened = self._to_write(fd)
        if opened.flags & os.O_APPEND:
            opened.position = len(opened.node.data)
        written = self._write(opened.node, data, opened.position)
        opened.position += written
        return written

    def pwrite(self, fd: int, data: Any, offset: int) -> int:
        """Write at a place, and leave the position as it is."""
        if offset < 0:
            fail(errno.EINVAL)
        return self._write(self._to_write(fd).node, data, offset)

    def _write(self, node: Node, data: Any, at: int) -> int:
        view = memoryview(data).cast("B")
        end = at + len(view)
        if len(view) and stat.S_ISREG(node.mode):
            if end > len(node.data):
                self._tree.resize(node, end)
            else:
                self._tree.touch(node)
            node.data[at:end] = view
        return len(view)

    def lseek(self, fd: int, position: int, whence: int) -> int:
        """Move the position of an open file."""
        opened = self._opened(fd)
        starts = {
            os.SEEK_SET: 0,
            os.SEEK_CUR: opened.position,
            os.SEEK_END: len(opened.node.data),
        }
        if whence not in starts or starts[whence] + position < 0:
            fail(errno.EINVAL)
        opened.position = starts[whence] + position
        return opened.position

    def ftruncate(self, fd: int, length: int) -> None:
        """Give an open file a length."""
        opened = self._to_write(fd, errno.EINVAL)
        if length < 0 or not stat.S_ISREG(opened.node.mode):
            fail(errno.EINVAL)
        self._tree.resize(opened.node, length)

    def fstat(self, fd: int) -> os.stat_result:
        """Return what is known of an open file."""
        return self._opened(fd).node.status()

    def isatty(self, fd: int) -> bool:
        """Tell that nothing here is a terminal."""
        return False

    def fsync(self, fd: int) -> None:
        """Do nothing: there is no disk."""
        self._opened(fd)

    fdatasync = fsync

    def get_inheritable(self, fd: int) -> bool:
        """Tell that there is nobody to inherit it."""
        self._opened(fd)
        return False

    def set_inheritable(self, fd: int, inheritable: bool) -> None:
        """Do nothing: there is nobody to inherit it."""
        self._opened(fd)
