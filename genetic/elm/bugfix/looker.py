"""Has functions called behind the wall, and compares what they return on the host."""

from __future__ import annotations

from collections.abc import Sequence

from genetic.elm.bugfix.problem import Problem
from genetic.elm.crowd import Crowd

FUEL = 4_000_000
"""Of a program on average."""
INSIDE = """
def observed(names):
    function, told = names[{function!r}], []
    for arguments in {inputs!r}:
        try:
            value = function(*arguments)
        except Exception:
            value = None
        told.append(value if type(value) in (int, bool) and abs(value) < 1 << 53 else None)
    return told
"""


class Looker:
    """Counts the inputs for which functions return what they should.

    What they should return is nowhere behind the wall.

    Args:
        problem: What they are to do.
        together: How many share a guest.
    """

    def __init__(self, problem: Problem, *, together: int) -> None:
        self._expected = problem.expected
        text = INSIDE.format(function=problem.function, inputs=list(problem.inputs))
        self._crowd = Crowd(text, together=together, fuel=FUEL)

    def right(self, programs: Sequence[str]) -> list[int | str]:
        """Return how many results of each program are right, or why there are none."""
        return [seen.fault or self._right(seen.data) for seen in self._crowd.look(programs)]

    def close(self) -> None:
        """End the guests."""
        self._crowd.close()

    def _right(self, told: object) -> int | str:
        if not isinstance(told, list) or len(told) != len(self._expected):
            return "what is told of it is no list of results"
        pairs = zip(told, self._expected, strict=True)
        return sum(1 for one, other in pairs if type(one) in (int, bool) and one == other)
