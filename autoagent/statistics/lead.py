"""How far one side is ahead of another on the same tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autoagent.statistics.estimate import RESAMPLES, Estimate, mean
from autoagent.statistics.permutation import permutation_test


@dataclass(frozen=True, slots=True)
class Lead:
    """How far one side is ahead of another, on the tasks that both have attempted.

    Attributes:
        tasks: How many they are.
        difference: Mean difference of what they scored.
        p_value: How likely such a lead would be if both were equally good.
    """

    tasks: int
    difference: Estimate
    p_value: float


def lead(
    ours: Mapping[str, float], theirs: Mapping[str, float], *, resamples: int = RESAMPLES
) -> Lead | None:
    """Compare two sides task by task; None where they have none in common.

    Args:
        ours: Our score on each task.
        theirs: The other side's.
        resamples: How often tasks are drawn anew for the interval.
    """
    both = [task for task in ours if task in theirs]
    if not both:
        return None
    pairs = [(ours[task], theirs[task]) for task in both]
    difference = mean([one - other for one, other in pairs], resamples=resamples)
    one, other = zip(*pairs, strict=True)
    return Lead(len(both), difference, permutation_test(one, other))
