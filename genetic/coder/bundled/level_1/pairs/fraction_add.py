from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Fraction:
    """A fraction in lowest terms."""

    top: int
    bottom: int

    def __add__(self, other: Fraction) -> Fraction:
        """Return the sum, in lowest terms."""
        # completion
        top = self.top * other.bottom + other.top * self.bottom
        bottom = self.bottom * other.bottom
        common = math.gcd(top, bottom)
        return Fraction(top // common, bottom // common)


# tests
assert Fraction(1, 2) + Fraction(1, 3) == Fraction(5, 6)
assert Fraction(1, 4) + Fraction(1, 4) == Fraction(1, 2)
