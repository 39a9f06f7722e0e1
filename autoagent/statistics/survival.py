"""How long lives last, from lives of which some were cut off."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from autoagent.statistics.estimate import LEVEL


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
