"""Calls in threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError, wait
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
HURRIED = 5.0
"""Seconds for what is interrupted to hear of it: a model of this process does with its next token,
and who waits for a silent server does not."""
_Call = tuple[Future[Any], Callable[..., Any], tuple[object, ...]]


class LocalExecutor:
    """Threads of this process (see `genetic.executors.executor.Executor`).

    Unlike those of ``concurrent.futures``, they do not keep the interpreter from ending: a call
    that runs on after `close` is left to itself.
    """

    name = "local"

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._unfinished: set[Future[Any]] = set()
        self._closed = False
        # A signal handler may close it while the same thread is inside it.
        self._lock = threading.RLock()
        for _ in range(workers):
            threading.Thread(target=self._work, daemon=True).start()

    def submit(self, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Have a function called (see `genetic.executors.executor.Executor.submit`)."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # from here on only we finish it
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor is closed; open another")
            self._unfinished.add(future)
            self._calls.put((future, function, arguments))
        return future

    def finish(self, patience: float | None) -> None:
        """Wait for all calls, or for so many seconds at most."""
        with self._lock:
            unfinished = list(self._unfinished)
        wait(unfinished, patience)

    def close(self) -> None:
        """Finish every call, with a result or without one."""
        with self._lock:
            self._closed = True
            unfinished = list(self._unfinished)
            for _ in range(self.workers):
                self._calls.put(None)
        for future in unfinished:
            _finish(future, error=CancelledError("the executor was closed"))

    def _work(self) -> None:
        while self._do(self._calls.get()):
            pass

    def _do(self, call: _Call | None) -> bool:
        if call is None:
            return False
        future, function, arguments = call
        if not future.done():
            try:
                _finish(future, function(*arguments))
            except BaseException as error:
                _finish(future, error=error)
        with self._lock:
            self._unfinished.discard(future)
        return True


@contextmanager
def side_by_side(workers: int) -> Iterator[LocalExecutor]:
    """Yield threads whose calls are waited for in the end, but for long only if nobody interrupts.

    Args:
        workers: How many.
    """
    executor, patience = LocalExecutor(workers), None
    try:
        yield executor
    except KeyboardInterrupt:
        patience = HURRIED
        raise
    finally:
        executor.finish(patience)
        executor.close()


def _finish(future: Future[Any], result: object = None, error: BaseException | None = None) -> None:
    try:
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
    except InvalidStateError:
        pass  # closing was faster
