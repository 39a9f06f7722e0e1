"""Long work that can be stopped from outside, by itself or part by part."""

from __future__ import annotations

from typing import Protocol, TypeVar


class Interrupted(Exception):
    """Work was paused or killed, so that nothing can be said of it."""


class Stoppable(Protocol):
    """Long work that can be stopped from outside."""

    def pause(self) -> None:
        """Stop at the next opportunity; nothing done so far is lost."""
        ...

    def kill(self) -> None:
        """Stop at once."""
        ...


W = TypeVar("W", bound=Stoppable)


class InTurn:
    """Work whose parts are done one after the other: to stop it is to stop the present one."""

    def __init__(self) -> None:
        self._work: Stoppable | None = None
        self._paused = False

    def taken_up(self, work: W) -> W:
        """Return the next part; it is paused if that was wished before it was there."""
        self._work = work
        if self._paused:
            work.pause()
        return work

    def pause(self) -> None:
        """Stop as soon as possible, from any thread; what is finished is kept."""
        self._paused = True
        if self._work is not None:
            self._work.pause()

    def kill(self) -> None:
        """Stop at once."""
        self._paused = True
        if self._work is not None:
            self._work.kill()
