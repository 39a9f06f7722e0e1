"""A number that changes while a policy learns: a step size, a bonus, the difficulty of a world."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Goes from one value to another in equal steps, and stays there.

    It follows from the number of the update alone, so a resumed run has the same.

    Attributes:
        first: Value in update 1.
        last: Value from update `over` on; None means as in the first.
        over: That update.
    """

    first: float
    last: float | None = None
    over: int = 1

    def at(self, update: int) -> float:
        """Return the value in an update."""
        if self.last is None:
            return self.first
        if update >= self.over:
            return self.last
        return self.first + (self.last - self.first) * (update - 1) / (self.over - 1)
