"""What many tasks say together, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from scipy import stats

LEVEL = 0.95
RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its interval of 95 %; None where there is too little to tell."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """Return it in percent."""
        if self.low is None or self.high is None:
            return f"{self.value:.1%}"
        return f"{self.value:.1%} [{self.low:.1%}, {self.high:.1%}]"


def mean(values: Sequence[float]) -> Estimate:
    """Return the mean over tasks, with a percentile bootstrap interval (Efron 1979).

    The tasks are what is resampled. Where all values are equal the interval has no width, which
    says nothing of other tasks.

    Raises:
        ValueError: There is no value.
    """
    if not values:
        raise ValueError("no values to take the mean of")
    if len(values) == 1:
        return Estimate(values[0], None, None)
    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Estimate(fmean(values), float(found.low), float(found.high))


def share(successes: int, trials: int) -> Estimate:
    """Return the share of successes, with its score interval (Wilson 1927).

    Raises:
        ValueError: There is no trial.
    """
    if trials < 1:
        raise ValueError("no trials to take a share of")
    found = stats.binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return Estimate(successes / trials, float(found.low), float(found.high))
