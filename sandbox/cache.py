"""What is built once of some content, and kept in the user's cache for the next time.

An entry is a folder of files, found by a hash of all that shapes them. It is built aside, moved
into place whole, and compared with its own digest before each use: half a build or a flipped bit
is no entry, and is built again. Who needs what somebody else is building waits for it.

Entries are executed, and their digest lies beside them. So no other user may write in here.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock

from sandbox.session import SandboxError

FILES, MANIFEST = "files", "manifest.json"
KEPT_SECONDS = 30 * 86_400
"""How long an entry that nobody uses stays."""
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
SWEPT_EVERY = 256
"""How many entries are built between two looks at the age and size of all of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was built.

    Attributes:
        files: The folder with its files.
        identity: What its builder says that it is.
    """

    files: Path
    identity: str

    def discard(self) -> None:
        """Take it out of the cache, since it proved to be of no use."""
        self.files.with_name(MANIFEST).unlink(missing_ok=True)


class Cache:
    """Entries by key, in a folder that processes and threads may share.

    Args:
        folder: Where they are; made when the first one is built.
        needs_mb: How much an entry takes while it is built, for those whose disk is full.
        keeps_mb: How much all may take; beyond it, the longest unused go.
    """

    def __init__(self, folder: Path, *, needs_mb: int, keeps_mb: float = math.inf) -> None:
        self._folder = folder
        self._needs_mb, self._keeps_mb = needs_mb, keeps_mb
        self._built = 0

    def get_or_build(self, key: str, build: Callable[[Path], str | None]) -> Entry:
        """Return the entry for a key, building it where there is none.

        Args:
            key: See `content_key`.
            build: Writes the files into the empty folder that it is given, and returns what they
                are (`Entry.identity`). There is no entry if it raises.

        Raises:
            SandboxError: The entry cannot be written; the message says why.
        """
        try:
            self._claim()
            if entry := self._intact(key):
                return entry
            with FileLock(self._folder / f"{key[:3]}.lock"):
                return self._intact(key) or self._build(key, build)
        except OSError as error:
            raise SandboxError(self._advice(error)) from error

    def _claim(self) -> None:
        """Have a folder that no other user writes in.

        Raises:
            OSError: It is another user's.
        """
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        if os.name != "posix":
            return
        found = self._folder.stat()
        if found.st_uid == os.geteuid():
            if found.st_mode & WRITABLE_BY_OTHERS:  # as some umasks make it
                self._folder.chmod(stat.S_IMODE(found.st_mode) & ~WRITABLE_BY_OTHERS)
        elif found.st_uid or found.st_mode & WRITABLE_BY_OTHERS:
            raise PermissionError(errno.EPERM, "another user can write there")

    def _intact(self, key: str) -> Entry | None:
        entry = self._folder / key
        try:
            manifest = json.loads((entry / MANIFEST).read_text())
            if manifest["digest"] == digest(entry / FILES):
                with suppress(OSError):
                    os.utime(entry / MANIFEST)  # in use: not to be swept
                return Entry(entry / FILES, manifest["identity"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def _build(self, key: str, build: Callable[[Path], str | None]) -> Entry:
        if self._built % SWEPT_EVERY == 0:
            self._sweep()
        self._built += 1
        entry = self._folder / key
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="building-") as scratch:
            made = Path(scratch, "made")
            Path(made, FILES).mkdir(parents=True)
            identity = build(made / FILES) or ""
            manifest = {"digest": digest(made / FILES), "identity": identity}
            (made / MANIFEST).write_text(json.dumps(manifest))
            shutil.rmtree(entry, ignore_errors=True)  # one that is not intact
            os.replace(made, entry)
        return Entry(entry / FILES, identity)

    def _sweep(self) -> None:
        """Remove what is old, such as what a killed build left behind, and what is too much."""
        entries = [each for each in self._folder.iterdir() if each.suffix != ".lock"]
        found = sorted((_last_used(each), _size(each), each) for each in entries)
        long_ago = time.time() - KEPT_SECONDS
        total = sum(size for _, size, _ in found)
        bound = self._keeps_mb * (1 << 20)
        crowded = total > bound
        for used, size, each in found:
            # Where there is too much, half of it goes, so that the next time is not soon.
            if used >= long_ago and not (crowded and total > bound / 2):
                return
            _remove(each)
            total -= size

    def _advice(self, error: OSError) -> str:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"no space left in {self._folder}: it needs about {self._needs_mb} MB free"
        return (
            f"nothing can be kept in {self._folder}: {error.strerror or error}; "
            "make that folder yours and writable, or point XDG_CACHE_HOME at one that is"
        )


def user_cache(name: str) -> Path:
    """Return the place of a cache among the user's own."""
    return platformdirs.user_cache_path("autoagent") / name


def content_key(*parts: str) -> str:
    """Hash all that shapes an entry."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def digest(folder: Path, *patterns: str) -> str:
    """Hash names and contents of the files in a folder, by default of all of them."""
    total = hashlib.sha256()
    found = {file for each in patterns or ("*",) for file in folder.rglob(each) if file.is_file()}
    for file in sorted(found):
        with file.open("rb") as stream:
            total.update(
                f"{file.relative_to(folder)}\0{os.fstat(stream.fileno()).st_size}\0".encode()
            )
            hashlib.file_digest(stream, lambda: total)
    return total.hexdigest()


def _last_used(entry: Path) -> float:
    """Return when an entry was used last, or when anything else here was changed."""
    for each in (entry / MANIFEST, entry):
        with suppress(OSError):
            return each.stat().st_mtime
    return 0.0


def _size(entry: Path) -> int:
    total = 0
    for file in entry.rglob("*") if entry.is_dir() else (entry,):
        with suppress(OSError):  # somebody else's sweep
            total += file.stat().st_size
    return total


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
