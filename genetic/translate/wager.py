"""Whether one of two is better, decided as soon as the evidence suffices: a test by betting.

Whoever bets on the challenger, pair by pair, at fair odds, cannot win if it is no better: then the
capital is a martingale, and the probability that it ever reaches 1/level is at most the level
(Ville 1939; Shafer 2021). So one may look at it after each pair, and stop at any.

A pair is decided by quality, or else, where that is the same, by cost. How much to stake on either
is not known beforehand, so the capital is divided among several bettors.
"""

from __future__ import annotations

import math

QUALITY, COST = (0.5, 0.85), (0.0, 0.4)
"""Shares of their capital that bettors stake on a pair, by what decides it."""


class Wager:
    """Bets on the challenger.

    Args:
        level: The probability that one which is no better is thought to be.

    Attributes:
        evidence: How many times the first capital there is.
        most: The most that it ever was.
    """

    def __init__(self, level: float) -> None:
        self.evidence = 1.0
        self.most = 1.0
        self._level = level
        self._capitals = {(quality, cost): 1.0 for quality in QUALITY for cost in COST}

    def take(self, quality: float, cost: float) -> None:
        """Take what a pair showed.

        Args:
            quality: By how much the challenger is better, at the same task and chance.
            cost: By how much it is dearer; this decides where the qualities are equal.
        """
        for stakes, capital in self._capitals.items():
            stake, ahead = (stakes[0], quality) if quality else (stakes[1], -cost)
            self._capitals[stakes] = capital * (1 + stake * ((ahead > 0) - (ahead < 0)))
        self.evidence = sum(self._capitals.values()) / len(self._capitals)
        self.most = max(self.most, self.evidence)

    @property
    def p_value(self) -> float:
        """How likely so much evidence would be of one that is no better, at most."""
        return 1 / self.most

    @property
    def is_won(self) -> bool:
        """Whether the evidence suffices."""
        return self.p_value <= self._level

    def is_lost(self, pairs: int) -> bool:
        """Tell whether it will not suffice, whatever so many more pairs show."""
        best = self.evidence * (1 + max(QUALITY)) ** pairs
        return best < 1 / self._level or not math.isfinite(self.evidence)
