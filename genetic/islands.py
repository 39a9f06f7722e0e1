"""Several populations that exchange their best now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic

from genetic.algorithm import C, Evolution


class Archipelago(Generic[C]):
    """Islands in a ring: each one's best go to the next.

    Args:
        islands: The populations; each may have a variation operator of its own, with one
            kind of candidate.
        every: Generations between two migrations; 0 lets nobody migrate.
        migrants: How many leave an island. They live on there, too.
        run: How to have islands do their step, side by side or one after the other.

    Raises:
        ValueError: There is no island, or a number is out of range; the message says which.
    """

    def __init__(
        self,
        islands: Sequence[Evolution[C]],
        *,
        every: int = 5,
        migrants: int = 1,
        run: Callable[[Callable[[Evolution[C]], Any], Sequence[Evolution[C]]], Iterable[Any]] = map,
    ) -> None:
        if not islands:
            raise ValueError("there must be at least one island")
        if every < 0 or migrants < 1:
            raise ValueError(
                f"every must be at least 0 and migrants at least 1, got {every} and {migrants}"
            )
        self.islands = list(islands)
        self.migrations = 0
        self._every = every
        self._migrants = migrants
        self._run = run

    @property
    def best(self) -> C:
        """The best candidate ever on any island; of equals, that of the first island."""
        return max(island.best for island in self.islands)

    @property
    def generation(self) -> int:
        """The number of the last generation."""
        return self.islands[0].generation

    def step(self) -> None:
        """Let the next generation be born on every island; then some may travel."""
        if self._every and self.generation >= 0 and (self.generation + 1) % self._every == 0:
            self._migrate()
        for _ in self._run(lambda island: island.step(), self.islands):
            pass

    def _migrate(self) -> None:
        if len(self.islands) < 2:
            return
        self.migrations += 1
        # All depart before any arrives: nobody travels twice, and every island is fed.
        leaving = [island.population[-self._migrants :] for island in self.islands]
        for number, island in enumerate(self.islands):
            island.receive(leaving[number - 1])
