"""An organism's files as the host has them: those of its last heartbeat.

They arrive in pieces, from a stranger: names, contents and bounds are checked here, and what is
not exactly that is a death. None of it is written anywhere before somebody asks for it.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Iterable, Mapping

from autoagent.message import MalformedError
from sandbox.memory_tree import DEEPEST, LONGEST_NAME, LONGEST_PATH, MOST_BYTES, MOST_FILES

MOST_PIECES = 1 << 14
"""In one step; as many as the largest files and the most of them come in, and more."""


class TooManyFilesError(Exception):
    """An organism tells more of its files than there can be."""


def proper(name: object) -> bool:
    """Tell whether it is the name of a file in a folder, and leads nowhere else."""
    if not isinstance(name, str) or "\0" in name:
        return False
    try:
        parts = name.encode().split(b"/")
    except UnicodeEncodeError:
        return False
    fitting = len(parts) < DEEPEST and sum(map(len, parts)) + len(parts) <= LONGEST_PATH
    return fitting and all(0 < len(p) <= LONGEST_NAME and p not in (b".", b"..") for p in parts)


def folders_of(name: str) -> Iterable[str]:
    """Return the folders that a file is in, from the outermost."""
    parts = name.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def content_hash(data: bytes) -> str:
    """Return what a file's content is known by in the journal."""
    return hashlib.sha256(data).hexdigest()


def manifest(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the names of files, each with the hash of its content."""
    return {name: content_hash(data) for name, data in sorted(files.items())}


def own_modules(names: Iterable[str]) -> frozenset[str]:
    """Return the names of the modules that an organism's files are."""
    return frozenset(
        name.removesuffix(".py")
        for name in names
        if name.endswith(".py") and name.removesuffix(".py").isidentifier()
    )


class GuestFiles:
    """The files of one life.

    Args:
        files: Those that it is born with.

    Attributes:
        held: The files as of the last heartbeat, by their names in the working folder.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.held = dict(files)
        self._inborn = dict(files)
        self._begun: dict[str, bytearray]
        self._changed: dict[str, bytes | None]
        self.forget()

    @property
    def made(self) -> dict[str, bytes]:
        """Those of them that it was not born with as they are."""
        return {n: data for n, data in self.held.items() if self._inborn.get(n) != data}

    def receive(self, pieces: object) -> None:
        """Take what a message says: lists of a name, content in base64 or None, and "complete".

        Raises:
            MalformedError: It says something else.
            TooManyFilesError: It says too much.
        """
        self._count(0)
        for piece in pieces if isinstance(pieces, list) else [None]:
            if not isinstance(piece, list) or len(piece) != 3 or not proper(piece[0]):
                raise MalformedError("a piece of a file that is none")
            name, text, complete = piece
            if text is None:
                self._changed[name] = None
                data = b""
            else:
                data = _decoded(text)
                begun = self._begun.setdefault(name, bytearray())
                begun += data
                if complete is True:
                    self._changed[name] = bytes(self._begun.pop(name))
            self._count(len(data))

    def arrived(self, *, cut: bool = False) -> None:
        """Hold what was received since the last time; a heartbeat says that it was all.

        Args:
            cut: Whether it may have been cut off: the files then stay as they were.

        Raises:
            MalformedError: These cannot be files of one folder.
            TooManyFilesError: They are more than there can be.
        """
        if (self._changed or self._begun) and not (cut and self._begun):
            files = {name: data for name, data in (self.held | self._changed).items()
                     if data is not None}  # fmt: skip
            if self._begun or any(folder in files for name in files for folder in folders_of(name)):
                raise MalformedError("files that cannot all be there")
            if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
                raise TooManyFilesError(f"more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes")
            self.held = files
        self.forget()

    def forget(self) -> None:
        """Let go of what was received and is not held."""
        self._changed, self._begun = {}, {}
        self._bytes = self._pieces = 0

    def _count(self, size: int) -> None:
        self._bytes += size
        self._pieces += 1
        if self._bytes > MOST_BYTES or self._pieces > MOST_PIECES:
            raise TooManyFilesError(f"more than {MOST_BYTES:,} bytes of files in one step")


def _decoded(text: object) -> bytes:
    try:
        return b64decode(text, validate=True) if isinstance(text, str) else _refuse()
    except (binascii.Error, ValueError):
        return _refuse()


def _refuse() -> bytes:
    raise MalformedError("the content of a file that is not in base64")
