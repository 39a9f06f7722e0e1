"""Who breeds."""

from __future__ import annotations

import math
import random


def rank_index(r: float, count: int, elitism: float) -> int:
    """Return which of `count` candidates, sorted from worst to best, is chosen.

    ``floor((1 - r^(1 + elitism)) * count)``, at most ``count - 1``. At an elitism of 0 all are
    equally likely; the larger it is, the likelier are the better ones.

    Args:
        r: A random number in [0, 1).
        count: How many there are, at least 1.
        elitism: How much the better ones are preferred, more than -1.
    """
    return min(math.floor((1 - math.pow(r, 1 + elitism)) * count), count - 1)


def choose(rng: random.Random, count: int, elitism: float) -> int:
    """Return the index of one candidate, sorted from worst to best, by its rank."""
    return rank_index(rng.random(), count, elitism)


def choose_pair(rng: random.Random, count: int, elitism: float) -> tuple[int, int]:
    """Return two indices by rank, the fitter first; they differ where there are two candidates."""
    first, second = choose(rng, count, elitism), choose(rng, count, elitism)
    if first == second and count > 1:
        second = (first + rng.randrange(1, count)) % count
    return max(first, second), min(first, second)
