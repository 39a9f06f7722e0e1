"""REx: programs as arms of a bandit, any of which may be refined next (Tang et al. 2024).

The published heuristic (arXiv 2405.17503): of each program a number is drawn from the posterior
Beta(1 + C·h, 1 + C·(1 - h) + n), where h is how near it is to the goal and n how often it was
refined already; the program with the largest number is refined. The empty program is one of them:
to refine it is to draft a new one. `genetic.tree` is what became of the idea here.
"""

from __future__ import annotations

import bisect
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic

from genetic.algorithm import Birth, C
from genetic.steady_state import SteadyState

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


class Rex(SteadyState[C]):
    """One set of programs.

    Of the breeding, the population alone counts, and no program is ever forgotten. See
    `SteadyState` for the arguments.
    """

    def _prepare(self) -> None:
        self._sorted: list[C] = []
        self._known: set[Hashable] = set()
        self._arms: list[_Arm[C]] = [_Arm(None, 0.0)]
        self._open: list[_Arm[C]] = []

    @property
    def population(self) -> list[C]:
        """The candidates, from worst to best."""
        return self._sorted

    def plan(self) -> list[Birth[C]]:
        """Return births: refinements of those whose numbers are the largest."""
        return [self._planned(number) for number in self._numbers()]

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
            bisect.insort(self._sorted, candidate)
            near = self._variation.progress(candidate)
            if near < 1:  # else there is nothing to refine
                self._arms.append(_Arm(candidate, near))

    def _planned(self, number: int) -> Birth[C]:
        arm = max(self._arms, key=self._drawn)
        arm.refined += 1
        self._open.append(arm)
        parents = () if arm.candidate is None else (arm.candidate,)
        return self._birth(number, parents, mends=bool(parents))

    def _drawn(self, arm: _Arm[C]) -> float:
        """Draw from the posterior of an arm."""
        trust = TRUST * arm.near
        return self._rng.betavariate(1 + trust, 1 + TRUST - trust + arm.refined)
