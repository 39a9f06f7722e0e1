from __future__ import annotations

from collections.abc import Iterator


class Node:
    """A link of a list."""

    def __init__(self, value: int, following: Node | None = None) -> None:
        self.value = value
        self.following = following


class LinkedList:
    """A list of numbers that are linked one to the next."""

    def __init__(self) -> None:
        self.head: Node | None = None

    # completion
    def append(self, value: int) -> None:
        """Add a number at the end."""
        if self.head is None:
            self.head = Node(value)
            return
        node = self.head
        while node.following is not None:
            node = node.following
        node.following = Node(value)

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers from the first on."""
        node = self.head
        while node is not None:
            yield node.value
            node = node.following


# tests
numbers = LinkedList()
assert list(numbers) == []
numbers.append(4)
numbers.append(2)
assert list(numbers) == [4, 2]
