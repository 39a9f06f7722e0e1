"""Several populations that exchange their best now and then."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import Generic, Protocol

from genetic.algorithm import Birth, C, Variation


class Population(Protocol[C]):
    """Candidates that others are bred from: `genetic.algorithm.Evolution`, `genetic.tree.Tree`.

    Attributes:
        restarts: How often all but the best was born anew.
        resurrections: How often one that was given up was brought back.
    """

    restarts: int
    resurrections: int

    @property
    def population(self) -> list[C]:
        """The candidates, from worst to best."""
        ...

    @property
    def best(self) -> C:
        """The best candidate ever."""
        ...

    @property
    def generation(self) -> int:
        """The number of the last generation that was begun."""
        ...

    @property
    def is_between(self) -> bool:
        """Whether it is not complete."""
        ...

    def plan(self) -> list[Birth[C]]:
        """Return the births that are next."""
        ...

    def take(self, born: Sequence[C]) -> None:
        """Take what came of them."""
        ...

    def receive(self, migrants: Sequence[C]) -> None:
        """Let candidates from elsewhere take the places of the worst."""
        ...


class Archipelago(Generic[C]):
    """Islands in a ring: each one's best go to the next.

    The births of all islands are handed over together, in the order of the islands: whoever makes
    the candidates decides how many are made side by side.

    Args:
        islands: The populations.
        variation: Makes the candidates of all of them.
        every: Generations between two migrations; 0 lets nobody migrate.
        migrants: How many leave an island. They live on there, too.

    Raises:
        ValueError: There is no island, or a number is out of range; the message says which.
    """

    def __init__(
        self,
        islands: Sequence[Population[C]],
        variation: Variation[C],
        *,
        every: int = 5,
        migrants: int = 1,
    ) -> None:
        if not islands:
            raise ValueError("there must be at least one island")
        if every < 0 or migrants < 1:
            raise ValueError(
                f"every must be at least 0 and migrants at least 1, got {every} and {migrants}"
            )
        self.islands = list(islands)
        self.migrations = 0
        self._variation = variation
        self._every = every
        self._migrants = migrants

    @property
    def best(self) -> C:
        """The best candidate ever on any island; of equals, that of the first island."""
        return max(island.best for island in self.islands if island.population)

    @property
    def generation(self) -> int:
        """The number of the last generation."""
        return self.islands[0].generation

    @property
    def is_between(self) -> bool:
        """Whether a generation is begun and not complete."""
        return any(island.is_between for island in self.islands)

    def step(self) -> None:
        """Let some travel, if a generation is complete and it is time; then let more be born.

        Who has completed a generation waits for the others, which may have had fewer births.
        """
        completed = self.generation + 1
        if self._every and completed and not self.is_between and completed % self._every == 0:
            self._migrate()
        behind = min(map(_completed, self.islands))
        islands = [island for island in self.islands if _completed(island) == behind]
        planned = [island.plan() for island in islands]
        born = iter(self._variation.vary([*chain.from_iterable(planned)]))
        for island, births in zip(islands, planned, strict=True):
            island.take([*islice(born, len(births))])

    def _migrate(self) -> None:
        if len(self.islands) < 2:
            return
        self.migrations += 1
        # All depart before any arrives: nobody travels twice, and every island is fed.
        leaving = [island.population[-self._migrants :] for island in self.islands]
        for number, island in enumerate(self.islands):
            island.receive(leaving[number - 1])


def _completed(island: Population[C]) -> int:
    """Return how many generations of an island are complete."""
    return island.generation + (not island.is_between)
