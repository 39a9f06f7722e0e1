"""An open tree of candidates, which grows where the next birth promises most.

Each birth is one of three: a new candidate; a cross of two; or a mend of one that is there. So
best-of-n, mending one for long and breeding a population are what it comes to if one of these is
all that ever pays; it finds out which does, from what is born.

The idea is that of REx (Tang et al. 2024, arXiv 2405.17503): any program may be mended next, new
drafts are one more arm, an arm that fails again and again is worth less each time, and chances are
drawn from posteriors (Thompson 1933). As in AB-MCTS (2503.04412), whether to go wider or deeper is
not fixed beforehand. What differs is what arms are compared by: how many births it may take to get
*something fitter than this candidate*. That needs nothing but the order of candidates:

- by mending it: the share of mends that help, times the probability that it can be mended at all,
  which falls with each that did not help;
- by another one: how many of those that were born this way are fitter, for each birth that they
  took, either at once or after they were mended, too.

The fittest candidate for which mending is the better of the two is mended. If there is none, a new
line begins, in the way that is the best by a draw from what is known of both.
"""

from __future__ import annotations

import bisect
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from genetic.algorithm import Birth, C
from genetic.selection import choose_pair
from genetic.steady_state import SteadyState

MEMORY = 30
"""Lines of each way that are looked back on."""
HELPED, MENDS = 1.3, 6.0
"""What is believed of mends before any: so many of so many helped."""
DRY, STREAKS = 0.3, 1.5
"""So many of so many candidates can be mended no more."""
FITTER_AT_ONCE, AT_ONCE = 0.2, 0.45
"""So many of so many births are fitter than a candidate."""
FITTER, BIRTHS = 0.15, 4.5
"""So many are, once they are mended, for so many births that this took."""
GOOD = 0.8
"""A new line should become fitter than this share of the candidates."""


@dataclass(slots=True, eq=False)
class _Line(Generic[C]):
    """A candidate that was born without being a mend, and what mends have made of it.

    Attributes:
        way: How it was born.
        first: As it was born.
        head: As it is now.
        births: How many it took so far.
        failures: Mends in a row that did not make it fitter.
        open: Mends whose outcome is not known yet; they are taken to fail.
    """

    way: _Way[C]
    first: C
    head: C
    births: int = 1
    failures: int = 0
    open: int = 0


class _Way(Generic[C]):
    """A way in which lines begin, and what became of the latest.

    Attributes:
        parents: How many a line has.
        lines: The latest.
        open: Births whose outcome is not known yet.
    """

    def __init__(self, parents: int) -> None:
        self.parents = parents
        self.lines: deque[_Line[C]] = deque(maxlen=MEMORY)
        self.open = 0
        self._helped, self._mends, self._streaks = HELPED, MENDS, STREAKS
        self._helps, self._dry = HELPED / MENDS, DRY / STREAKS
        self._firsts: list[C] = []
        self._heads: list[C] = []
        self._births = 0

    def helped(self, mends: int) -> None:
        """Take note that the last of so many mends helped."""
        self._helped += 1
        self._mends += mends
        self._streaks += 1

    def learn(self) -> None:
        """Look at the latest lines: how often mends help, how many candidates are dry.

        Mends that failed count for the first as far as the candidate is thought not to be dry:
        a step of expectation and maximization. Else what is dry would make all others seem so.
        """
        mends, streaks, dry = self._mends, self._streaks, DRY
        for line in self.lines:
            if line.failures:
                alive = self._alive(line.failures)
                mends += alive * line.failures
                streaks += 1
                dry += 1 - alive
        self._helps, self._dry = self._helped / mends, dry / streaks
        self._firsts = sorted(line.first for line in self.lines)
        self._heads = sorted(line.head for line in self.lines)
        self._births = sum(line.births for line in self.lines)

    def hope(self, line: _Line[C]) -> float:
        """Return the probability that the next mend of a line helps."""
        return self._alive(line.failures + line.open) * self._helps

    def _alive(self, failures: int) -> float:
        """Return the probability that a candidate is not dry after so many failures."""
        unlucky = (1 - self._dry) * (1 - self._helps) ** failures
        return unlucky / (unlucky + self._dry)

    def rate(self, than: C) -> float:
        """Return how many fitter candidates this way brings, for each birth."""
        count = len(self._firsts)
        at_once = count - bisect.bisect_right(self._firsts, than)
        fitter, births = self._fitter(than)
        return max((at_once + FITTER_AT_ONCE) / (count + self.open + AT_ONCE), fitter / births)

    def drawn(self, than: C, rng: random.Random) -> float:
        """Draw that from what is known of it, a Gamma posterior."""
        fitter, births = self._fitter(than)
        return rng.gammavariate(fitter, 1 / births)

    def _fitter(self, than: C) -> tuple[float, float]:
        fitter = len(self._heads) - bisect.bisect_right(self._heads, than)
        return fitter + FITTER, self._births + self.open + BIRTHS


class Tree(SteadyState[C]):
    """One open tree.

    Of the breeding, the population is also how many candidates are kept, the elitism how parents
    are chosen, the patience when all but the best are forgotten; the rest does not count. See
    `SteadyState` for the arguments.
    """

    def _prepare(self) -> None:
        self._new: _Way[C] = _Way(0)
        self._crossed: _Way[C] = _Way(2)
        self._lines: list[_Line[C]] = []  # from worst to best
        self._open: list[tuple[Birth[C], _Line[C] | _Way[C]]] = []
        self._last: _Line[C] | None = None
        self._stale = 0

    @property
    def population(self) -> list[C]:
        """The candidates, from worst to best."""
        return [line.head for line in self._lines]

    def plan(self) -> list[Birth[C]]:
        """Return the births that promise most."""
        self._new.learn()
        self._crossed.learn()
        self._open = [self._planned(number) for number in self._numbers()]
        return [birth for birth, _ in self._open]

    def take(self, born: Sequence[C]) -> None:
        """Take what came of these births, of the first ones at least."""
        for (birth, origin), candidate in zip(self._open, born, strict=False):
            self.born += 1
            champion = self._lines[-1].head if self._lines else None
            if isinstance(origin, _Line):
                self._mended(origin, birth.parents[0], candidate)
            else:
                self._begun(origin, candidate)
            self._stale = 0 if champion is None or champion < candidate else self._stale + 1
        for _, origin in self._open:
            origin.open = 0
        self._open = []
        if self._is_stuck():
            self.restarts += 1
            self._stale = 0
            self._lines = self._lines[-1:]

    def receive(self, migrants: Sequence[C]) -> None:
        """Take candidates in that come from elsewhere."""
        for migrant in migrants:
            self._keep(_Line(self._new, migrant, migrant))

    def _planned(self, number: int) -> tuple[Birth[C], _Line[C] | _Way[C]]:
        line = self._mendable()
        if line is not None:
            if line.failures and line is not self._last:
                self.resurrections += 1
            self._last = line
            line.open += 1
            return self._birth(number, (line.head,), mends=True), line
        way = self._chosen()
        way.open += 1
        if not way.parents:
            return self._birth(number, ()), way
        pair = choose_pair(self._rng, len(self._lines), self._breeding.elitism)
        return self._birth(number, tuple(self._lines[index].head for index in pair)), way

    @property
    def _ways(self) -> tuple[_Way[C], ...]:
        """The ways in which a line can begin."""
        return (self._new, self._crossed) if len(self._lines) > 1 else (self._new,)

    def _mendable(self) -> _Line[C] | None:
        """Return the fittest candidate that is better mended than replaced."""
        for line in reversed(self._lines):
            if self._variation.progress(line.head) >= 1:
                continue  # there is nothing to mend
            if line.way.hope(line) >= max(way.rate(line.head) for way in self._ways):
                return line
        return None

    def _chosen(self) -> _Way[C]:
        """Return the way in which the next line is to begin."""
        if len(self._ways) < 2:
            return self._new
        good = self._lines[int(GOOD * len(self._lines))].head
        return max(self._ways, key=lambda way: way.drawn(good, self._rng))

    def _begun(self, way: _Way[C], candidate: C) -> None:
        line = _Line(way, candidate, candidate)
        way.lines.append(line)
        self._keep(line)

    def _mended(self, line: _Line[C], before: C, after: C) -> None:
        line.births += 1
        if before < after:
            line.way.helped(line.failures + 1)
        if line.head < after:
            line.failures = 0
            if line in self._lines:
                self._lines.remove(line)
            line.head = after
            self._keep(line)
        elif not before < after:
            line.failures += 1
            if not after < line.head:
                line.head = after  # another one that is as good: it may be easier to mend

    def _keep(self, line: _Line[C]) -> None:
        """Keep a line, unless its candidate is known or worse than all that there is room for."""
        known = {self._identity(other.head) for other in self._lines}
        if self._identity(line.head) not in known:
            bisect.insort(self._lines, line, key=lambda kept: kept.head)
            del self._lines[: -self._breeding.population]

    def _is_stuck(self) -> bool:
        patience = self._breeding.patience
        return patience is not None and self._stale >= patience * self._breeding.population
