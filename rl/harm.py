"""Harm as a channel of its own: a constraint with a price, in place of a reward.

A harm of -1000 among rewards of 1 drowns them: one such life in a hundred makes a gradient in which
nothing else is heard. As a constraint, harm costs a price instead (the Lagrange multiplier, Altman
1999), which begins at what a survived step is worth and rises for as long as there is harm, up to a
bound. What the environment rewards, and what is told of a run, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from rl.episode import Episode

CHANNELS = ("reward", "constraint")
FIRST = 1.0
"""The price at the beginning: a survived step."""
RATE = 10.0
"""How much it rises in an update in which each life did harm."""
MOST = 100.0


class Constraint:
    """What harm costs, and how that changes.

    Attributes:
        price: What a turn that did harm costs now.
    """

    def __init__(self) -> None:
        self.price = FIRST

    def rewards(self, episode: Episode) -> list[float]:
        """Return the rewards to learn from: of harm, its price."""
        return [-self.price if turn.harm else turn.reward for turn in episode.turns]

    def learn(self, episodes: Sequence[Episode]) -> None:
        """Raise the price by the share of lives that did harm."""
        harmful = sum(any(turn.harm for turn in episode.turns) for episode in episodes)
        self.price = min(self.price + RATE * harmful / len(episodes), MOST)
