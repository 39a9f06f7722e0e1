class Stack:
    """A stack of numbers."""

    def __init__(self) -> None:
        self._items: list[int] = []

    def push(self, item: int) -> None:
        """Put a number on top."""
        self._items.append(item)

    def pop(self) -> int:
        """Take the number on top away, and return it."""
        # completion
        return self._items.pop()


# tests
stack = Stack()
stack.push(1)
stack.push(2)
assert stack.pop() == 2
assert stack.pop() == 1
