"""A curve in one line of text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
LONGEST = 60
"""Points of a line; of more, each is the mean of several."""


def sparkline(values: Sequence[float]) -> str:
    """Return numbers as bars between the least and the greatest; empty where there are none."""
    points = _thinned([value for value in values if math.isfinite(value)])
    if not points:
        return ""
    low, high = min(points), max(points)
    step = (high - low) / (len(BARS) - 1)
    return "".join(BARS[round((point - low) / step) if step > 0 else 0] for point in points)


def curve(label: str, values: Sequence[float]) -> str:
    """Return a line with a curve, from its first value to its last; empty without two of them."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2:
        return ""
    return f"{label}  {finite[0]:.4g} {sparkline(finite)} {finite[-1]:.4g}"


def _thinned(values: Sequence[float]) -> list[float]:
    """Return at most `LONGEST` numbers, each the mean of its share."""
    count = min(len(values), LONGEST)
    cuts = [len(values) * number // count for number in range(count + 1)] if count else []
    return [sum(values[a:b]) / (b - a) for a, b in itertools.pairwise(cuts)]
