"""Brings numbers to zero mean and unit deviation, by all that was seen so far."""

from __future__ import annotations

from typing import Any

import torch

SMALLEST = 1e-6
"""Deviation of what does not vary."""


class Scale:
    """Running mean and deviation of each feature (Chan, Golub and LeVeque 1983).

    Args:
        features: How many numbers a row has.
    """

    def __init__(self, features: int) -> None:
        self._count = 0
        self._mean = torch.zeros(features, dtype=torch.float64)
        self._squares = torch.zeros(features, dtype=torch.float64)

    def learn(self, rows: torch.Tensor) -> None:
        """Take rows into account, shape (rows, features)."""
        values, added = rows.double(), len(rows)
        mean = values.mean(dim=0)
        shift, total = mean - self._mean, self._count + added
        self._squares += (values - mean).square().sum(dim=0)
        self._squares += shift.square() * (self._count * added / total)
        self._mean = self._mean + shift * (added / total)
        self._count = total

    def apply(self, rows: torch.Tensor) -> torch.Tensor:
        """Return rows on unit scale; as they are before anything was seen."""
        return ((rows.double() - self._mean) / self._deviation()).to(rows.dtype)

    def undo(self, rows: torch.Tensor) -> torch.Tensor:
        """Return what `apply` made rows of."""
        return (rows.double() * self._deviation() + self._mean).to(rows.dtype)

    def state_dict(self) -> dict[str, Any]:
        """Return what was seen, summed up."""
        return {"count": self._count, "mean": self._mean, "squares": self._squares}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from it."""
        self._count = state["count"]
        self._mean, self._squares = state["mean"].clone(), state["squares"].clone()

    def _deviation(self) -> torch.Tensor:
        if not self._count:
            return torch.ones_like(self._mean)
        deviation = (self._squares / self._count).sqrt()
        return torch.where(deviation > SMALLEST, deviation, torch.ones_like(deviation))
