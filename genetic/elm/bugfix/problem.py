"""Functions, their bugs, and what they should return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A function to repair.

    Attributes:
        name: What the problem is found by.
        function: Name of the function.
        source: The function without a bug.
        bugs: What is replaced, each once: the first bug, the second and so on.
        inputs: The arguments that it is tried with.
        right: What it should return.
        task: What it is to do, in words.
    """

    name: str
    function: str
    source: str
    bugs: Sequence[tuple[str, str]]
    inputs: Sequence[tuple[int, ...]]
    right: Callable[..., int]
    task: str

    def broken(self, bugs: int) -> str:
        """Return the function with the first bugs in it.

        Raises:
            ValueError: There are not so many.
        """
        if not 1 <= bugs <= len(self.bugs):
            raise ValueError(f"{self.name} has 1 to {len(self.bugs)} bugs, not {bugs}")
        source = self.source
        for good, bad in self.bugs[:bugs]:
            source = source.replace(good, bad)
        return source

    @property
    def expected(self) -> list[int]:
        """What it should return for each input."""
        return [self.right(*each) for each in self.inputs]


PARITY = Problem(
    name="parity",
    function="parity",
    source="""\
def parity(b1, b2, b3, b4):
    total = b1 + b2 + b3 + b4
    return total % 2
""",
    bugs=(("= b1", "= c1"), ("+ b2", "+ c2"), ("+ b3", "+ c3"), ("+ b4", "+ c4"), ("% 2", "% 3")),
    inputs=tuple(product((0, 1), repeat=4)),
    right=lambda *bits: sum(bits) % 2,
    task="The program defines parity(b1, b2, b3, b4): the sum of four bits, modulo 2.",
)
QUADRATIC = Problem(
    name="quadratic",
    function="quadratic",
    source="""\
def quadratic(a, b, c, x):
    return a * x ** 2 + b * x + c
""",
    bugs=((" + c", " - c"), ("2 + b", "2 - b")),
    inputs=tuple(product((-2, 1, 3), (-1, 2), (-7, 0, 5), (-3, 0, 1, 4))),
    right=lambda a, b, c, x: a * x * x + b * x + c,
    task="The program defines quadratic(a, b, c, x): the value of a * x**2 + b * x + c.",
)
PROBLEMS = {problem.name: problem for problem in (PARITY, QUADRATIC)}
