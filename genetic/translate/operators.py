"""The operators of the search: how programs are crossed and mutated, and what of a fault is told.

They are exchangeable, so that a search may use operators that an agent wrote.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

from genetic.text import cross_lines, mutate_characters
from genetic.translate.feedback import outline, quote
from genetic.translate.settings import Settings


class Operators(Protocol):
    """Crosses and mutates programs, and describes faults. Pure functions of their arguments."""

    def cross(self, fitter: str, other: str, seed: int) -> str:
        """Return a child of two programs."""
        ...

    def mutate(self, program: str, seed: int) -> str:
        """Return a changed program, or the same text if nothing changed."""
        ...

    def feedback(self, given: str, expected: str, actual: str, status: str) -> str:
        """Return what the proposer is told of a test that fails."""
        ...


@dataclass(frozen=True, slots=True)
class TextOperators:
    """Line crossover, character mutation, and quoting or describing what is wrong.

    Attributes:
        bias: The probability that a line comes from the fitter parent.
        rate: The probability that a character becomes another.
        blind: Whether a wrong output is described without quoting anything.
    """

    bias: float = 0.65
    rate: float = 0.005
    blind: bool = False

    @classmethod
    def of(cls, settings: Settings) -> TextOperators:
        """Return them as settings have them."""
        return cls(bias=settings.crossover_bias, rate=settings.mutation_rate, blind=settings.blind)

    def cross(self, fitter: str, other: str, seed: int) -> str:
        """Mix their lines."""
        return cross_lines(fitter, other, random.Random(seed), self.bias)

    def mutate(self, program: str, seed: int) -> str:
        """Change some characters."""
        return mutate_characters(program, random.Random(seed), self.rate)

    def feedback(self, given: str, expected: str, actual: str, status: str) -> str:
        """Quote the test, or describe the difference."""
        return (outline if self.blind else quote)(given, expected, actual, status)
