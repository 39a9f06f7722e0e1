"""What every executor promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

T = TypeVar("T")


class ExecutorError(ValueError):
    """An executor cannot be opened here; the message says why, and what to do."""


class LostWorkerError(RuntimeError):
    """A call was given up: whatever worker ran it died, each time that it was tried."""


class Executor(Protocol):
    """Works calls off, several at a time.

    A call is a function of its arguments alone: where a worker is lost, its call is made again.

    Attributes:
        name: What kind it is.
        workers: How many calls run at once.
    """

    name: str
    workers: int

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Have ``function(*arguments)`` called.

        Args:
            function: A function of a module that the workers can import as well.
            *arguments: Plain data: text, bytes, numbers, tuples, frozen dataclasses.

        Returns:
            Its result to come, or what it raised, or a `LostWorkerError`. It cannot be cancelled.

        Raises:
            RuntimeError: The executor is closed.
        """
        ...

    def close(self) -> None:
        """End the workers, at once: calls that are not finished raise ``CancelledError``."""
        ...
