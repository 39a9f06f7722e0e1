class Rectangle:
    """A rectangle with whole sides."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    def area(self) -> int:
        """Return the area."""
        # completion
        return self.width * self.height


# tests
assert Rectangle(3, 4).area() == 12
assert Rectangle(0, 4).area() == 0
