"""Folders of the user's: files that go in to an organism, and files that it made.

No link is followed on the way in or out, and nothing is waited for.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from autoagent.files import open_ordinary, replacing
from autoagent.guest_files import folders_of, proper

MOST_BYTES_IN = 16 << 20
MOST_FILES_IN = 1_000


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder and below, by their names from there.

    Raises:
        ValueError: It holds something else than files and folders, a name that an organism's
            files cannot have, or too much; the message says which, and what to do.
    """
    found: dict[str, bytes] = {}
    left = MOST_BYTES_IN
    try:
        for name, path in _files(folder, ""):
            if len(found) == MOST_FILES_IN:
                raise ValueError(
                    f"{folder} holds more than {MOST_FILES_IN:,} files; choose a smaller folder"
                )
            with open_ordinary(path) as file:
                found[name] = file.read(left + 1)
            left -= len(found[name])
            if left < 0:
                raise ValueError(
                    f"{folder} holds more than {MOST_BYTES_IN:,} bytes (with {path}); choose a "
                    "smaller folder"
                )
    except OSError as error:
        raise ValueError(
            f"{error.filename or folder} cannot be read: {error.strerror}; give a folder whose "
            "files can be"
        ) from None
    return found


def _files(folder: Path, start: str) -> Iterator[tuple[str, Path]]:
    """Yield the files in a folder and below, in the order of their names."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name, path = start + entry.name, Path(entry.path)
            if not proper(name):
                raise ValueError(
                    f"{entry.path!r} has a name that no file of an organism can have: it must be "
                    "UTF-8, and neither long nor deep; rename it or leave it out"
                )
            if entry.is_dir(follow_symlinks=False):
                yield from _files(path, f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name, path
            else:
                kind = "a link" if entry.is_symlink() else "no ordinary file"
                raise ValueError(
                    f"{path} is {kind}; only ordinary files and folders go in: leave it out, or "
                    "put a copy of what it stands for in its place"
                )


def checked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files that are handed in, if an organism can have them.

    Raises:
        ValueError: It cannot; the message says why.
    """
    for name, data in files.items():
        if not proper(name) or any(folder in files for folder in folders_of(name)):
            raise ValueError(
                f"{name!r} is no name of a file in a folder; names are relative paths such as "
                "'data/a.csv', in UTF-8"
            )
        if not isinstance(data, bytes):
            raise ValueError(f"the file {name!r} is {type(data).__name__}; files are bytes")
    size = sum(map(len, files.values()))
    if len(files) > MOST_FILES_IN or size > MOST_BYTES_IN:
        raise ValueError(
            f"{len(files):,} files of {size:,} bytes; at most {MOST_FILES_IN:,} files of "
            f"{MOST_BYTES_IN:,} bytes together can go in"
        )
    return dict(files)


def write_folder(folder: Path, files: Mapping[str, bytes], *, force: bool) -> list[str]:
    """Write files into a folder, each whole or not at all; nothing outside of it, and no link.

    Args:
        folder: Where; made when missing.
        files: Their names from there, and what they hold.
        force: Whether to replace what is there already.

    Returns:
        What was left as it is, each with the reason.
    """
    left = []
    for name, data in sorted(files.items()):
        try:
            _write(folder, name, data, force)
        except OSError as error:
            left.append(f"{folder / name}: {error.strerror or error}")
    return left


def _same(path: Path, data: bytes) -> bool:
    """Tell whether it is an ordinary file that holds just that."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size == len(data) and path.read_bytes() == data


def _write(folder: Path, name: str, data: bytes, force: bool) -> None:
    if not proper(name):
        raise ValueError(f"{name!r} is no name of a file in a folder")
    folder.mkdir(parents=True, exist_ok=True)
    for above in folders_of(name):
        inner = folder / above
        inner.mkdir(exist_ok=True)
        if not stat.S_ISDIR(inner.lstat().st_mode):
            raise OSError(f"{inner} is a link, and none is followed")
    path = folder / name
    if path.is_symlink() or path.exists():
        if _same(path, data):
            return
        if not force:
            raise FileExistsError(None, "it is there already; --force replaces it")
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(None, "a folder is in its place")
    with replacing(path) as file:
        file.write(data)
