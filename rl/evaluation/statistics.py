"""Figures with their uncertainty: bootstrap intervals, interquartile means, survival curves."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

LEVEL = 0.95
RESAMPLES = 9_999
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % bootstrap interval.

    Attributes:
        value: Of the sample.
        low: Lower end; equal to `value` where all values of the sample are.
        high: Upper end.
        count: Size of the sample.
    """

    value: float
    low: float
    high: float
    count: int

    def as_dict(self) -> dict[str, float]:
        """Return it as a JSON object."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it in a few characters."""
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def mean(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean, with a percentile bootstrap interval (Efron 1979)."""
    return _estimate(values, np.mean, seed)


def interquartile_mean(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean of the middle half (Agarwal et al. 2021), with a bootstrap interval."""
    return _estimate(values, _iqm, seed)


def ratio(parts: Sequence[tuple[float, float]], seed: int = 0) -> Estimate:
    """Return the sum of the first numbers over the sum of the second ones, bootstrapped in pairs.

    What is counted within one life hangs together, so lives are drawn anew, not what is in them.

    Args:
        parts: For each life what counts, and out of how many; together they are not zero.
        seed: Of the drawing.
    """
    pairs = np.array(parts, np.float64)
    value = float(pairs[:, 0].sum() / pairs[:, 1].sum())
    drawn = np.random.default_rng(seed).integers(len(pairs), size=(RESAMPLES, len(pairs)))
    counted, total = pairs[:, 0][drawn].sum(axis=1), pairs[:, 1][drawn].sum(axis=1)
    shares = counted[total > 0] / total[total > 0]
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), len(pairs))


class Curve(NamedTuple):
    """A survival curve.

    Attributes:
        steps: When the share changes, from 0 on.
        share: The share that lives longer than so many steps.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    steps: list[float]
    share: list[float]
    low: list[float]
    high: list[float]


def kaplan_meier(steps: Sequence[int], died: Sequence[bool]) -> Curve:
    """Return the curve of survival (Kaplan and Meier 1958, intervals by log-log).

    A life that reached the step limit is censored: all that is known is that it lasted longer.

    Args:
        steps: How many each life survived.
        died: Whether it ended by death.
    """
    lasted, dead = np.asarray(steps, np.float64), np.asarray(died, bool)
    sample = stats.CensoredData.right_censored(lasted, ~dead)
    if not dead.any():  # what so many lives without a death still allow (Clopper and Pearson 1934)
        last, least = float(lasted.max()), ((1 - LEVEL) / 2) ** (1 / len(lasted))
        return Curve([0.0, last], [1.0, 1.0], [1.0, least], [1.0, 1.0])
    survival = stats.ecdf(sample).sf
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # at shares of 0 and 1 there is none
        interval = survival.confidence_interval(LEVEL, method="log-log")
    at = [0.0, *map(float, survival.quantiles)]
    low, high = (
        [1.0, *map(float, np.where(np.isfinite(bound), bound, survival.probabilities))]
        for bound in (interval.low.probabilities, interval.high.probabilities)
    )
    return Curve(at, [1.0, *map(float, survival.probabilities)], low, high)


def _estimate(values: Sequence[float], statistic: Callable[..., Any], seed: int) -> Estimate:
    sample = np.asarray(values, np.float64)
    if not len(sample):
        raise ValueError("there is nothing to estimate from: give at least one value")
    value = float(statistic(sample))
    if len(sample) == 1 or np.all(sample == sample[0]):
        return Estimate(value, value, value, len(sample))
    found = stats.bootstrap(
        (sample,),
        statistic,
        confidence_level=LEVEL,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(seed),
        batch=1_000,
    ).confidence_interval
    return Estimate(value, float(found.low), float(found.high), len(sample))


def _iqm(values: Array, axis: int = -1) -> Any:
    return stats.trim_mean(values, 0.25, axis=axis)
