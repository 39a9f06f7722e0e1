"""From values to places in a picture."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

TICKS = 5
LARGEST = sys.float_info.max
LEAST = 1e-300
"""Below this there is no room for steps."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale: calling it returns the place of a value.

    Attributes:
        low: The least value.
        high: The greatest.
        start: The place of the least.
        end: The place of the greatest.
    """

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float) -> Scale:
        """Return a scale over values, of which there is one at least."""
        known = list(values)
        low, high = min(known), max(known)
        if low == high:
            around = max(0.5, abs(low) / 2)  # half a unit is nothing to what is very large
            low, high = max(low - around, -LARGEST), min(high + around, LARGEST)
        return cls(low, high, start, end)

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        span = self.high / 2 - self.low / 2  # halves, as the whole may be beyond all numbers
        share = (value / 2 - self.low / 2) / span if span else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return a few round values along the scale."""
        span = self.high - self.low
        if not math.isfinite(span) or span < LEAST:
            return [self.low, self.high]
        power = 10.0 ** math.floor(math.log10(span / TICKS))
        step = next(power * each for each in (1, 2, 5, 10) if span / (power * each) <= TICKS)
        first = math.ceil(self.low / step)
        return [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def brief(value: float) -> str:
    """Return a number as it stands at an axis."""
    return f"{value:,.0f}" if abs(value) >= 1000 and value == int(value) else f"{value:.4g}"
