"""The generic genetic algorithm at work: three numbers that add up to ten.

Five candidates; the fitness is how far the sum is from ten; a gene is one number; a child takes
each gene from either parent. Run it with ``python examples/three_numbers.py``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from genetic.algorithm import Birth, Breeding, Evolution

GOAL = 10


@dataclass(frozen=True)
class Numbers:
    """Three numbers; the nearer their sum is to ten, the fitter they are."""

    genes: tuple[int, ...]

    @property
    def distance(self) -> int:
        """How far the sum is from ten."""
        return abs(sum(self.genes) - GOAL)

    def __lt__(self, other: Numbers) -> bool:
        return self.distance > other.distance


class NumbersVariation:
    """How such candidates are born."""

    def vary(self, births: Sequence[Birth[Numbers]]) -> list[Numbers]:
        """Bring candidates to life."""
        return [self._born(birth.parents, random.Random(birth.seed)) for birth in births]

    def progress(self, candidate: Numbers) -> float:
        """Return 1 at the goal."""
        return 1 / (1 + candidate.distance)

    def _born(self, parents: tuple[Numbers, ...], rng: random.Random) -> Numbers:
        if not parents:
            return Numbers(tuple(rng.randint(0, 20) for _ in range(3)))
        genes = [rng.choice(genes) for genes in zip(*(p.genes for p in parents), strict=True)]
        return Numbers(tuple(rng.randint(0, 20) if rng.random() < 0.1 else g for g in genes))


def main() -> None:
    """Breed until three numbers add up to ten."""
    evolution = Evolution(NumbersVariation(), Breeding(population=5), seed=1)
    while evolution.generation < 0 or evolution.best.distance:
        evolution.step()
        best = evolution.best
        print(f"generation {evolution.generation}: {best.genes} add up to {sum(best.genes)}")


if __name__ == "__main__":
    main()
