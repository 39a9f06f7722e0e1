from dataclasses import dataclass


@dataclass
class Point:
    """A point of the plane."""

    x: float
    y: float

    def distance(self, other: "Point") -> float:
        """Return the distance to another point."""
        # completion
        return ((self.x - other.x) ** 2 + (self.y - other.y) ** 2) ** 0.5


# tests
assert Point(0, 0).distance(Point(3, 4)) == 5
assert Point(1, 1).distance(Point(1, 1)) == 0
