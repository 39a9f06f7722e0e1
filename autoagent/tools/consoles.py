"""Many consoles side by side, by their ids: bounded in number, and closed when nobody uses them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from autoagent.tools.console import Console, ConsoleError

ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Consoles:
    """The sessions of a server.

    Args:
        make: Makes a console.
        most: How many there may be.
        idle_seconds: After which one that is not used is closed.
    """

    def __init__(self, make: Callable[[], Console], *, most: int, idle_seconds: float) -> None:
        self._make = make
        self._most = most
        self._idle_seconds = idle_seconds
        self._held: dict[str, tuple[Console, float]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, name: str) -> Console:
        """Return the session of this id; it begins with its first use.

        Raises:
            ConsoleError: The id is none, or there are too many sessions.
        """
        with self._lock:
            console = self._held[name][0] if name in self._held else self._new(name, self._make)
            self._held[name] = (console, time.monotonic())
            return console

    def known(self, name: str) -> Console:
        """Return a session that is there.

        Raises:
            ConsoleError: There is none of this id.
        """
        with self._lock:
            if name not in self._held:
                raise ConsoleError(f"there is no session {name[:64]!r}; {self._told()}")
            return self._held[name][0]

    def fork(self, name: str, other: str) -> None:
        """Begin another session as one is now.

        Raises:
            ConsoleError: There is no such session, it is busy, or there is the other one already.
        """
        console = self.known(name)
        with self._lock:
            if other in self._held:
                raise ConsoleError(f"there is a session {other!r} already; reset it first")
            self._held[other] = (self._new(other, console.fork), time.monotonic())

    def drop(self, name: str) -> None:
        """End a session, if there is one of this id."""
        with self._lock:
            console, _ = self._held.pop(name, (None, 0.0))
        if console is not None:
            console.close()

    def close(self) -> None:
        """End all of them."""
        for name in list(self._held):
            self.drop(name)

    def close_idle(self) -> None:
        """End those that were not used for long."""
        since = time.monotonic() - self._idle_seconds
        with self._lock:
            idle = [n for n, (each, used) in self._held.items() if used < since and not each.busy]
        for name in idle:
            self.drop(name)

    def _new(self, name: str, make: Callable[[], Console]) -> Console:
        if not ID.fullmatch(name):
            raise ConsoleError(
                f"{name[:64]!r} is no id of a session: 1 to 64 letters, digits and _.-"
            )
        if len(self._held) >= self._most:
            raise ConsoleError(f"there are {self._most} sessions, and no more; {self._told()}")
        return make()

    def _told(self) -> str:
        names = sorted(self._held)
        shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        return f"reset one of: {shown}" if names else "there are none"
