from __future__ import annotations

import math
from collections.abc import Iterator


class Vector:
    """A vector with any number of components."""

    def __init__(self, *components: float) -> None:
        self.components = components

    def __iter__(self) -> Iterator[float]:
        return iter(self.components)

    # completion
    def __eq__(self, other: object) -> bool:
        """Tell whether another vector has the same components."""
        return isinstance(other, Vector) and self.components == other.components

    def __hash__(self) -> int:
        """Return the hash of the components."""
        return hash(self.components)

    def __add__(self, other: Vector) -> Vector:
        """Return the sum of two vectors."""
        return Vector(*(a + b for a, b in zip(self, other, strict=True)))

    def __mul__(self, factor: float) -> Vector:
        """Return a multiple of the vector."""
        return Vector(*(component * factor for component in self))

    def __abs__(self) -> float:
        """Return the length."""
        return math.hypot(*self.components)


# tests
assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)
assert Vector(1, 2) * 2 == Vector(2, 4)
assert abs(Vector(3, 4)) == 5
assert Vector(1) != Vector(2)
assert len({Vector(1, 2), Vector(1, 2)}) == 1
