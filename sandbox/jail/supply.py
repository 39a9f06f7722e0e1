"""Keeps what makes processes for guests; what takes its place later is as walled in as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from sandbox.session import SandboxError

Process_co = TypeVar("Process_co", covariant=True)
Process = TypeVar("Process")


class Source(Protocol[Process_co]):
    """Makes processes: a zygote, or what stands in for one."""

    missing: dict[str, str]
    """The layers of the jail that they lack, each with the reason."""
    partial: dict[str, str]
    """The layers that hold in part, each with what it leaves open."""

    @property
    def alive(self) -> bool:
        """Whether it can be asked for anything."""
        ...

    def dying(self) -> bool:
        """Whether it is dead, or will be in a moment."""
        ...

    def start_guest(self, memory_mb: int) -> Process_co:
        """Have a process made, and wait until it is walled in.

        Raises:
            OSError: It did not come to be.
        """
        ...

    def close(self) -> None:
        """End it and all that it made."""
        ...


class Supply(Generic[Process]):
    """Processes from a source that is started when one is needed.

    Args:
        start: Starts a source.
        whole: Whether every layer must be there; if not, those that the first source has.
        refused: Makes the error for a source that lacks more.
    """

    def __init__(
        self,
        start: Callable[[], Source[Process]],
        *,
        whole: bool,
        refused: Callable[[Mapping[str, str]], SandboxError],
    ) -> None:
        self._start, self._refused = start, refused
        self._accepted: frozenset[str] | None = frozenset() if whole else None
        self._source: Source[Process] | None = None
        # A signal handler may close the wall while the same thread is inside it.
        self._lock = threading.RLock()

    @property
    def alive(self) -> bool:
        """Whether there is a source now that can be asked."""
        return self._source is not None and self._source.alive

    def running(self) -> Source[Process]:
        """Return a source that lives.

        Raises:
            SandboxError: None starts, or it lacks a layer that it must have.
        """
        with self._lock:
            if self._source is None or not self._source.alive:
                self.close()
                # A machine that runs short of something may refuse a layer that it had before.
                self._source = self._whole_enough(self._start())
            return self._source

    def start_guest(self, memory_mb: int) -> Process:
        """Return a process for a guest (see `Source.start_guest`).

        Raises:
            SandboxError: None can be made.
        """
        source = self.running()
        try:
            try:
                return source.start_guest(memory_mb)
            except OSError:
                if not source.dying():
                    raise
                return self.running().start_guest(memory_mb)
        except OSError as error:
            raise SandboxError(f"no process can be made for a new life: {error}") from error

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            if self._source is not None:
                self._source.close()
            self._source = None

    def _whole_enough(self, source: Source[Process]) -> Source[Process]:
        if self._accepted is None:
            self._accepted = frozenset(source.missing)
        if not source.missing.keys() <= self._accepted:
            source.close()
            raise self._refused(source.missing)
        return source
