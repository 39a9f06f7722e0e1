"""What reading a folder in memory yields, as `os.scandir` has it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable


class DirEntry:
    """What `scandir` yields."""

    __slots__ = ("_status", "name", "path")
    __module__ = "os"

    def __init__(self, name: str | bytes, path: str | bytes, status: os.stat_result) -> None:
        self.name = name
        self.path = path
        self._status = status

    def __fspath__(self) -> str | bytes:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def inode(self) -> int:
        """Return its number."""
        return self._status.st_ino

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Tell whether it is a folder."""
        return stat.S_ISDIR(self._status.st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Tell whether it is a file."""
        return stat.S_ISREG(self._status.st_mode)

    def is_symlink(self) -> bool:
        """Tell that it is no link."""
        return False

    def is_junction(self) -> bool:
        """Tell that it is no junction."""
        return False

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return what was known of it when the folder was read."""
        return self._status


class Scan:
    """The iterator of `scandir`."""

    __module__ = "os"

    def __init__(self, entries: Iterable[DirEntry]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> DirEntry:
        return next(self._entries)

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Yield no more."""
        self._entries = iter(())
