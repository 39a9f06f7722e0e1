"""The system calls on files in memory: the interface of the module `posix` to a `Tree`.

They have the names, arguments and errors of that module, so that Python's own `os`, `io`,
`pathlib`, `shutil` and `tempfile` can be loaded over them (see `sandbox.mounted`).
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.memory_listing import DirEntry, Scan
from sandbox.memory_tree import HOME, Node, Path, Tree, fail, text_of
from sandbox.open_files import Opened, OpenFiles

PERMISSIONS = 0o7777


class MemoryFiles(OpenFiles):
    """A tree, what is open in it, and the system calls on paths beside those on descriptors.

    Args:
        tree: The files; by default there are none yet.
    """

    def __init__(self, tree: Tree | None = None) -> None:
        super().__init__(tree or Tree())
        self._seen = 0
        self._told: dict[str, tuple[int, int]] = {}

    # For the world that it is in.

    def calls(self) -> dict[str, Callable[..., Any]]:
        """Return the system calls by their names in `posix`, as plain functions."""
        return {name: _plain(getattr(self, name)) for name in CALLS}

    def put(self, name: str, data: bytes) -> None:
        """Put a new file into the working folder, and the folders that it is in."""
        *above, last = name.split("/")
        folder = self._tree.home
        for part in above:
            inner = folder.entries.get(part) if folder.entries else None
            folder = inner or self._tree.add(folder, part, stat.S_IFDIR | 0o777, name)
        self._write(self._tree.add(folder, last, stat.S_IFREG | 0o666, name), data, 0)

    def changed(self) -> dict[str, bytes | None]:
        """Return the files in the working folder that changed since the last call; None where gone.

        Their names are from that folder.
        """
        if self._seen == self._tree.changes:
            return {}
        self._seen = self._tree.changes
        start = len(HOME) + 1
        now = {node.path[start:]: node for node in self._tree.home.files()}
        versions = {name: (node.number, node.version) for name, node in now.items()}
        before, self._told = self._told, versions
        found: dict[str, bytes | None] = {name: None for name in before if name not in now}
        found.update((n, bytes(now[n].data)) for n in now if before.get(n) != versions[n])
        return found

    # Paths.

    def open(self, path: Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        """Open a file, or a folder for reading."""
        _no_descriptor(dir_fd)
        folder, name, node = self._tree.find(path)
        opened = Opened(flags)
        slash = text_of(path)[-1] == "/"
        if slash and flags & os.O_CREAT:
            fail(errno.EISDIR, path)
        if node is None:
            if not flags & os.O_CREAT:
                fail(errno.ENOENT, path)
            node = self._tree.add(folder, name, stat.S_IFREG | mode & PERMISSIONS, path)
        elif flags & os.O_CREAT and flags & os.O_EXCL:
            fail(errno.EEXIST, path)
        elif node.entries is None:
            if slash or flags & os.O_DIRECTORY:
                fail(errno.ENOTDIR, path)
            if flags & os.O_TRUNC and opened.writable and stat.S_ISREG(node.mode):
                self._tree.resize(node, 0)
        elif opened.writable or flags & os.O_CREAT:
            fail(errno.EISDIR, path)
        opened.node = node
        return self._descriptor(opened)

    def _node(self, path: Path) -> Node:
        """Return what is at a path, or open in a descriptor."""
        return self._opened(path).node if isinstance(path, int) else self._tree.node(path)

    def _folder(self, path: Path) -> dict[str, Node]:
        """Return what is in a folder."""
        entries = self._node(path).entries
        if entries is None:
            fail(errno.ENOTDIR, path)
        return entries

    def stat(
        self, path: Path, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        """Return what is known of a file or folder."""
        _no_descriptor(dir_fd)
        return self._node(path).status()

    def lstat(self, path: Path, *, dir_fd: int | None = None) -> os.stat_result:
        """Do the same: there are no links."""
        return self.stat(path, dir_fd=dir_fd)

    def access(
        self,
        path: Path,
        mode: int,
        *,
        dir_fd: int | None = None,
        effective_ids: bool = False,
        follow_symlinks: bool = True,
    ) -> bool:
        """Tell whether something is there, and may be run if that is asked for."""
        _no_descriptor(dir_fd)
        try:
            found = self._node(path).mode
        except OSError:
            return False
        return not mode & os.X_OK or bool(found & 0o111)

    def listdir(self, path: Path = ".") -> list[Any]:
        """Return the names in a folder, sorted."""
        path = "." if path is None else path
        names = sorted(self._folder(path))
        return [os.fsencode(name) for name in names] if _is_bytes(path) else names

    def scandir(self, path: Path = ".") -> Scan:
        """Return an iterator over what is in a folder."""
        path = "." if path is None else path
        entries = self._folder(path)
        place = "" if isinstance(path, int) else text_of(path)
        place += "" if not place or place.endswith("/") else "/"
        code = os.fsencode if _is_bytes(path) else str
        return Scan(
            DirEntry(code(name), code(place + name), node.status())
            for name, node in sorted(entries.items())
        )

    def mkdir(self, path: Path, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        """Make a folder."""
        _no_descriptor(dir_fd)
        folder, name, node = self._tree.find(path)
        if node is not None:
            fail(errno.EEXIST, path)
        self._tree.add(folder, name, stat.S_IFDIR | mode & PERMISSIONS, path)

    def rmdir(self, path: Path, *, dir_fd: int | None = None) -> None:
        """Remove an empty folder."""
        _no_descriptor(dir_fd)
        _, name, _ = self._tree.find(path)
        node = self._node(path)
        if node.entries is None:
            fail(errno.ENOTDIR, path)
        if not name and text_of(path).rstrip("/")[-2:] != "..":
            fail(errno.EINVAL, path)
        if not name or node.entries:
            fail(errno.ENOTEMPTY, path)
        self._tree.remove(node, path)

    def unlink(self, path: Path, *, dir_fd: int | None = None) -> None:
        """Remove a file."""
        _no_descriptor(dir_fd)
        node = self._node(path)
        if node.entries is not None:
            fail(errno.EISDIR, path)
        self._tree.remove(node, path)

    remove = unlink

    def rename(
        self,
        src: Path,
        dst: Path,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
    ) -> None:
        """Move a file or folder; what is there already, it replaces if that is of its kind."""
        _no_descriptor(src_dir_fd, dst_dir_fd)
        _, name, node = self._tree.find(src, src, dst)
        folder, new_name, there = self._tree.find(dst, src, dst)
        if not name or not new_name:
            fail(errno.EBUSY, src, dst)
        if node is None:
            fail(errno.ENOENT, src, dst)
        if node.entries is None and "/" in (text_of(src)[-1], text_of(dst)[-1]):
            fail(errno.ENOTDIR, src, dst)
        if node in folder.above():
            fail(errno.EINVAL, src, dst)
        if there is node:
            return
        if there is None:
            pass
        elif there in node.above():
            fail(errno.ENOTEMPTY, src, dst)
        elif (node.entries is None) is not (there.entries is None):
            fail(errno.EISDIR if node.entries is None else errno.ENOTDIR, src, dst)
        elif there.entries:
            fail(errno.ENOTEMPTY, src, dst)
        else:
            self._tree.remove(there, src, dst)
        self._tree.move(node, folder, new_name, src, dst)

    replace = rename

    def chdir(self, path: Path) -> None:
        """Make a folder the one that paths begin in."""
        self._folder(path)
        self._tree.cwd = self._node(path)

    def getcwd(self) -> str:
        """Return the folder that paths begin in."""
        if self._tree.cwd.gone:
            fail(errno.ENOENT)
        return self._tree.cwd.path or "/"

    def getcwdb(self) -> bytes:
        """Return it as bytes."""
        return os.fsencode(self.getcwd())

    def truncate(self, path: Path, length: int) -> None:
        """Give a file a length."""
        if isinstance(path, int):
            return self.ftruncate(path, length)
        node = self._node(path)
        if node.entries is not None:
            fail(errno.EISDIR, path)
        if length < 0 or not stat.S_ISREG(node.mode):
            fail(errno.EINVAL, path)
        return self._tree.resize(node, length)

    def utime(
        self,
        path: Path,
        times: Any = None,
        *,
        ns: Any = None,
        dir_fd: int | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        """Set the times of access and change; by default to now."""
        _no_descriptor(dir_fd)
        if times is not None and ns is not None:
            raise ValueError("utime: you may specify either 'times' or 'ns' but not both")
        node = self._node(path)
        if ns is None:
            ns = (time.time_ns(),) * 2 if times is None else [int(t * 10**9) for t in times]
        node.accessed, node.modified = map(int, ns)

    def chmod(
        self,
        path: Path,
        mode: int,
        *,
        dir_fd: int | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        """Set the permissions, which keep nobody out."""
        _no_descriptor(dir_fd)
        node = self._node(path)
        node.mode = stat.S_IFMT(node.mode) | mode & PERMISSIONS

    def umask(self, mask: int) -> int:
        """Set the permissions that new files do not get, and return what they were."""
        before, self._tree.mask = self._tree.mask, mask & 0o777
        return before

    def readlink(self, path: Path, *, dir_fd: int | None = None) -> NoReturn:
        """Tell that it is no link."""
        _no_descriptor(dir_fd)
        self._node(path)
        fail(errno.EINVAL, path)


CALLS = (
    *("open", "close", "closerange", "dup", "read", "readinto", "pread", "write", "pwrite"),
    *("lseek", "ftruncate", "fstat", "isatty", "fsync", "fdatasync", "get_inheritable"),
    *("set_inheritable", "stat", "lstat", "access", "listdir", "scandir", "mkdir", "rmdir"),
    *("unlink", "remove", "rename", "replace", "chdir", "getcwd", "getcwdb", "truncate"),
    *("utime", "chmod", "umask", "readlink"),
)


def _is_bytes(path: Path) -> bool:
    return not isinstance(path, int) and isinstance(os.fspath(path), bytes)


def _no_descriptor(*folders: int | None) -> None:
    """Refuse paths that begin in an open folder, as Python does where the system has none."""
    if any(folder is not None for folder in folders):
        raise NotImplementedError("dir_fd unavailable on this platform")


def _plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function in place of a method, whose object the library would hand out."""

    def call(*args: Any, **named: Any) -> Any:
        return method(*args, **named)

    call.__name__ = call.__qualname__ = method.__name__
    call.__module__, call.__doc__ = "posix", method.__doc__
    return call
