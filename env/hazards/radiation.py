"""Radiation: single characters of the organism's own definitions change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autoagent.effects import Hit
from env.hazards.hazard import Scene

PRINTABLE = "".join(map(chr, range(0x20, 0x7F))) + "\n"
MOST_HITS = 32
"""Hits in one step, whatever the rate."""


class Radiation:
    """Damages the organism's own source, as it stands.

    Effect: in each step, each character of the definitions that `genes` names (all of them, where
    it names none) becomes a random printable character with probability `rate` x difficulty. The
    damage travels with the answer, is applied below the organism while it waits for the next one,
    and shows in its genome then. Much of it changes nothing, as most mutations do not. A definition
    that no longer compiles raises at its next use: the organism must notice, and define it anew.

    Args:
        rate: Probability for each character and step at difficulty 1.
        genes: Names of the definitions in reach; none means all.

    Raises:
        ValueError: The rate is no probability.
    """

    name = "radiation"

    def __init__(self, rate: float = 2e-5, genes: Sequence[str] = ()) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"radiation: rate must be from 0 to 1, got {rate}")
        self.rate = rate
        self.genes = tuple(genes)
        self._damaged: dict[str, str] = {}

    @property
    def vital(self) -> float:
        """The fewer definitions stand as radiation left them, the better."""
        return 1.0 / (1 + len(self._damaged))

    @property
    def demand(self) -> str:
        """Nobody is told: the damage shows in the genome."""
        return ""

    def begin(self, scene: Scene) -> None:
        """Start without damage."""
        self._damaged = {}

    def strike(self, scene: Scene) -> tuple[Hit, ...]:
        """Draw which characters are hit, and what they become."""
        sources = scene.genome.sources
        names = [name for name in sorted(sources) if not self.genes or name in self.genes]
        lengths = [len(sources[name]) for name in names]
        rate = min(self.rate * scene.difficulty, 1.0)
        hits = min(int(scene.rng.binomial(sum(lengths), rate)), MOST_HITS)
        ends = np.cumsum(lengths)
        return tuple(_hit(scene.rng, names, ends) for _ in range(hits))

    def judge(self, scene: Scene) -> str | None:
        """Take note of the damage; it kills through what it breaks."""
        sources = scene.genome.sources
        for name in scene.hit & sources.keys():
            self._damaged[name] = sources[name]
        self._damaged = {n: text for n, text in self._damaged.items() if sources.get(n) == text}
        return None


def _hit(rng: np.random.Generator, names: list[str], ends: np.ndarray[Any, Any]) -> Hit:
    """Draw a place in all texts, which end where it is said, and what becomes of it."""
    place = int(rng.integers(ends[-1]))
    gene = int(np.searchsorted(ends, place, side="right"))
    begin = int(ends[gene - 1]) if gene else 0
    return Hit(names[gene], place - begin, PRINTABLE[int(rng.integers(len(PRINTABLE)))])
