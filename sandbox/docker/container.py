"""One container, and the stream of bytes to and from the guest in it."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from typing import Any

from docker.types import LogConfig, Ulimit

from sandbox.docker import warden
from sandbox.docker.engine import FAILURES, HOST, discard, host_label
from sandbox.docker.stream import STDERR, Stream
from sandbox.session import End, SandboxError

NOBODY = "65534:65534"
SLACK_MB = 32
"""Memory beside the guest's own: the warden's, and what the kernel keeps for both."""

MOST_PROCESSES = 64
WARDEN = {"entrypoint": ["python3", "-I", "-S", "/guest/warden.py"], "working_dir": "/"}
START_SECONDS = 30.0
LAST_WORDS_SECONDS = 2.0
"""How long the engine may take to tell of a guest's end, and to remove what is left of it."""

READY = b"!"
"""What the guest runtime says when it waits to begin: loading it costs the guest no time."""


class Container:
    """A container from its start to `close`; the channel of a `NativeSession`.

    Args:
        engine: A client of it.
        image: Id of the image.
        program: What the interpreter in it runs: a script and its arguments.
        memory_mb: Memory for all that runs in it.
        runtime: The engine's runtime; None for its default.

    Raises:
        SandboxError: The engine cannot start it.
    """

    def __init__(
        self, engine: Any, image: str, program: list[str], memory_mb: int, runtime: str | None
    ) -> None:
        self._engine = engine
        self._words = bytearray()
        self._verdict = ""
        self.alive = True
        command = ["-s", "-S", "-P", *program]
        try:
            options = confinement(memory_mb) | WARDEN | {"runtime": runtime}
            self.id = engine.containers.create(image, command, **options).id
        except FAILURES as error:
            raise SandboxError(f"the engine cannot make a container: {error}") from error
        try:
            self._stream = Stream(engine, self.id)
            engine.api.start(self.id)
        except FAILURES as error:
            discard(engine, self.id)
            raise SandboxError(f"the engine cannot start a container: {error}") from error

    def send(self, data: memoryview, timeout: float) -> int:
        """Send some of `data` (see `sandbox.native.Channel.send`)."""
        return self._stream.send(data, timeout)

    def receive(self, size: int, timeout: float) -> bytes:
        """Return up to `size` bytes (see `sandbox.native.Channel.receive`)."""
        while not self._words:
            if not self._stream.receive(timeout):
                return b""
            self._sort()
        words = bytes(self._words[:size])
        del self._words[:size]
        return words

    def cpu_seconds(self) -> float | None:
        """Nobody tells in time; the container has one CPU, so time that passes is what it used."""
        return None

    def autopsy(self) -> End:
        """Tell why the guest is gone; the warden's word comes before the end of the stream."""
        self._stream.shut(how=socket.SHUT_WR)  # whatever still runs ends with its input
        with suppress(OSError):
            while self.receive(1 << 16, LAST_WORDS_SECONDS):
                pass
        return _end(self._verdict)

    def close(self) -> None:
        """End the guest: the warden sees its input end, and the engine removes the container."""
        if not self.alive:
            return
        self.alive = False
        self._stream.shut()
        # In a thread, since neither a slow engine nor what a signal interrupted may hold us up.
        removal = threading.Thread(target=discard, args=(self._engine, self.id), daemon=True)
        removal.start()
        removal.join(LAST_WORDS_SECONDS)

    def _sort(self) -> None:
        """Tell the guest's words from the warden's."""
        for source, piece in self._stream.pieces():
            if source == STDERR:
                self._verdict += piece.decode(errors="replace")
            else:
                self._words += piece


def start_guest(engine: Any, image: str, memory_mb: int, runtime: str | None) -> Container:
    """Start a container whose guest waits to be told how it begins.

    Raises:
        SandboxError: It does not come that far.
    """
    program = ["/guest/guest_runtime.py", "/guest", str(memory_mb)]
    container = Container(engine, image, program, memory_mb + SLACK_MB, runtime)
    try:
        if container.receive(1, START_SECONDS) == READY:
            return container
        reason = container.autopsy().detail
    except OSError as error:
        reason = str(error)
    container.close()
    raise SandboxError(f"the guest does not start in its container: {reason}")


def _end(verdict: str) -> End:
    """Read what the warden said."""
    if not verdict:
        return End("worker", "the container was removed, or its engine died", None)
    if verdict == warden.MEMORY:
        return End("memory", "the memory of the container ran out", None)
    if not re.fullmatch(r"-?\d+", verdict):
        return End("worker", f"the warden failed: {verdict[-300:]}", None)
    if verdict.startswith("-"):
        return End("trap", f"the interpreter was killed by signal {verdict[1:]}", None)
    return End("trap", f"the interpreter left with exit status {verdict}", None)


def confinement(memory_mb: int) -> dict[str, Any]:
    """Return how a container is confined; the engine's own seccomp profile comes on top of it."""
    memory = f"{memory_mb}m"
    return {
        "labels": {HOST: host_label()},
        "user": NOBODY,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "read_only": True,
        "network_mode": "none",
        "hostname": "guest",
        "dns": ["127.0.0.1"],  # which resolver the host uses is its own business
        "ipc_mode": "none",
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": 10**9,
        "pids_limit": MOST_PROCESSES,
        "ulimits": [Ulimit(name="core", soft=0, hard=0), Ulimit(name="nofile", soft=64, hard=64)],
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "use_config_proxy": False,
        "stdin_open": True,
        "auto_remove": True,
    }
