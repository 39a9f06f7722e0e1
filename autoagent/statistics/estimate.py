"""Figures of a sample with their intervals of 95 %."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import stats

LEVEL = 0.95
RESAMPLES = 9_999
BATCH = 1_000
"""Resamples that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its interval of 95 %.

    Attributes:
        value: Of the sample.
        low: Lower end; None where the sample is too small to tell.
        high: Upper end; likewise.
        count: Size of the sample.
    """

    value: float
    low: float | None
    high: float | None
    count: int

    def as_dict(self) -> dict[str, float | None]:
        """Return it as a JSON object."""
        return asdict(self)

    def __format__(self, spec: str) -> str:
        """Say it in a few characters, each number as a format says, or else with two decimals."""
        spec = spec or ".2f"
        value = format(self.value, spec)
        if self.low is None or self.high is None:
            return value
        return f"{value} [{self.low:{spec}}, {self.high:{spec}}]"

    def __str__(self) -> str:
        """Say it with two decimals."""
        return f"{self}"


def mean(values: Sequence[float], seed: int = 0, *, resamples: int = RESAMPLES) -> Estimate:
    """Return the mean, with a percentile bootstrap interval (Efron 1979)."""
    return estimate(np.mean, values, seed=seed, resamples=resamples)


def interquartile_mean(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean of the middle half (Agarwal et al. 2021), with a bootstrap interval."""
    return estimate(_iqm, values, seed=seed)


def ratio(parts: Sequence[tuple[float, float]], seed: int = 0) -> Estimate:
    """Return the sum of the first numbers over the sum of the second ones, bootstrapped in pairs.

    What is counted within one life hangs together, so lives are drawn anew, not what is in them.

    Args:
        parts: For each life what counts, and out of how many; together they are not zero.
        seed: Of the drawing.
    """
    return estimate(_ratio, *np.reshape(parts, (-1, 2)).T, seed=seed)


def share(successes: int, trials: int) -> Estimate:
    """Return the share of successes, with its score interval (Wilson 1927).

    Raises:
        ValueError: There is no trial.
    """
    if trials < 1:
        raise ValueError("no trials to take a share of; there must be at least one")
    found = stats.binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return Estimate(successes / trials, float(found.low), float(found.high), trials)


def estimate(
    statistic: Callable[..., Any],
    *samples: Sequence[float],
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Return a statistic, with a percentile bootstrap interval (Efron 1979).

    Where all values are equal the interval has no width, which says nothing of other samples.

    Args:
        statistic: Of arrays, along an ``axis``.
        samples: What it is of; where there are several, what belongs together is drawn together.
        seed: Of the drawing.
        resamples: How many are drawn.

    Raises:
        ValueError: There is no value.
    """
    arrays = [np.asarray(sample, np.float64) for sample in samples]
    count = len(arrays[0])
    if not count:
        raise ValueError("there is nothing to estimate from: give at least one value")
    value = float(statistic(*arrays, axis=-1))
    if count == 1:
        return Estimate(value, None, None, count)
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        # A resample may have nothing to take a ratio of.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        drawn = stats.bootstrap(
            arrays,
            statistic,
            paired=True,
            confidence_level=LEVEL,
            n_resamples=resamples,
            method="percentile",
            rng=np.random.default_rng(seed),
            batch=BATCH,
        ).bootstrap_distribution
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), count)


def _iqm(values: Any, axis: int) -> Any:
    return stats.trim_mean(values, 0.25, axis=axis)


def _ratio(counted: Any, total: Any, axis: int) -> Any:
    return counted.sum(axis=axis) / total.sum(axis=axis)
