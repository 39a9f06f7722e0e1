"""The paired permutation test: whether one thing is better than another on the same tasks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def permutation_test(challenger: Sequence[float], incumbent: Sequence[float]) -> float:
    """Return the p-value: how likely such a lead would be if both were equally good.

    The test is of the mean difference, and one-sided (Fisher 1935): exact where there are at most
    13 pairs, sampled with a fixed seed beyond.

    Args:
        challenger: Its score on each task.
        incumbent: The other's score on the same task.

    Raises:
        ValueError: The scores are not pairs, or there is none.
    """
    if len(challenger) != len(incumbent) or not challenger:
        raise ValueError(
            f"{len(challenger)} and {len(incumbent)} scores are no pairs; give as many of each"
        )
    differences = np.subtract(challenger, incumbent)
    if not differences.any():
        return 1.0
    if len(differences) == 1:
        return 0.5 if differences[0] > 0 else 1.0
    result = stats.permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        alternative="greater",
        n_resamples=9_999,
        rng=np.random.default_rng(0),
    )
    return float(result.pvalue)
