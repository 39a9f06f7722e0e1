"""Files that are never half written, and never waited for, whoever put them there."""

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from filelock import FileLock, Timeout

LOCK = ".lock"
LEFT_OVER = ".*.new"
"""What is left of a file whose program was killed while it was written."""
MOST_BYTES = 1 << 28
"""Of a file that is read as a whole."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file, which takes the place of `path` once it is whole and on the disk.

    It is made beside it, under a name that cannot be guessed, and no link is followed on the way:
    a link at `path` is replaced, too. Whoever reads meanwhile finds the last file or this one.

    Raises:
        OSError: It cannot be written; the last file is as it was.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with _naming(path), os.fdopen(os.open(beside, flags, 0o666), "wb") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())  # on the disk before it takes the place of the last one
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    _sync(path.parent)


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Have a folder, or a file, for this process alone: two that write it would undo each other.

    Raises:
        ValueError: Another process has it.
        OSError: Nothing can be written there.
    """
    place = path / LOCK if path.is_dir() else path.with_name(f".{path.name}{LOCK}")
    if not place.parent.is_dir():  # which would be made
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    lock = FileLock(place, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ValueError(
            f"{path} is being written by another process; wait for it or stop it"
        ) from None
    try:
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def open_ordinary(path: Path) -> BufferedReader:
    """Open a file to read it; a pipe or a device would be waited for, or never end.

    Raises:
        OSError: It cannot be opened, or is no ordinary file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is no ordinary file", str(path))


def read_whole(path: Path, most: int | None = None) -> bytes:
    """Return what an ordinary file holds.

    Raises:
        OSError: It cannot be read, is no ordinary file, or has more than `most` bytes, or else
            `MOST_BYTES`.
    """
    most = MOST_BYTES if most is None else most
    with open_ordinary(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes", str(path))
    return data


def read_json(path: Path) -> Any:
    """Return what an ordinary file holds, as JSON in UTF-8.

    Raises:
        OSError: It cannot be read; see `read_whole`.
        ValueError: It holds something else.
    """
    try:
        return json.loads(read_whole(path).decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write plain data for people to read: all of it or nothing."""
    with replacing(path) as file:
        file.write((json.dumps(value, indent=2) + "\n").encode())


def write_text(path: Path, text: str) -> None:
    """Write a text under a name that we chose: all of it or nothing, and through no link."""
    with replacing(path) as file:
        file.write(encoded(text))


def appending(path: Path) -> TextIO:
    """Open a file to add lines at its end, made when missing; no link is followed.

    Raises:
        OSError: It cannot be written, or is no ordinary file.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.fdopen(os.open(path, flags, 0o666), "a", encoding="utf-8")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is no ordinary file", str(path))


def inner_folder(path: Path) -> Path:
    """Make a folder in one of ours, if it is not there; a link in its place would lead elsewhere.

    Raises:
        OSError: It cannot be made, or is a link.
    """
    path.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a link, and none is followed; remove it", str(path))
    return path


def encoded(text: str) -> bytes:
    """Return a text as it is written to a file; half characters are spelt out."""
    return text.encode("utf-8", "backslashreplace")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have an error say of which file it is; a full disk names none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def write_out(path: Path, text: str) -> None:
    """Write a text where a user said: all of it or nothing. What we name is for `write_text`.

    A link stays one. What is no ordinary file, as a pipe or a terminal, is written to as it is.
    """
    data, target = encoded(text), path.resolve()
    if target.exists() and not target.is_file():
        with _naming(target):
            target.write_bytes(data)
        return
    with replacing(target) as file:
        file.write(data)


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
