"""The host's handle on a process in a jail: what it used, whether it is gone, and its end."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress
from pathlib import Path


class Handle:
    """A process that cannot be mistaken for a later one with its number.

    Args:
        descriptor: What `pidfd_open` gave for it; closed by `close`.

    Attributes:
        pid: Its number, as it is seen from here.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.pid = _pid(descriptor)
        self._cpu_clock = (~self.pid << 3) | 2 if self.pid > 0 else None
        """Counts its CPU time, as `clock_getcpuclockid` makes it."""
        self._cpu_seconds = 0.0

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that it used, exact, and none of its own telling; None if unknown."""
        if self._cpu_clock is None:
            return None
        with suppress(OSError):  # it is gone
            self._cpu_seconds = time.clock_gettime(self._cpu_clock)
        return self._cpu_seconds

    def gone(self, timeout: float) -> bool:
        """Tell whether it ends in time.

        Raises:
            ValueError: The handle is closed.
        """
        return readable(self._descriptor, timeout)

    def kill(self) -> None:
        """End it, if it lives."""
        if self._descriptor >= 0:
            with suppress(OSError):  # it is dead
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it; closing twice, also at the same time from elsewhere, is fine."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def readable(descriptor: int, timeout: float) -> bool:
    """Tell whether a descriptor becomes readable in time.

    Raises:
        ValueError: It is negative, as those are that are closed.
    """
    watch = select.poll()
    watch.register(descriptor, select.POLLIN)
    return bool(watch.poll(timeout * 1000))


def _pid(process: int) -> int:
    fields = Path(f"/proc/self/fdinfo/{process}").read_text().split()
    return int(fields[fields.index("Pid:") + 1])
