"""Searches that take candidates one by one, not a generation at a time.

What their generations are called is a matter of counting: so many births are one. They stand in for
`genetic.algorithm.Evolution`; which birth comes next is what each of them decides.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import Generic

from genetic.algorithm import Birth, Breeding, C, Variation


class SteadyState(ABC, Generic[C]):
    """Counts births, and names them.

    Everything follows from the seed and from what the variation operator makes.

    Args:
        variation: Makes new candidates, and mends.
        breeding: Its population is how many births are called a generation.
        seed: Everything random follows from it.
        name: What the names of its candidates begin with.
        batch: Births that are decided on together, and may be born side by side.
        identity: What tells candidates apart.

    Attributes:
        born: How many candidates were born.
        restarts: How often all but the best was forgotten.
        resurrections: How often a candidate was taken up again after others had been preferred.
    """

    def __init__(
        self,
        variation: Variation[C],
        breeding: Breeding,
        *,
        seed: int = 0,
        name: str = "0",
        batch: int = 1,
        identity: Callable[[C], Hashable] = id,
    ) -> None:
        if batch < 1:
            raise ValueError(f"batch must be at least 1, got {batch}")
        self.born = 0
        self.restarts = 0
        self.resurrections = 0
        self._variation = variation
        self._breeding = breeding
        self._rng = random.Random(seed)
        self._name = name
        self._batch = batch
        self._identity = identity
        self._prepare()

    @abstractmethod
    def _prepare(self) -> None:
        """Make what else it remembers, before anything is born."""

    @property
    @abstractmethod
    def population(self) -> list[C]:
        """The candidates, from worst to best."""

    @abstractmethod
    def plan(self) -> list[Birth[C]]:
        """Return the births that come next."""

    @abstractmethod
    def take(self, born: Sequence[C]) -> None:
        """Take what came of these births, of the first ones at least."""

    @abstractmethod
    def receive(self, migrants: Sequence[C]) -> None:
        """Take candidates in that come from elsewhere."""

    @property
    def best(self) -> C:
        """The best candidate ever.

        Raises:
            ValueError: There is none yet.
        """
        if not (population := self.population):
            raise ValueError("nothing has been born yet; call `step` first")
        return population[-1]

    @property
    def generation(self) -> int:
        """How many populations were born, less one: what the number of a generation comes to."""
        return (self.born - 1) // self._breeding.population

    @property
    def is_between(self) -> bool:
        """Whether a generation is begun and not complete."""
        return self.born % self._breeding.population != 0

    def step(self) -> None:
        """Let the next candidates be born."""
        self.take(self._variation.vary(self.plan()))

    def _numbers(self) -> range:
        """Return the numbers of the births that come next; with them, a generation may end."""
        left = self._breeding.population - self.born % self._breeding.population
        return range(self.born, self.born + min(self._batch, left))

    def _birth(self, number: int, parents: tuple[C, ...], *, mends: bool = False) -> Birth[C]:
        generation, place = divmod(number, self._breeding.population)
        name = f"{self._name}.{generation}.{place}"
        return Birth(name, self._rng.getrandbits(31), parents, mends, self._name)
