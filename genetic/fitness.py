"""How good a program is: tiers that are compared one after the other, never added up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering

NEARLY = 0.999999
"""The most that an output gets which is not the expected one."""


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Fitness:
    """What came of judging a program; the greater is the fitter.

    Attributes:
        compile_errors: Characters that the compiler complained; decides first, fewer is better.
        unique: Distinct outputs for each distinct expected one, in [0, 1]; decides next. It
            punishes hard-coding, crashes and time-outs, which all print the same.
        passed: Sum over the tests of 1 for an exact match, else the similarity; decides next.
        tests: How many tests there are.
        exact: How many match exactly.
        fuel: CPU used by the performance run, in fuel units; less is better, among programs that
            match every test. None where it was not measured.
    """

    compile_errors: int
    unique: float = 0.0
    passed: float = 0.0
    tests: int = 0
    exact: int = 0
    fuel: int | None = None

    @property
    def correct(self) -> bool:
        """Whether every test matches exactly."""
        return not self.compile_errors and 0 < self.tests == self.exact

    @property
    def rate(self) -> float:
        """The share of the tests that match exactly."""
        return self.exact / self.tests if self.tests else 0.0

    @property
    def key(self) -> tuple[float, float, float, float]:
        """The tiers, so that a greater tuple is a fitter program."""
        speed = -math.inf if self.fuel is None or not self.correct else -float(self.fuel)
        return -self.compile_errors, self.unique, self.passed, speed

    @property
    def progress(self) -> float:
        """How near the goal, in [0, 1]: the share of the tests; 1 only when all match."""
        return self.passed / self.tests if self.tests and not self.compile_errors else 0.0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fitness) and self.key == other.key

    def __lt__(self, other: Fitness) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)


def uniqueness(outputs: Iterable[bytes], expected: Iterable[bytes]) -> float:
    """Return distinct outputs for each distinct expected one, at most 1."""
    wanted = len(set(expected))
    return min(len(set(outputs)) / wanted, 1.0) if wanted else 0.0


def tier_three(exact: Sequence[bool], similarity: Sequence[float]) -> float:
    """Return the sum of 1 for each exact match and of the similarity, below 1, of each other."""
    return math.fsum(
        1.0 if match else min(max(value, 0.0), NEARLY) if math.isfinite(value) else 0.0
        for match, value in zip(exact, similarity, strict=True)
    )
