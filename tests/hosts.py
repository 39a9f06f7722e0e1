"""Hosts of lives, for tests that drive a life themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoagent.host import Idle
from autoagent.journal import Data
from autoagent.tape import Tape


class Keeping(Idle):
    """A host at whose clock it is always the same time, and that keeps what enters.

    Args:
        past: What is fed to the life first.
        clock: The time, if it is to go on.
    """

    def __init__(
        self, past: Iterable[tuple[str, Data]] = (), clock: Callable[[], float] = lambda: 0.0
    ) -> None:
        super().__init__(clock)
        self.entered: list[tuple[str, Data]] = []
        self._tape = Tape(past)

    def record(self, kind: str, data: Data) -> None:
        """Keep it."""
        self.entered.append((kind, data))

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Feed the past."""
        return self._tape.recall(kind, asked)
