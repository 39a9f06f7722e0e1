"""What executors share whose workers are other processes, and may be lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from genetic.executors.calls import pack, unpack
from genetic.executors.executor import LostWorkerError
from genetic.executors.local import LocalExecutor

T = TypeVar("T")

ATTEMPTS = 3
"""How many workers a call may lose. Others' calls have workers of their own, and lose none."""


class WorkerDied(Exception):
    """The worker that had a call died; the text says how."""


class RemoteExecutor(ABC):
    """Threads, each of which has a worker make one call at a time, and another where one dies."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._threads = LocalExecutor(workers)

    @abstractmethod
    def ask(self, call: bytes) -> bytes:
        """Have a worker perform a call (see `genetic.executors.calls.perform`).

        Raises:
            WorkerDied: It died over it.
        """

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Have a function called (see `genetic.executors.executor.Executor.submit`)."""
        name = getattr(function, "__qualname__", repr(function))
        return self._threads.submit(self._answer, name, pack(function, arguments))

    def close(self) -> None:
        """Finish every call, with a result or without one."""
        self._threads.close()

    def _answer(self, name: str, call: bytes) -> Any:
        last = ""
        for _ in range(ATTEMPTS):
            try:
                answer = self.ask(call)
            except WorkerDied as death:
                last = str(death)
            else:
                return unpack(answer)
        raise LostWorkerError(
            f"{name} was given up, since {ATTEMPTS} workers died over it (the last one: "
            f"{last}); if memory ran out, take fewer workers or lower its limits"
        )
