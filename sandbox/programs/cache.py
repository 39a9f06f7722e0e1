"""What was made once of some content, kept in the user's cache for the next time.

An entry is found by a hash of everything that shapes it, and begins with its own digest, so
half a write or a flipped bit is no entry. Writers do not wait for each other: equal keys mean
equal entries.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

from sandbox.packing import disk_advice
from sandbox.session import SandboxError

SWEPT_EVERY = 256
"""How many entries are written between two looks at how large all of them are."""


def cache_folder(name: str) -> Path:
    """Return a folder in the part of the user's cache that is for programs.

    Raises:
        SandboxError: It cannot be made; the message says why.
    """
    folder = platformdirs.user_cache_path("autoagent") / "programs" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(disk_advice(error, folder, megabytes=150)) from error
    return folder


class Cache:
    """Bytes by key, in files; the oldest go when there are too many.

    Args:
        folder: Where they are; made when the first one is written.
        megabytes: How large it may become.
    """

    def __init__(self, folder: Path, megabytes: int = 512) -> None:
        self._folder = folder
        self._bytes = megabytes << 20
        self._written = 0

    def get(self, key: str) -> bytes | None:
        """Return an intact entry, if there is one."""
        try:
            data = self._file(key).read_bytes()
        except OSError:
            return None
        digest, entry = data[:32], data[32:]
        return entry if hashlib.sha256(entry).digest() == digest else None

    def put(self, key: str, entry: bytes) -> None:
        """Write an entry.

        Raises:
            SandboxError: It cannot be written; the message says why.
        """
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix="new-", delete=False) as new:
                new.write(hashlib.sha256(entry).digest() + entry)
            os.replace(new.name, file)
        except OSError as error:
            raise SandboxError(disk_advice(error, self._folder, megabytes=150)) from error
        if self._written % SWEPT_EVERY == 0:
            self._sweep()
        self._written += 1

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _sweep(self) -> None:
        """Remove the oldest entries, until what is left fits twice over."""
        found = []
        for file in self._folder.rglob("*"):
            with suppress(OSError):  # somebody else's sweep
                if file.is_file():
                    found.append((file.stat().st_mtime, file.stat().st_size, file))
        total = sum(size for _, size, _ in found)
        if total <= self._bytes:
            return
        for _, size, file in sorted(found):
            file.unlink(missing_ok=True)
            total -= size
            if total <= self._bytes // 2:
                return


def content_key(*parts: str) -> str:
    """Hash all that shapes an entry."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
