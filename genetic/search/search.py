"""A whole search: islands of candidates, generation after generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol

from autoagent.asker import Asker
from genetic.algorithm import Variation
from genetic.islands import Archipelago, Population
from genetic.search.quota import Quota
from genetic.search.watcher import B, Best, Generation


class Breeder(Variation[B], Protocol):
    """A variation operator that knows what was born, and whether more can be."""

    @property
    def births(self) -> int:
        """How many candidates were born so far."""
        ...

    @property
    def given_up(self) -> int:
        """How many births were given up after they had asked something."""
        ...

    @property
    def born(self) -> list[B]:
        """The candidates of the last batch."""
        ...

    @property
    def is_broke(self) -> bool:
        """Whether no question is left, or as many were born as there may be questions."""
        ...


class Search(Generic[B]):
    """Looks for a better candidate.

    What it finds follows from what it is made of, its seeds and the models' answers.

    Args:
        variation: Makes candidates.
        islands: The populations.
        best: Knows the best candidate, and tells who watches.
        asker: Answers questions.
        quota: Counts them.
        judged: Tells how many different candidates were judged.
        is_goal: Tells whether nothing better is looked for.
        generations: How many are born, the first included.
        migrate_every: Generations between two migrations; 0 lets nobody migrate.
        migrants: How many leave an island at a migration.
    """

    def __init__(
        self,
        *,
        variation: Breeder[B],
        islands: Sequence[Population[B]],
        best: Best[B],
        asker: Asker,
        quota: Quota,
        judged: Callable[[], int],
        is_goal: Callable[[B], bool],
        generations: int,
        migrate_every: int = 0,
        migrants: int = 1,
    ) -> None:
        self._variation = variation
        self._best = best
        self._asker = asker
        self._quota = quota
        self._judged = judged
        self._is_goal = is_goal
        self._generations = generations
        self._archipelago: Archipelago[B] = Archipelago(
            islands, variation, every=migrate_every, migrants=migrants
        )

    def generations(self) -> Iterator[Generation[B]]:
        """Search, yielding each generation once it is complete, or as far as it came.

        Raises:
            SuspendedError: The budget is used up, or the run is paused.
            LLMError: A model gave no answer.
            SandboxError: What judges candidates is missing.
        """
        started = time.monotonic()
        tokens = self._asker.meter.spent.tokens
        for number in range(self._generations):
            before = self._variation.births
            born = tuple(self._births())
            births = self._variation.births - before
            if not births and self.calls_used_up:
                return
            archipelago = self._archipelago
            generation = Generation(
                number=number,
                best=archipelago.best,
                islands=tuple(
                    each.population[-1] for each in archipelago.islands if each.population
                ),
                births=births,
                given_up=self._variation.given_up,
                judged=self._judged(),
                calls=self._quota.asked,
                asked=self._asker.calls,
                tokens=self._asker.meter.spent.tokens - tokens,
                seconds=time.monotonic() - started,
                born=born,
                migrations=archipelago.migrations,
                restarts=sum(each.restarts for each in archipelago.islands),
                resurrections=sum(each.resurrections for each in archipelago.islands),
            )
            self._best.generation(generation)
            yield generation
            if self._is_over:
                return

    @property
    def best(self) -> B | None:
        """The best candidate so far."""
        return self._best.candidate

    @property
    def calls_used_up(self) -> bool:
        """Whether no question is left."""
        return self._variation.is_broke

    @property
    def _is_over(self) -> bool:
        return self._is_goal(self._archipelago.best) or self.calls_used_up

    def _births(self) -> Iterator[B]:
        """Let a generation be born, as far as there are questions left and no goal is reached."""
        while not self.calls_used_up:
            self._archipelago.step()
            yield from self._variation.born
            if not self._variation.born or not self._archipelago.is_between or self._is_over:
                return
