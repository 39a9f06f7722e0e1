"""Tells one's own runs from strangers': a code over every event, with a key that only the user has.

The codes of a run form a chain (HMAC-SHA256, RFC 2104): each is made over the event and over the
code before it, so that none can be changed, left out or put elsewhere. Only from the end of a
run something can be missing, as from one that was cut off.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

import platformdirs

KEY_BYTES = 32


class SealError(Exception):
    """The key cannot be used; the message says what to do."""


class Seal:
    """Makes and checks the codes of events.

    Args:
        key: The secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of_user(cls, *, make: bool) -> Seal | None:
        """Return the user's own; None if there is no key, and none is to be made or can be.

        Raises:
            SealError: The key is somebody else's, or others may read it.
        """
        path = platformdirs.user_data_path("autoagent") / "journal.key"
        try:
            if make and not path.is_symlink() and not path.exists():
                _make(path)
            return cls(_read(path))
        except OSError:
            return None

    def code(self, before: bytes, run: str, number: int, kind: str, data: str) -> bytes:
        """Return the code of an event.

        Args:
            before: That of the event before it; empty for the first.
            run: Id of the run.
            number: The event's.
            kind: The event's.
            data: The event's, as it is stored.
        """
        parts = (before, *(str(each).encode() for each in (run, number, kind, data)))
        told = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._key, told, "sha256")

    def last(self, run: str, rows: Iterable[tuple[int, str, str, object]]) -> bytes | None:
        """Return the code of a run's last event, or None if the chain is broken anywhere.

        Args:
            run: Id of the run.
            rows: Number, kind, data and code of its events, in order.
        """
        before = b""
        for number, kind, data, code in rows:
            expected = self.code(before, run, number, kind, data)
            if not isinstance(code, bytes) or not hmac.compare_digest(code, expected):
                return None
            before = code
        return before


def _read(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        key = file.read(KEY_BYTES + 1)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise SealError(
            f"{path}, the key that tells your own runs from others', is not yours alone (its owner "
            f"is {found.st_uid}, its mode {stat.S_IMODE(found.st_mode):o}); make it yours, with "
            "the mode 600, or remove it: a new one is made, and earlier runs count as a stranger's"
        )
    if len(key) != KEY_BYTES:
        raise SealError(
            f"{path}, the key that tells your own runs from others', is damaged; remove it: a new "
            "one is made, and earlier runs count as a stranger's"
        )
    return key


def _make(path: Path) -> None:
    """Make a key, unless another process does so at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
