"""The host's handle on one guest in a jailed process: its channel, its clock, its death."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from sandbox.jail.handle import Handle, readable
from sandbox.session import End

GRACE_SECONDS = 2.0
"""How long a process may take to be gone after its channel closed."""
TOLD_SECONDS = 30.0
"""How long its keeper may take to tell how it ended; that there is none is known at once."""

HELLO, CLOSED = b"h", b"c"
"""What a guest's process says while it is still ours: here I am, and now the doors are closed."""


class GuestProcess:
    """One guest, from its hello on.

    Args:
        host: Our end of its channel.
        status: A pipe that brings its exit status, or ends when nobody is left to know it.

    Attributes:
        channel: Our end of its channel.
    """

    def __init__(self, host: socket.socket, status: int) -> None:
        self.channel = host
        self._status = status
        self._process: Handle | None = None
        self._oom_kills = _oom_kills()

    def wait_until_closed(self) -> None:
        """Wait for the news that it is walled in.

        Raises:
            OSError: It died before.
        """
        try:
            hello, processes, _, _ = socket.recv_fds(self.channel, 1, 1)
            if processes:
                self._process = Handle(processes[0])
            if hello != HELLO or self.channel.recv(1) != CLOSED:
                raise ConnectionError("it died before it was walled in")
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Its number, as it is seen from here."""
        return self._process.pid if self._process else 0

    def kill(self) -> None:
        """End it, if it lives."""
        if self._process:
            self._process.kill()

    def send(self, data: memoryview, timeout: float) -> int:
        """Send some of `data` (see `sandbox.native.Channel.send`)."""
        self.channel.settimeout(timeout)
        return self.channel.send(data)

    def receive(self, size: int, timeout: float) -> bytes:
        """Receive some bytes (see `sandbox.native.Channel.receive`)."""
        self.channel.settimeout(timeout)
        return self.channel.recv(size)

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that it used (see `sandbox.native.Channel.cpu_seconds`)."""
        return self._process.cpu_seconds() if self._process else None

    def autopsy(self) -> End:
        """Find out why it is gone (see `sandbox.native.Channel.autopsy`)."""
        with suppress(OSError, ValueError):  # closed meanwhile, from elsewhere
            if self._process and not self._process.gone(GRACE_SECONDS):
                self._process.kill()
                return End("trap", "it closed its channel to the host", None)
        code = self.exit_code()
        if code is None:
            return End("worker", "the process that knows how it ended is gone, too", None)
        return self._meaning(code)

    def exit_code(self) -> int | None:
        """Return its exit status, negative for the signal that it died of, None if unknown."""
        word = b""
        with suppress(OSError, ValueError):  # closed meanwhile, from elsewhere
            if readable(self._status, TOLD_SECONDS):
                word = os.read(self._status, 4)
        return os.waitstatus_to_exitcode(int.from_bytes(word, "big")) if word else None

    def _meaning(self, code: int) -> End:
        if code >= 0:
            return End("trap", f"the process left with exit status {code}", None)
        if code != -signal.SIGKILL:
            return End("trap", f"the process died of {signal.strsignal(-code)}", None)
        if _oom_kills() > self._oom_kills:
            return End("memory", "killed by the kernel, which ran out of memory", None)
        return End("worker", "the process was killed from outside", None)

    def close(self) -> None:
        """Kill it, and give everything back."""
        self.kill()
        if self._process:
            self._process.close()
        # It is ours to close only once, whoever else closes this guest at the same time.
        status, self._status = self._status, -1
        self.channel.close()
        if status >= 0:
            os.close(status)


def _oom_kills() -> int:
    """Return how many processes the kernel killed for want of memory since it started."""
    with suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
