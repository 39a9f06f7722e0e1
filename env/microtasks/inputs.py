"""What functions are called with when it is found out whether they do what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

WORDS = (
    "a", "be", "sea", "moon", "level", "banana", "kiosk", "orbit", "umbrella", "equations",
    "in", "UP", "Ida", "x1y2", "noon", "queue", "audio", "street", "oboe", "mississippi",
)  # fmt: skip


def _integer(rng: np.random.Generator) -> int:
    return int(rng.integers(-99, 100))


def _count(rng: np.random.Generator) -> int:
    return int(rng.integers(0, 10))


def _words(rng: np.random.Generator) -> list[str]:
    return [WORDS[int(rng.integers(len(WORDS)))] for _ in range(int(rng.integers(1, 6)))]


def _text(rng: np.random.Generator) -> str:
    return " ".join(_words(rng)[:3])


def _numbers(rng: np.random.Generator) -> list[int]:
    return [int(rng.integers(-20, 21)) for _ in range(int(rng.integers(1, 7)))]


INPUTS: Mapping[str, Callable[[np.random.Generator], Any]] = {
    "x": _integer,
    "a": _integer,
    "b": _integer,
    "n": _count,
    "text": _text,
    "words": _words,
    "numbers": _numbers,
}
"""How an argument is drawn, by the name of its parameter."""


def draw_arguments(parameters: str, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return arguments for one call of a function with such parameters."""
    return tuple(INPUTS[name](rng) for name in parameters.split(", "))
