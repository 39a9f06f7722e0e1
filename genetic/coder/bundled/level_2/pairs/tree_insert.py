from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tree:
    """A binary search tree."""

    value: int
    left: Tree | None = None
    right: Tree | None = None

    # completion
    def insert(self, value: int) -> None:
        """Add a number; one that is there already changes nothing."""
        if value < self.value:
            if self.left is None:
                self.left = Tree(value)
            else:
                self.left.insert(value)
        elif value > self.value:
            if self.right is None:
                self.right = Tree(value)
            else:
                self.right.insert(value)

    def in_order(self) -> list[int]:
        """Return the numbers from the least to the greatest."""
        left = self.left.in_order() if self.left else []
        right = self.right.in_order() if self.right else []
        return [*left, self.value, *right]


# tests
tree = Tree(5)
for number in (3, 8, 1, 4, 8):
    tree.insert(number)
assert tree.in_order() == [1, 3, 4, 5, 8]
