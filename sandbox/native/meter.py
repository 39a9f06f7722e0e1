"""What a guest may still spend: its time runs only while it computes."""

from __future__ import annotations

import time
from collections.abc import Callable

from sandbox.limits import Limits
from sandbox.session import End

SHORTEST_LOOK = 0.002
"""Seconds between two looks at a guest that has next to no CPU time left."""

CpuClock = Callable[[], float | None]


class SpentError(Exception):
    """A limit is reached.

    Attributes:
        end: What that means for the guest.
    """

    def __init__(self, end: End) -> None:
        super().__init__(end.detail)
        self.end = end


class Meter:
    """Counts the time and the CPU of one guest, between a reply and its next word.

    Args:
        limits: What it may spend.
        cpu_clock: Reads the CPU seconds that it used since it began; None where nobody can tell,
            and then it is taken to use one CPU all the time.
    """

    def __init__(self, limits: Limits, cpu_clock: CpuClock) -> None:
        self._limits = limits
        self._cpu_clock = cpu_clock
        self.refill()

    def refill(self) -> None:
        """Give it all of its time again."""
        self._seconds = self._limits.wall_seconds
        self._cpu_seconds = self._limits.cpu_seconds

    def start(self) -> None:
        """It computes from now on."""
        self._began, self._cpu_began = time.monotonic(), self._cpu_clock()

    def stop(self) -> None:
        """It waits from now on.

        Raises:
            SpentError: It took more than it had.
        """
        self._seconds, self._cpu_seconds = self._left()
        if self._cpu_seconds < 0:
            raise SpentError(End("fuel", "the CPU budget is used up", None))

    def patience(self) -> float:
        """Return for how many seconds it surely stays within its limits, if it stays alive.

        Raises:
            SpentError: It is past them.
        """
        seconds, cpu_seconds = self._left()
        if cpu_seconds <= 0:
            raise SpentError(End("fuel", "the CPU budget is used up", None))
        if seconds <= 0:
            raise SpentError(End("hang", "no heartbeat within the time limit", None))
        return min(seconds, max(cpu_seconds, SHORTEST_LOOK))

    def _left(self) -> tuple[float, float]:
        elapsed = time.monotonic() - self._began
        cpu = self._cpu_clock()
        used = elapsed if cpu is None or self._cpu_began is None else cpu - self._cpu_began
        return self._seconds - elapsed, self._cpu_seconds - used
