class Queue:
    """A queue made of two stacks: one to put into, one to take from."""

    def __init__(self) -> None:
        self._incoming: list[int] = []
        self._outgoing: list[int] = []

    def put(self, item: int) -> None:
        """Add an item at the end."""
        self._incoming.append(item)

    def take(self) -> int:
        """Remove the item that has waited longest, and return it."""
        # completion
        if not self._outgoing:
            while self._incoming:
                self._outgoing.append(self._incoming.pop())
        return self._outgoing.pop()


# tests
queue = Queue()
queue.put(1)
queue.put(2)
assert queue.take() == 1
queue.put(3)
assert queue.take() == 2
assert queue.take() == 3
