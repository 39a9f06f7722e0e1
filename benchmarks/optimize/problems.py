"""What is looked for: the least value of functions of numbers, and a short program."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.optimize.golf import QUESTION, START, TASK, Golf

LOW, HIGH = -5.0, 5.0
BBOB = {
    "1": "f1 sphere",
    "8": "f8 Rosenbrock",
    "10": "f10 ellipsoid, turned",
    "15": "f15 Rastrigin, turned",
    "20": "f20 Schwefel",
    "21": "f21 Gallagher, 101 peaks",
}
TITLES = {"sphere": "x² + y²", "rosenbrock": "Rosenbrock, 10-d", **BBOB, "golf": "code golf"}
Point = Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is looked for.

    Attributes:
        worth: How far numbers are from the least value.
        x0: Where all but random search begin.
        read: How far the least value is from what a text says; raises a `ValueError` where it says
            nothing that has a value.
        text: The text with which a search among texts begins.
        task: What this is about, for a model.
        question: What the model is asked.
    """

    worth: Callable[[Point], float]
    x0: list[float]
    read: Callable[[str], float]
    text: str
    task: str
    question: str


def problem(name: str, seed: int, golf: Golf) -> Problem:
    """Return a problem by its name; what is different from seed to seed follows from the seed."""
    if name == "golf":
        return Problem(
            worth=golf.worth,
            x0=golf.x0,
            read=golf.read,
            text=START,
            task=TASK,
            question=QUESTION,
        )
    worth, size = _function(name, seed)
    rng = random.Random(seed)
    x0 = [rng.uniform(-4, 4) for _ in range(size)]
    return Problem(
        worth=worth,
        x0=x0,
        read=lambda text: worth(_numbers(text, size)),
        text=json.dumps([round(each, 4) for each in x0]),
        task=f"Find a list of {size} numbers, each from {LOW:g} to {HIGH:g}, whose score is as "
        "high as it can be.",
        question="What is the next list of numbers to try, such that its score is higher?",
    )


def _function(name: str, seed: int) -> tuple[Callable[[Point], float], int]:
    """Return how far numbers are from the least value of a function, and how many they are."""
    if name == "sphere":
        return lambda x: sum(each * each for each in x), 2
    if name == "rosenbrock":
        return rosenbrock, 10
    import ioh

    function = ioh.get_problem(int(name), 1 + seed, 5, ioh.ProblemClass.BBOB)
    least = float(function.optimum.y)
    return lambda x: float(function(list(x))) - least, 5


def rosenbrock(x: Point) -> float:
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def _numbers(text: str, size: int) -> list[float]:
    """Return the numbers that a text lists.

    Raises:
        ValueError: It is no list of so many numbers within the bounds.
    """
    said = json.loads(text)
    if not isinstance(said, list) or len(said) != size:
        raise ValueError(f"it is no list of {size} numbers")
    if not all(type(each) in (int, float) and LOW <= each <= HIGH for each in said):
        raise ValueError(f"its numbers are not from {LOW:g} to {HIGH:g}")
    return [float(each) for each in said]
