"""An environment with a thread of its own, so that nobody has to wait for it for ever."""

from __future__ import annotations

import queue
import threading
import time
from typing import Any

import gymnasium


class Hung(Exception):
    """An environment did not answer in time."""


class Worker:
    """Calls an environment in a thread, one call at a time.

    Where environments are processes of their own, or leave Python for long, their threads run
    side by side.

    Args:
        env: The environment.
    """

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        self._env = env
        self._asked = 0.0
        self._calls: queue.SimpleQueue[tuple[str, tuple[Any, ...], dict[str, Any]]] = (
            queue.SimpleQueue()
        )
        self._answers: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()
        # A daemon: a program can end although one of its environments hangs.
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def ask(self, method: str, *args: Any, **kwargs: Any) -> None:
        """Begin a call."""
        self._asked = time.monotonic()
        self._calls.put((method, args, kwargs))

    def answer(self, patience: float) -> Any:
        """Return what the call returned.

        Args:
            patience: Seconds that it may take, from when it was begun.

        Raises:
            Hung: It took longer.
            Exception: Whatever the environment raised.
        """
        left = self._asked + patience - time.monotonic()
        try:
            result, error = self._answers.get(timeout=max(0.0, left))
        except queue.Empty:
            raise Hung(
                f"no answer for {patience:g} seconds; raise --patience if it is only slow"
            ) from None
        if error is not None:
            raise error
        return result

    def abandon(self) -> None:
        """Close the environment as soon as it answers, and wait for nothing."""
        self.ask("close")

    def join(self, patience: float) -> None:
        """Wait until an abandoned environment is closed, for so many seconds at most."""
        self._thread.join(patience)

    def _serve(self) -> None:
        method = ""
        while method != "close":
            method, args, kwargs = self._calls.get()
            try:
                self._answers.put((self._env.get_wrapper_attr(method)(*args, **kwargs), None))
            except Exception as error:
                self._answers.put((None, error))
