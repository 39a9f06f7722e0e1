"""A generic genetic algorithm: for any creature that can be ordered, bred and mutated."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from genetic.kinds import check_kinds
from genetic.selection import choose, choose_pair

LARGEST = 10_000
"""Creatures of a population."""


class Ordered(Protocol):
    """What can be fitter than another."""

    def __lt__(self, other: Any, /) -> bool:
        """Tell whether the other is fitter."""
        ...


C = TypeVar("C", bound=Ordered)


@dataclass(frozen=True, slots=True)
class Birth(Generic[C]):
    """A creature that is to be born.

    Attributes:
        name: Where it belongs: its generation and its number in it.
        seed: All chance in its birth follows from it.
        parents: None for a new random creature; one that is to be mutated; or two that are to
            be crossed and then mutated, the fitter first.
    """

    name: str
    seed: int
    parents: tuple[C, ...] = ()


class Species(Protocol[C]):
    """Knows how creatures of one kind are born. The greater of two creatures is the fitter."""

    def bear(self, births: Sequence[Birth[C]]) -> Sequence[C]:
        """Bring creatures to life, judged already: of the first births, as many as it can."""
        ...

    def progress(self, creature: C) -> float:
        """Return how near to the goal a creature is, in [0, 1]; 1 is the goal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Breeding:
    """How a population breeds.

    Attributes:
        population: How many creatures there are.
        keep_top: The share that lives on; the best one does if it is more than 0.
        diversity: The probability that a child is a new random creature.
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

    Everything follows from the seed and from what the species bears.

    Args:
        species: How creatures are born.
        breeding: How they breed.
        seed: All chance follows from it.
        name: What the names of its creatures begin with.

    Attributes:
        population: The creatures, from worst to best; empty before the first step.
        hall: The best ever, the best first.
        generation: The number of the last generation; the first one is 0.
        restarts: How often all was born anew.
        resurrections: How often the best ever had to be brought back.
    """

    def __init__(
        self, species: Species[C], breeding: Breeding, *, seed: int = 0, name: str = "0"
    ) -> None:
        self.population: list[C] = []
        self.hall: list[C] = []
        self.generation = -1
        self.restarts = 0
        self.resurrections = 0
        self._species = species
        self._breeding = breeding
        self._rng = random.Random(seed)
        self._name = name
        self._champion: C | None = None
        self._stale = 0

    @property
    def best(self) -> C:
        """The best creature ever.

        Raises:
            ValueError: There is none yet.
        """
        if self._champion is None:
            raise ValueError("nothing has been born yet; call `step` first")
        return self._champion

    def step(self) -> None:
        """Let the next generation be born."""
        self.generation += 1
        if not self.population:
            kept, births = [], [self._fresh(i) for i in range(self._breeding.population)]
        elif self._is_stuck():
            self.restarts += 1
            self._stale = 0
            kept = [self.best]
            births = [self._fresh(i) for i in range(1, self._breeding.population)]
        else:
            kept = self._kept()
            births = [self._birth(i) for i in range(len(kept), self._breeding.population)]
        born = self._species.bear(births)
        if born or not births:  # else the species can bear no more, and all stays as it is
            self.population = sorted([*kept, *born])
            self._take_note()

    def receive(self, migrants: Sequence[C]) -> None:
        """Let creatures take the places of the worst."""
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
        near = self._species.progress(self.population[-1])
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
        return Birth(name, self._rng.getrandbits(31), parents)

    def _take_note(self) -> None:
        """Remember the best, and bring back the best ever where this generation fell behind it."""
        self._stale += 1
        champion = self._champion
        if champion is None or champion < self.population[-1]:
            self._stale = 0
        elif self._breeding.hall and self.population[-1] < champion:
            self.resurrections += 1
            living = self.population[min(len(self.hall), len(self.population) - 1) :]
            missing = len(self.population) - len(living)
            self.population = sorted([*living, *self.hall[:missing]])
        self._remember(self.population)

    def _remember(self, creatures: Sequence[C]) -> None:
        for creature in creatures:
            if self._champion is None or self._champion < creature:
                self._champion = creature
        known = [*self.hall]
        known += [new for new in creatures if not any(new is old for old in known)]
        self.hall = sorted(known, reverse=True)[: self._breeding.hall]
