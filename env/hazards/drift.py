"""Drift: what is demanded changes while the organism lives."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autoagent.effects import Hit
from env.hazards.hazard import Scene

DEMANDS = (
    "Write functions that work with numbers.",
    "Write functions that work with texts.",
    "Write functions that work with lists.",
    "Write functions that answer yes or no.",
)


class Drift:
    """Replaces the demand again and again, in an order drawn for each life.

    Effect: every `period` / difficulty steps the organism's task becomes another demand; the
    organism has it from that answer on. Drift alone kills nobody: it moves what other hazards
    and whoever measures ask for.

    Args:
        period: Steps between two changes at difficulty 1.
        demands: What may be demanded.

    Raises:
        ValueError: The period is below 1, or fewer than two demands are given.
    """

    name = "drift"

    def __init__(self, period: int = 8, demands: Sequence[str] = DEMANDS) -> None:
        if period < 1:
            raise ValueError(f"drift: period must be at least 1 step, got {period}")
        if len(demands) < 2:
            raise ValueError("drift: give at least two demands, or there is nothing to change to")
        self.period = period
        self.demands = tuple(demands)
        self._order: list[str] = []
        self._next = 0.0

    @property
    def vital(self) -> float:
        """Drift costs nothing by itself."""
        return 1.0

    @property
    def demand(self) -> str:
        """The demand that drifts is the prompt itself."""
        return ""

    def begin(self, scene: Scene) -> None:
        """Draw the order of demands."""
        self._order = [self.demands[i] for i in scene.rng.permutation(len(self.demands))]
        self._next = self.period / scene.difficulty if scene.difficulty else math.inf

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Change the demand when it is time."""
        if scene.step + 1 >= self._next:
            self._next += self.period / scene.difficulty
            self._order.append(self._order.pop(0))
            scene.prompt = self._order[-1]
        return ()

    def judge(self, scene: Scene) -> str | None:
        """Nobody dies of it."""
        return None
