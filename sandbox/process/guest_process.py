"""The host's handle on one guest in a jailed process: its channel, its clock, its death."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from sandbox.session import End

GRACE_SECONDS = 2.0
"""How long a process may take to be gone after its channel closed."""

HELLO, CLOSED = b"h", b"c"
"""What a guest's process says while it is still ours: here I am, and now the doors are closed."""


class GuestProcess:
    """One guest, from its hello on.

    Args:
        host: Our end of its channel.
        status: A pipe that brings its exit status, or ends when nobody is left to know it.
    """

    def __init__(self, host: socket.socket, status: int) -> None:
        self._host = host
        self._status = status
        self._process = -1
        self._cpu_clock: int | None = None
        self._cpu_seconds = 0.0
        self._oom_kills = _oom_kills()

    def wait_until_closed(self) -> None:
        """Wait for the news that it is walled in.

        Raises:
            OSError: It died before.
        """
        try:
            hello, processes, _, _ = socket.recv_fds(self._host, 1, 1)
            if processes:
                self._process = processes[0]
            if hello != HELLO or self._host.recv(1) != CLOSED:
                raise ConnectionError("it died before it was walled in")
            self._cpu_clock = cpu_clock(self._process)
        except BaseException:
            self.close()
            raise

    def send(self, data: memoryview, timeout: float) -> int:
        """Send some of `data` (see `sandbox.native.Channel.send`)."""
        self._host.settimeout(timeout)
        return self._host.send(data)

    def receive(self, size: int, timeout: float) -> bytes:
        """Receive some bytes (see `sandbox.native.Channel.receive`)."""
        self._host.settimeout(timeout)
        return self._host.recv(size)

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that it used; exact, and none of its own telling."""
        if self._cpu_clock is None:
            return None
        with suppress(OSError):  # it is gone
            self._cpu_seconds = time.clock_gettime(self._cpu_clock)
        return self._cpu_seconds

    def autopsy(self) -> End:
        """Find out why it is gone (see `sandbox.native.Channel.autopsy`)."""
        try:
            if not _ready(self._process, GRACE_SECONDS):
                self._kill()
                return End("trap", "it closed its channel to the host", None)
            word = os.read(self._status, 4) if _ready(self._status, GRACE_SECONDS) else b""
        except (OSError, ValueError):  # closed meanwhile, from elsewhere
            word = b""
        if not word:
            return End("worker", "the process that knows how it ended is gone, too", None)
        return self._meaning(os.waitstatus_to_exitcode(int.from_bytes(word, "big")))

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
        self._kill()
        # Each is ours to close only once, whoever else closes this life at the same time.
        process, self._process = self._process, -1
        status, self._status = self._status, -1
        self._host.close()
        for descriptor in (process, status):
            if descriptor >= 0:
                os.close(descriptor)

    def _kill(self) -> None:
        if self._process >= 0:
            with suppress(OSError):  # it is dead
                signal.pidfd_send_signal(self._process, signal.SIGKILL)


def _ready(descriptor: int, timeout: float) -> bool:
    """Tell whether a descriptor becomes readable in time: for a process, whether it is dead."""
    watch = select.poll()
    watch.register(descriptor, select.POLLIN)
    return bool(watch.poll(timeout * 1000))


def cpu_clock(process: int) -> int | None:
    """Return the clock that counts a process's CPU time, as `clock_getcpuclockid` makes it."""
    fields = Path(f"/proc/self/fdinfo/{process}").read_text().split()
    pid = int(fields[fields.index("Pid:") + 1])
    return (~pid << 3) | 2 if pid > 0 else None


def _oom_kills() -> int:
    """Return how many processes the kernel killed for want of memory since it started."""
    with suppress(OSError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
