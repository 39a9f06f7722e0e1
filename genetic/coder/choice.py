"""Which conversation to go on with: the softmax of scores over a temperature."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence


def probabilities(scores: Sequence[float], temperature: float) -> list[float]:
    """Return how likely each is chosen.

    At 0 the best is chosen, the earliest of several; at infinity each is as likely as any other.
    """
    if temperature == 0:
        best = max(range(len(scores)), key=lambda place: (scores[place], -place))
        return [float(place == best) for place in range(len(scores))]
    most = max(scores)
    weights = [math.exp((score - most) / temperature) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


def chosen(scores: Sequence[float], temperature: float, rng: random.Random) -> int:
    """Return the place of the one that is chosen."""
    return rng.choices(range(len(scores)), probabilities(scores, temperature))[0]
