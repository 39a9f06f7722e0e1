"""Files that last from one command to the next, on the host: bytes by path, and nothing is obeyed.

Paths are those of the jail's scratch folder. What a command is said to have changed comes from a
stranger, so paths and sizes are held to bounds before anything is taken over.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

from autoagent.integrations.inside.command import HOME, SCRATCH, TEMPORARY

LARGEST_MB = 128
"""Of all files together."""
MOST_FILES = 4_096
LONGEST_NAME = 1_024
TEMPORARY_NAMES = ("/tmp", "/var/tmp")


class FileTree:
    """Files and folders. Threads may share it."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._folders: set[str] = set()
        self._lock = threading.Lock()

    def all(self) -> tuple[dict[str, bytes], list[str]]:
        """Return the files, and the folders that are known without one in them."""
        with self._lock:
            return dict(self._files), sorted(self._folders)

    def write(self, path: str, data: bytes) -> None:
        """Make or replace a file.

        Raises:
            IsADirectoryError: There is a folder of that name.
            NotADirectoryError: There is a file where a folder would have to be.
            PermissionError: The path is none that can be written to.
            OSError: There is no room.
        """
        name = place(path)
        with self._lock:
            if name in self._all_folders():
                raise IsADirectoryError(f"{path} is a directory")
            if not self._files.keys().isdisjoint(_above(name)):
                raise NotADirectoryError(f"{path} has a file above it that is no directory")
            files = {**self._files, name: data}
            if why := _too_much(files, self._folders):
                raise OSError(f"{path} cannot be written: {why}")
            self._files = files

    def read(self, path: str) -> bytes:
        """Return what is in a file.

        Raises:
            FileNotFoundError: There is none.
            IsADirectoryError: It is a folder.
            PermissionError: The path is none that can be read.
        """
        name = place(path)
        with self._lock:
            if name in self._files:
                return self._files[name]
            if name in self._all_folders():
                raise IsADirectoryError(f"{path} is a directory")
        raise FileNotFoundError(f"there is no file {path}")

    def change(self, files: Mapping[str, bytes], folders: set[str], gone: set[str]) -> str:
        """Take over what a command changed, or say why not.

        Args:
            files: Those that it made or wrote to.
            folders: Those that there were in the end, with a slash behind each.
            gone: Files and folders that it removed.
        """
        with self._lock:
            left = {name: data for name, data in self._files.items() if name not in gone}
            left |= files
            named = (self._folders | folders) - gone
            if why := _too_much(left, named):
                return why
            self._files, self._folders = left, named
            # Another command may have made a folder where this one left a file.
            inner = self._all_folders()
            self._files = {name: data for name, data in left.items() if name not in inner}
        return ""

    def _all_folders(self) -> set[str]:
        named = {each.rstrip("/") for each in self._folders}
        return {HOME, TEMPORARY} | named.union(*map(_above, [*self._files, *named]))


def place(path: str) -> str:
    """Return where something lies in the scratch folder; relative paths begin in the home folder.

    Raises:
        PermissionError: Nowhere in it.
    """
    if "\0" in path or len(path) > LONGEST_NAME:
        raise PermissionError(f"{path[:80]!r} cannot be the path of a file")
    whole = PurePosixPath(os.path.normpath(PurePosixPath(SCRATCH, HOME, path)))
    for name in TEMPORARY_NAMES:
        if whole.is_relative_to(name):
            whole = PurePosixPath(SCRATCH, TEMPORARY, whole.relative_to(name))
    if not any(whole.is_relative_to(f"{SCRATCH}/{top}") for top in (HOME, TEMPORARY)):
        raise PermissionError(
            f"{path} is out of reach; files are in {SCRATCH}/{HOME}, the working folder, and /tmp"
        )
    return str(whole.relative_to(SCRATCH))


def kept(path: Any) -> str:
    """Return a path that a stranger names, if it is one of those that are kept.

    Raises:
        ValueError: It is none.
        PermissionError: It is out of reach.
    """
    if not isinstance(path, str) or place(f"{SCRATCH}/{path}") != path.rstrip("/"):
        raise ValueError("a path that is none")
    return path


def _above(path: str) -> set[str]:
    """Return the folders that something is in."""
    return {str(each) for each in PurePosixPath(path).parents}


def _too_much(files: Mapping[str, bytes], folders: Collection[str]) -> str:
    """Say which bound is broken, or nothing."""
    if sum(map(len, files.values())) > LARGEST_MB << 20:
        return f"all files together have at most {LARGEST_MB} MiB"
    if len(files) + len(folders) > MOST_FILES:
        return f"there are at most {MOST_FILES:,} files and folders"
    return ""
