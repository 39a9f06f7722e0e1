"""A hazard: it rains only on those who change."""

from __future__ import annotations

import math

from autoagent.effects import Hit
from env.hazards import Scene


class Drought:
    """Lets those die of thirst who stay as they are (see `env.hazards.Hazard`).

    Effect: water falls by difficulty in each step, and at 0 the life ends. A step in which the
    organism defines something, or defines it anew, fills it up again.

    Args:
        water: What a life begins with, and the most that it can have.

    Raises:
        ValueError: It is no finite number above 0.
    """

    name = "drought"

    def __init__(self, water: float = 4.0) -> None:
        if not 0 < water < math.inf:
            raise ValueError(f"drought: water must be finite and more than 0, got {water}")
        self.water = water
        self._left = water

    @property
    def vital(self) -> float:
        """The share of water that is left."""
        return max(self._left, 0.0) / self.water

    @property
    def demand(self) -> str:
        """What it takes to live."""
        return "It rains when you define a function."

    def begin(self, scene: Scene) -> None:
        """Start with full water."""
        self._left = self.water

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Drought damages nothing."""
        return ()

    def judge(self, scene: Scene) -> str | None:
        """Take what the step costs, unless it rains."""
        rains = set(scene.outcome.changed) - scene.hit  # what damage has changed is no merit
        self._left = self.water if rains else self._left - scene.difficulty
        return "no water is left" if self._left <= 0 else None
