"""What a life is handed by whoever drives it: time, memory, money, and whom to ask."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from autoagent.asker import Asker
from autoagent.journal import Data
from autoagent.meter import Meter


class Host(Protocol):
    """Serves one life. Whatever enters the organism passes here: recalled, or made and recorded."""

    def time(self) -> float:
        """Return the time that the organism sees, in seconds; read once for each reply."""
        ...

    def record(self, kind: str, data: Data) -> None:
        """Take note of what enters the organism, before it enters."""
        ...

    def announce(self, call: Data) -> None:
        """Take note, before it is made, of a call that acts on the world."""
        ...

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Return what entered the organism at this point of its past.

        Args:
            kind: The kind of reply.
            asked: What the organism asked for; that must be as it was.

        Returns:
            What entered, of which nothing is made or recorded anew; None once there is no more of
            it.
        """
        ...

    def check(self) -> None:
        """Let the organism go on; called at each message between two heartbeats.

        Raises:
            SuspendedError: The life is to stop.
        """
        ...

    def charge(self, cost: float) -> str | None:
        """Pay for a skill call, or say why it cannot be paid."""
        ...

    def asker(self, prefix: str) -> Asker:
        """Return whom a skill may ask; the names of its questions begin with `prefix`."""
        ...


class Idle:
    """A host without a past, a record or a budget: a life that nobody keeps.

    Args:
        clock: The time that the organism sees; by default the time of day.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    def time(self) -> float:
        """Return the time."""
        return self._clock()

    def record(self, kind: str, data: Data) -> None:
        """Forget it."""

    def announce(self, call: Data) -> None:
        """Forget it."""

    def recall(self, kind: str, asked: Data) -> Data | None:
        """Remember nothing."""
        return None

    def check(self) -> None:
        """Let it go on."""

    def charge(self, cost: float) -> str | None:
        """Let it pass."""
        return None

    def asker(self, prefix: str) -> Asker:
        """Return one who knows nobody."""
        return Asker([])


class Metered:
    """What hosts have in common whose lives are paid for.

    Args:
        meter: Counts what a life takes, and stops it.
        asker: Whom its skills may ask.
    """

    def __init__(self, meter: Meter, asker: Asker) -> None:
        self._meter = meter
        self._asker = asker

    def check(self) -> None:
        """Raise `SuspendedError` if the life is paused, or its time is up."""
        self._meter.admit_text()

    def charge(self, cost: float) -> str | None:
        """Charge the budget of skills."""
        return self._meter.charge_skill(cost)

    def asker(self, prefix: str) -> Asker:
        """Return whom a skill may ask."""
        return self._asker.within(prefix)
