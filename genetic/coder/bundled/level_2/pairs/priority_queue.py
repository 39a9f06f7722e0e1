import heapq
import itertools


class Tasks:
    """Tasks by priority; those of one priority in the order in which they were added."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, str]] = []
        self._numbers = itertools.count()
        self._dropped: set[str] = set()

    # completion
    def add(self, task: str, priority: int) -> None:
        """Add a task; the lowest number is done first."""
        self._dropped.discard(task)
        heapq.heappush(self._heap, (priority, next(self._numbers), task))

    def drop(self, task: str) -> None:
        """Have a task not done."""
        self._dropped.add(task)

    def next(self) -> str | None:
        """Remove the next task and return it, or None if there is none."""
        while self._heap:
            _, _, task = heapq.heappop(self._heap)
            if task not in self._dropped:
                return task
        return None


# tests
tasks = Tasks()
tasks.add("sweep", 2)
tasks.add("cook", 1)
tasks.add("wash", 1)
tasks.add("iron", 1)
tasks.drop("wash")
assert [tasks.next() for _ in range(4)] == ["cook", "iron", "sweep", None]
