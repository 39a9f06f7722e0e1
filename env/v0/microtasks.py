"""Micro-tasks that feed a hungry organism, and the inputs on which behaviour is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from env.trial import Arguments

WORDS = ("", "a", "level", "Moon", "banana", "two words", "UPPER", "x1y2", "noon")


@dataclass(frozen=True, slots=True)
class MicroTask:
    """A function to write.

    Attributes:
        name: What it must be called.
        parameters: How many arguments it takes.
        demand: What the organism is told.
        draw: Draws arguments for one call.
        answer: What the function must return for them.
    """

    name: str
    parameters: int
    demand: str
    draw: Callable[[np.random.Generator], tuple[Any, ...]]
    answer: Callable[..., object]


def _integer(rng: np.random.Generator) -> int:
    return int(rng.integers(-99, 100))


def _one(rng: np.random.Generator) -> tuple[Any, ...]:
    return (_integer(rng),)


def _two(rng: np.random.Generator) -> tuple[Any, ...]:
    return _integer(rng), _integer(rng)


def _text(rng: np.random.Generator) -> tuple[Any, ...]:
    return (WORDS[int(rng.integers(len(WORDS)))],)


def _numbers(rng: np.random.Generator) -> tuple[Any, ...]:
    return ([_integer(rng) for _ in range(int(rng.integers(1, 6)))],)


MICRO_TASKS: tuple[MicroTask, ...] = (
    MicroTask("add", 2, "Write a function add(a, b) that returns a + b.", _two, lambda a, b: a + b),
    MicroTask(
        "double", 1, "Write a function double(x) that returns x times 2.", _one, lambda x: x * 2
    ),
    MicroTask(
        "square", 1, "Write a function square(x) that returns x squared.", _one, lambda x: x * x
    ),
    MicroTask(
        "is_even",
        1,
        "Write a function is_even(x) that returns True if x is even and False if not.",
        _one,
        lambda x: x % 2 == 0,
    ),
    MicroTask(
        "larger",
        2,
        "Write a function larger(a, b) that returns the larger of two numbers.",
        _two,
        lambda a, b: max(a, b),
    ),
    MicroTask(
        "reverse",
        1,
        "Write a function reverse(text) that returns the text backwards.",
        _text,
        lambda text: text[::-1],
    ),
    MicroTask(
        "shout",
        1,
        "Write a function shout(text) that returns the text in upper case.",
        _text,
        lambda text: text.upper(),
    ),
    MicroTask(
        "length",
        1,
        "Write a function length(text) that returns how many characters the text has.",
        _text,
        lambda text: len(text),
    ),
    MicroTask(
        "total",
        1,
        "Write a function total(numbers) that returns the sum of a list.",
        _numbers,
        lambda numbers: sum(numbers),
    ),
    MicroTask(
        "largest",
        1,
        "Write a function largest(numbers) that returns the largest number in a list.",
        _numbers,
        lambda numbers: max(numbers),
    ),
    MicroTask(
        "count_vowels",
        1,
        "Write a function count_vowels(text) that returns how many of a, e, i, o, u the text has.",
        _text,
        lambda text: sum(c in "aeiou" for c in text),
    ),
    MicroTask(
        "sort_down",
        1,
        "Write a function sort_down(numbers) that returns the list from large to small.",
        _numbers,
        lambda numbers: sorted(numbers, reverse=True),
    ),
)

PROBES: dict[int, list[Arguments]] = {
    0: [()],
    1: [(0,), (1,), (-7,), (12,), ("banana",), ([3, 1, 2],)],
    2: [(0, 0), (1, 2), (-7, 3), (12, 5), ("ba", "na"), ([3, 1], [2])],
    3: [(0, 0, 0), (1, 2, 3), (-7, 3, 5), (12, 5, 4), ("ba", "na", "na"), ([3], [1], [2])],
}
"""What functions are called with, by how many arguments they take, to compare what they do."""
