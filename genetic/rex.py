"""REx: programs as arms of a bandit, any of which may be refined next (Tang et al. 2024).

The published heuristic (arXiv 2405.17503): of each program a number is drawn from the posterior
Beta(1 + C·h, 1 + C·(1 - h) + n), where h is how near it is to the goal and n how often it was
refined already; the program with the largest number is refined. The empty program is one of them:
to refine it is to draft a new one. `genetic.tree` is what became of the idea here.
"""

from __future__ import annotations

import bisect
import random
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic

from genetic.algorithm import Birth, Breeding, C, Variation

TRUST = 20.0
"""The published C: how much more a program's own score counts than what came of refining it."""


@dataclass(slots=True, eq=False)
class _Arm(Generic[C]):
    """A program, how near it is to the goal, and how often it was refined; none is the empty one.

    Attributes:
        candidate: The program.
        near: In [0, 1].
        refined: How often, also of what is not born yet.
    """

    candidate: C | None
    near: float
    refined: int = 0


class Rex(Generic[C]):
    """One set of programs; like `genetic.algorithm.Evolution`, which it may stand in for.

    Everything follows from the seed and from what the variation operator makes.

    Args:
        variation: Makes new candidates, and mends.
        breeding: Its population is how many births are called a generation; the rest does not
            count, and no program is ever forgotten.
        seed: Everything random follows from it.
        name: What the names of its candidates begin with.
        batch: Births that are decided on together, and may be born side by side.
        identity: What tells candidates apart.

    Attributes:
        born: How many candidates were born.
        restarts: None, ever.
        resurrections: None, since none is given up.
    """

    restarts = 0
    resurrections = 0

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
        self.population: list[C] = []
        self._variation = variation
        self._size = breeding.population
        self._rng = random.Random(seed)
        self._name = name
        self._batch = batch
        self._identity = identity
        self._known: set[Hashable] = set()
        self._arms: list[_Arm[C]] = [_Arm(None, 0.0)]
        self._open: list[_Arm[C]] = []

    @property
    def best(self) -> C:
        """The best candidate ever.

        Raises:
            ValueError: There is none yet.
        """
        if not self.population:
            raise ValueError("nothing has been born yet; call `step` first")
        return self.population[-1]

    @property
    def generation(self) -> int:
        """How many populations were born, less one: what the number of a generation comes to."""
        return (self.born - 1) // self._size

    @property
    def is_between(self) -> bool:
        """Whether a generation is begun and not complete."""
        return self.born % self._size != 0

    def step(self) -> None:
        """Let the next candidates be born."""
        self.take(self._variation.vary(self.plan()))

    def plan(self) -> list[Birth[C]]:
        """Return births: refinements of those whose numbers are the largest."""
        count = min(self._batch, self._size - self.born % self._size)
        return [self._planned(self.born + ahead) for ahead in range(count)]

    def take(self, born: Sequence[C]) -> None:
        """Take what came of these births, of the first ones at least."""
        for arm in self._open[len(born) :]:
            arm.refined -= 1  # it was not, after all
        self._open = []
        self.born += len(born)
        self.receive(born)

    def receive(self, migrants: Sequence[C]) -> None:
        """Take candidates in, wherever they come from."""
        for candidate in migrants:
            identity = self._identity(candidate)
            if identity in self._known:
                continue
            self._known.add(identity)
            bisect.insort(self.population, candidate)
            near = self._variation.progress(candidate)
            if near < 1:  # else there is nothing to refine
                self._arms.append(_Arm(candidate, near))

    def _planned(self, number: int) -> Birth[C]:
        arm = max(self._arms, key=self._drawn)
        arm.refined += 1
        self._open.append(arm)
        name = f"{self._name}.{number // self._size}.{number % self._size}"
        parents = () if arm.candidate is None else (arm.candidate,)
        return Birth(name, self._rng.getrandbits(31), parents, bool(parents), self._name)

    def _drawn(self, arm: _Arm[C]) -> float:
        """Draw from the posterior of an arm."""
        trust = TRUST * arm.near
        return self._rng.betavariate(1 + trust, 1 + TRUST - trust + arm.refined)
