"""What Ctrl-C and SIGTERM do to long work."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

from autoagent.cli.common import progress
from autoagent.stoppable import Stoppable


class Interrupts:
    """The first Ctrl-C or SIGTERM suspends the work, the next kills it.

    Args:
        work: What is stopped.
        at_once: Tells whether nothing is waited for, as where a person or a model is being asked.

    Attributes:
        exit_code: What the program should exit with.
    """

    def __init__(self, work: Stoppable, *, at_once: Callable[[], bool] = lambda: False) -> None:
        self.exit_code = 0
        self._work = work
        self._at_once = at_once
        self._handle_with(self._suspend)

    def _handle_with(self, handler: Callable[[int, FrameType | None], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handler)

    def _suspend(self, number: int, _frame: FrameType | None) -> None:
        self._handle_with(self._kill)
        # Ctrl-C is a person's wish, and done as asked; a terminated program says that it was.
        self.exit_code = 0 if number == signal.SIGINT else 128 + number
        self._work.pause()
        progress("suspending; Ctrl-C again kills")
        if self._at_once():
            raise KeyboardInterrupt

    def _kill(self, number: int, _frame: FrameType | None) -> None:
        self.exit_code = 128 + number
        self._work.kill()
        raise KeyboardInterrupt
