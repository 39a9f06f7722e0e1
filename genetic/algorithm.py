"""A generic genetic algorithm: for any candidates that can be ordered, crossed and mutated."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from autoagent.former import renamed
from genetic.former import with_vary
from genetic.kinds import check_kinds
from genetic.selection import choose, choose_pair

LARGEST = 10_000
"""Candidates of a population."""


class Ordered(Protocol):
    """What can be fitter than another."""

    def __lt__(self, other: Any, /) -> bool:
        """Tell whether the other is fitter."""
        ...


C = TypeVar("C", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Birth(Generic[C]):
    """A candidate that is to be born.

    Attributes:
        name: Where it belongs: its population, its generation and its number in it.
        seed: Everything random in its birth follows from it.
        parents: None for a new random candidate; one that is to be mutated; or two that are to
            be crossed and then mutated, the fitter first.
        mends: Whether its one parent is to be mended by what is wrong with it, and not mutated.
        home: The name of its population.
    """

    name: str
    seed: int
    parents: tuple[C, ...] = ()
    mends: bool = False
    home: str = ""


class Variation(Protocol[C]):
    """A variation operator: makes candidates of one kind. The greater of two is the fitter."""

    def vary(self, births: Sequence[Birth[C]]) -> Sequence[C]:
        """Make candidates, judged already: of the first births, as many as it can."""
        ...

    def progress(self, candidate: C) -> float:
        """Return how near to the goal a candidate is, in [0, 1]; 1 is the goal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Breeding:
    """How a population breeds.

    Attributes:
        population: How many candidates there are.
        keep_top: The share that lives on; the best one does if it is more than 0.
        diversity: The probability that a child is a new random candidate.
        crossover: The probability that a child has two parents.
        elitism: How much fitter parents are preferred; see `rank_index`.
        tightening: What is added to the elitism at the goal, and in proportion before it.
        hall: How many of the best ever are remembered. When a generation's best is worse than
            the best ever, they take the places of the worst. 0 remembers none.
        patience: After so many generations without a better one, all but the best ever are born
            anew; None waits for ever.
    """

    population: int = 30
    keep_top: float = 0.05
    diversity: float = 0.0
    crossover: float = 0.7
    elitism: float = 1.0
    tightening: float = 0.0
    hall: int = 0
    patience: int | None = 5

    def __post_init__(self) -> None:
        """Refuse what cannot breed.

        Raises:
            ValueError: A value is out of range; the message says which.
        """
        check_kinds(self)
        if not 1 <= self.population <= LARGEST:
            raise ValueError(f"population must be from 1 to {LARGEST}, got {self.population}")
        for name in ("keep_top", "diversity", "crossover"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {getattr(self, name)}")
        for name in ("elitism", "tightening"):
            if not 0 <= getattr(self, name) <= 100:
                raise ValueError(f"{name} must be from 0 to 100, got {getattr(self, name)}")
        if self.hall < 0:
            raise ValueError(f"hall must be at least 0, got {self.hall}")
        if self.patience is not None and self.patience < 1:
            raise ValueError(f"patience must be at least 1, got {self.patience}")


class Evolution(Generic[C]):
    """One population, generation after generation.

    Everything follows from the seed and from what the variation operator makes.

    Args:
        variation: Makes new candidates of those that breed.
        breeding: How they breed.
        seed: Everything random follows from it.
        name: What the names of its candidates begin with.

    Attributes:
        population: The candidates, from worst to best; empty before the first step.
        hall: The best ever, the best first.
        generation: The number of the last generation; the first one is 0.
        restarts: How often all was born anew.
        resurrections: How often the best ever had to be brought back.
    """

    def __init__(
        self, variation: Variation[C], breeding: Breeding, *, seed: int = 0, name: str = "0"
    ) -> None:
        self.population: list[C] = []
        self.hall: list[C] = []
        self.generation = -1
        self.restarts = 0
        self.resurrections = 0
        self._variation: Variation[C] = with_vary(variation)
        self._breeding = breeding
        self._rng = random.Random(seed)
        self._name = name
        self._champion: C | None = None
        self._living: list[C] = []
        self._stale = 0

    @property
    def best(self) -> C:
        """The best candidate ever.

        Raises:
            ValueError: There is none yet.
        """
        if self._champion is None:
            raise ValueError("nothing has been born yet; call `step` first")
        return self._champion

    @property
    def is_between(self) -> bool:
        """Whether a generation is begun and not complete: never."""
        return False

    def step(self) -> None:
        """Let the next generation be born."""
        self.take(self._variation.vary(self.plan()))

    def plan(self) -> list[Birth[C]]:
        """Return the births of the next generation."""
        self.generation += 1
        if not self.population:
            self._living = []
        elif self._is_stuck():
            self.restarts += 1
            self._stale = 0
            self._living = [self.best]
        else:
            self._living = self._kept()
            return [self._birth(i) for i in range(len(self._living), self._breeding.population)]
        return [self._fresh(i) for i in range(len(self._living), self._breeding.population)]

    def take(self, born: Sequence[C]) -> None:
        """Take what came of these births, of the first ones at least, as the generation."""
        if born or len(self._living) == self._breeding.population:
            self.population = sorted([*self._living, *born])
            self._take_note()
        # Else no more can be made, and all stays as it is.

    def receive(self, migrants: Sequence[C]) -> None:
        """Let candidates take the places of the worst."""
        self.population = sorted([*self.population[len(migrants) :], *migrants])
        self._remember(migrants)

    def _kept(self) -> list[C]:
        count = math.ceil(self._breeding.keep_top * self._breeding.population)
        return self.population[len(self.population) - count :]

    def _is_stuck(self) -> bool:
        patience = self._breeding.patience
        return patience is not None and self._stale >= patience

    def _birth(self, number: int) -> Birth[C]:
        rng, breeding = self._rng, self._breeding
        if rng.random() < breeding.diversity:
            return self._fresh(number)
        near = self._variation.progress(self.population[-1])
        elitism = breeding.elitism + breeding.tightening * near
        count = len(self.population)
        if rng.random() < breeding.crossover:
            chosen: tuple[int, ...] = choose_pair(rng, count, elitism)
        else:
            chosen = (choose(rng, count, elitism),)
        return self._named(number, tuple(self.population[index] for index in chosen))

    def _fresh(self, number: int) -> Birth[C]:
        return self._named(number, ())

    def _named(self, number: int, parents: tuple[C, ...]) -> Birth[C]:
        name = f"{self._name}.{self.generation}.{number}"
        return Birth(name, self._rng.getrandbits(31), parents, home=self._name)

    def _take_note(self) -> None:
        """Remember the best, and bring back the best ever where this generation fell behind it."""
        self._stale += 1
        champion = self._champion
        if champion is None or champion < self.population[-1]:
            self._stale = 0
        elif self._breeding.hall and self.population[-1] < champion:
            self.resurrections += 1
            survivors = self.population[min(len(self.hall), len(self.population) - 1) :]
            missing = len(self.population) - len(survivors)
            self.population = sorted([*survivors, *self.hall[:missing]])
        self._remember(self.population)

    def _remember(self, candidates: Sequence[C]) -> None:
        for candidate in candidates:
            if self._champion is None or self._champion < candidate:
                self._champion = candidate
        known = [*self.hall]
        known += [new for new in candidates if not any(new is old for old in known)]
        self.hall = sorted(known, reverse=True)[: self._breeding.hall]


def __getattr__(name: str) -> Any:
    """Let former names be found."""
    return renamed(__name__, name, {"Species": "genetic.algorithm.Variation"})
