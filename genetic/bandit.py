"""Chooses among arms, and learns from what came of it: which model to ask, say."""

from __future__ import annotations

import random
from collections.abc import Iterable


class Bandit:
    """Thompson sampling over arms that succeed or fail.

    Each arm's rate of success has a Beta posterior from a flat prior; the arm with the largest
    draw is chosen (Thompson 1933; Chapelle and Li 2011).

    Args:
        arms: How many there are.
        rng: Everything random comes from it.

    Attributes:
        wins: Successes of each arm.
        losses: Failures of each arm.
    """

    def __init__(self, arms: int, rng: random.Random) -> None:
        if arms < 1:
            raise ValueError(f"a bandit needs at least one arm, got {arms}")
        self.wins = [0] * arms
        self.losses = [0] * arms
        self._rng = rng

    def choose(self) -> int:
        """Return the arm to try next."""
        draws = [
            self._rng.betavariate(1 + won, 1 + lost)
            for won, lost in zip(self.wins, self.losses, strict=True)
        ]
        return draws.index(max(draws))

    def learn(self, outcomes: Iterable[tuple[int, bool]]) -> None:
        """Take note of arms that were tried, and of whether they succeeded."""
        for arm, won in outcomes:
            (self.wins if won else self.losses)[arm] += 1
