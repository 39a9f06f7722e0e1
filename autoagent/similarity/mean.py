"""The weighted mean of what several measures say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autoagent.similarity.measure import Measure, Pair, Rating


class Similarity:
    """The weighted mean of several measures, finite and in [0, 1].

    Equal texts have the similarity 1, and no measure is asked about them. A measure that gives
    a pair no rating is left out of its mean; a pair that nobody rates has the similarity 0.

    Args:
        measures: Each with its weight; a weight of 0 switches the measure off.

    Raises:
        ValueError: A weight is negative or not finite, or none is above 0.
    """

    def __init__(self, measures: Sequence[tuple[Measure, float]]) -> None:
        for measure, weight in measures:
            if not 0 <= weight < math.inf:
                raise ValueError(
                    f"the weight of {measure.name} is {weight}; give a finite number, 0 or more"
                )
        most = max((weight for _, weight in measures), default=0)
        if not most:
            raise ValueError("no measure has a weight above 0; give one to at least one of them")
        # Divided by the largest, weights cannot overflow when they are added up.
        shares = [(measure, weight / most) for measure, weight in measures]
        self._measures = [(measure, share) for measure, share in shares if share]

    @property
    def names(self) -> tuple[str, ...]:
        """The measures that are switched on."""
        return tuple(measure.name for measure, _ in self._measures)

    def rate(self, pairs: Sequence[Pair]) -> list[Rating]:
        """Rate pairs of an expected and an actual text; equal pairs are rated once."""
        asked = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
        columns = [measure.rate(asked) if asked else [] for measure, _ in self._measures]
        weights = [weight for _, weight in self._measures]
        means = [_mean(weights, ratings) for ratings in zip(*columns, strict=True)]
        known = dict(zip(asked, means, strict=True))
        return [known.get(pair, Rating(1.0)) for pair in pairs]


def _mean(weights: Sequence[float], ratings: Sequence[Rating | None]) -> Rating:
    """Return the weighted mean of the ratings that there are."""
    given = [
        (weight, rating)
        for weight, rating in zip(weights, ratings, strict=True)
        if rating is not None and not math.isnan(rating.value)
    ]
    total = sum(weight for weight, _ in given)
    mean = sum(weight * _clipped(rating.value) for weight, rating in given) / total if total else 0
    reasoning = "\n".join(rating.reasoning for _, rating in given if rating.reasoning)
    return Rating(_clipped(mean), reasoning)


def _clipped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
