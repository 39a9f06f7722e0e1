"""Samples in groups: what was drawn from one thing hangs together, so the things are drawn anew."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from autoagent.statistics.estimate import Estimate, mean, share


def group_means(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the mean of each group.

    Args:
        values: Each with the name of its group.
    """
    groups: dict[str, list[float]] = {}
    for name, value in values:
        groups.setdefault(name, []).append(value)
    return {name: fmean(found) for name, found in groups.items()}


def grouped_share(values: Iterable[tuple[str, float]]) -> Estimate:
    """Return the share of successes, of each group first and then of all groups.

    Args:
        values: Successes (1) and failures (0), each with the name of its group.

    Raises:
        ValueError: There is none.
    """
    rates = list(group_means(values).values())
    if set(rates) <= {0.0, 1.0}:  # a bootstrap may have no width then
        return share(int(sum(rates)), len(rates))
    return mean(rates)
