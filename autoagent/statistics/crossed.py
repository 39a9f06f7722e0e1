"""Samples in two kinds of groups at once, and many comparisons of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autoagent.statistics.estimate import LEVEL, RESAMPLES, Estimate


def crossed(
    values: Sequence[tuple[str, str, float]], seed: int = 0, *, resamples: int = RESAMPLES
) -> tuple[Estimate, float]:
    """Return the mean of what belongs to two groups each, such as a training and a prompt.

    Groups of both kinds are drawn anew at once (the pigeonhole bootstrap, Owen 2007): else the
    trainings that happened to be made would pass for all that could be.

    Args:
        values: Each with the names of its two groups.
        seed: Of the drawing.
        resamples: How many are drawn.

    Returns:
        The mean with its percentile interval, and the two-sided p-value of a mean of 0, which is at
        least two in as many as are drawn.

    Raises:
        ValueError: There is no value.
    """
    if not values:
        raise ValueError("there is nothing to estimate from: give at least one value")
    ones, others, numbers = zip(*values, strict=True)
    names, at = zip(*(np.unique(each, return_inverse=True) for each in (ones, others)), strict=True)
    shape = (len(names[0]), len(names[1]))
    counted, summed = np.zeros(shape), np.zeros(shape)
    np.add.at(counted, at, 1.0)
    np.add.at(summed, at, numbers)
    rng = np.random.default_rng(seed)
    drawn = [rng.multinomial(size, np.full(size, 1 / size), resamples) for size in shape]
    sums, counts = (((drawn[0] @ each) * drawn[1]).sum(axis=1) for each in (summed, counted))
    means = sums[counts > 0] / counts[counts > 0]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    beyond = min(int((means <= 0).sum()), int((means >= 0).sum())) + 1
    p_value = min(1.0, 2 * beyond / (len(means) + 1))
    value = float(np.mean(numbers))
    if 1 in shape:
        return Estimate(value, None, None, len(values)), 1.0
    return Estimate(value, float(low), float(high), len(values)), p_value


def holm(p_values: Sequence[float], level: float = 1 - LEVEL) -> list[bool]:
    """Return which of many hypotheses are rejected, such that all are right at once (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    rejected = [False] * len(p_values)
    for rank, index in enumerate(order):
        if p_values[index] > level / (len(order) - rank):
            break
        rejected[index] = True
    return rejected
