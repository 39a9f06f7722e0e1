"""A oneshot container does one piece of work: bytes in, bytes out, in bounded time and space."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from docker.types import Ulimit

from sandbox.docker.container import NOBODY, confinement
from sandbox.docker.engine import FAILURES, discard
from sandbox.docker.stream import STDOUT, Stream
from sandbox.session import SandboxError

INPUT = "input"
SCRATCH = "/tmp"
OWNED = "mode=0700,uid={},gid={}".format(*NOBODY.split(":"))
"""An image may have a folder there already that is not for everyone."""
# The first process ends when the host lets go, or is gone, and then the kernel ends all others.
SCRIPT = """head -c {length} >{input} || exit
{{
{work}
}} &
exec cat >/dev/null
"""
MOST_COMPLAINED = 2000


class EndedError(Exception):
    """The container has ended; the text says what it complained of."""


class Oneshot:
    """A container from its start to `close`, which may be at any time.

    It has a shell and coreutils of its own, a scratch folder in memory, and nothing else that it
    could write to.

    Args:
        engine: A client of it.
        image: Id of the image.
        work: What its shell does, in the scratch folder, with the file `INPUT`.
        given: What is in that file.
        memory_mb: Memory for all that runs in it, the scratch folder included.
        scratch_mb: How large that folder is, and any file in it.
        cpu_seconds: What each process may take.
        environment: What processes find in theirs, beside what the image says.

    Raises:
        SandboxError: The engine cannot start it.
    """

    def __init__(
        self,
        engine: Any,
        image: str,
        work: str,
        given: bytes,
        *,
        memory_mb: int,
        scratch_mb: int,
        cpu_seconds: int,
        environment: Mapping[str, str],
    ) -> None:
        self._engine = engine
        self._given = memoryview(given)
        self._said = bytearray()
        self._complained = b""
        options = confinement(memory_mb) | {
            "entrypoint": ["/bin/sh", "-c"],
            "working_dir": SCRATCH,
            "tmpfs": {SCRATCH: f"size={scratch_mb}m,{OWNED},noexec,nosuid,nodev"},
            "environment": dict(environment),
        }
        options["ulimits"] += [
            Ulimit(name="cpu", soft=cpu_seconds, hard=cpu_seconds + 1),
            Ulimit(name="fsize", soft=scratch_mb << 20, hard=scratch_mb << 20),
        ]
        script = SCRIPT.format(length=len(given), input=INPUT, work=work)
        try:
            self._id = engine.containers.create(image, [script], **options).id
        except FAILURES as error:
            raise SandboxError(f"the engine cannot make a container: {error}") from error
        try:
            self._stream = Stream(engine, self._id)
            engine.api.start(self._id)
        except FAILURES as error:
            discard(engine, self._id)
            raise SandboxError(f"the engine cannot start a container: {error}") from error

    def begin(self, deadline: float) -> None:
        """Hand over what is given.

        Raises:
            TimeoutError: It is not taken by then, in seconds of the monotonic clock.
            EndedError: The container has ended.
        """
        while self._given:
            try:
                self._given = self._given[self._stream.send(self._given, _left(deadline)) :]
            except BrokenPipeError:
                raise EndedError(self._last_words(deadline)) from None

    def line(self, longest: int, deadline: float) -> bytes:
        """Return the next line that it prints.

        Raises:
            TimeoutError: There is none by then.
            EndedError: The container has ended, or the line is longer than that.
        """
        line = b""
        while not line.endswith(b"\n"):
            if len(line) == longest:
                raise EndedError(f"it printed {line!r}")
            line += self.read(1, deadline)
        return line

    def read(self, size: int, deadline: float) -> bytes:
        """Return the next so many bytes that it prints.

        Raises:
            TimeoutError: There are fewer by then.
            EndedError: The container has ended.
        """
        while len(self._said) < size:
            if not self._hear(deadline):
                raise EndedError(self._last_words(deadline))
        data = bytes(self._said[:size])
        del self._said[:size]
        return data

    def close(self) -> None:
        """End it. The engine removes it by itself; that it is told so is for what may not end."""
        self._stream.close()
        threading.Thread(target=discard, args=(self._engine, self._id), daemon=True).start()

    def _hear(self, deadline: float) -> bool:
        more = self._stream.receive(_left(deadline))
        for source, piece in self._stream.pieces():
            if source == STDOUT:
                self._said += piece
            else:
                self._complained = (self._complained + piece)[-MOST_COMPLAINED:]
        return more

    def _last_words(self, deadline: float) -> str:
        while self._hear(deadline):
            self._said.clear()
        words = self._complained.decode(errors="replace").strip()
        return words or "the container was removed, or its engine died"


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
