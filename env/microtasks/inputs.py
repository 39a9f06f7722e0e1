"""What functions are called with when it is found out whether they do what was asked.

Some of it is drawn close to a number where answers differ from near misses: to the bound that a
task names, or to 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

WORDS = (
    "a", "be", "sea", "moon", "level", "banana", "kiosk", "orbit", "umbrella", "equations",
    "in", "UP", "Ida", "x1y2", "noon", "queue", "audio", "street", "oboe", "mississippi",
)  # fmt: skip
LONGEST_TEXT = 20
"""Characters of a text; nine times as many are still compared whole."""
Close = int | None


def _integer(rng: Random, close: Close) -> int:
    return rng.randint(-99, 99) if close is None else close


def _count(rng: Random, close: Close) -> int:
    return rng.randint(0, 9)


def _words(rng: Random, close: Close) -> list[str]:
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 5))]
    if close is not None and close > 0:
        enough = [word for word in WORDS if len(word) >= close]
        words[rng.randrange(len(words))] = rng.choice(enough or WORDS)[:close]
    return words


def _text(rng: Random, close: Close) -> str:
    long = close is not None and close > 0
    text = " ".join(rng.choice(WORDS) for _ in range(6 if long else rng.randint(1, 3)))
    return text[: close if long else LONGEST_TEXT]


def _numbers(rng: Random, close: Close) -> list[int]:
    numbers = [rng.randint(-20, 20) for _ in range(rng.randint(1, 6))]
    if close is not None:
        numbers[rng.randrange(len(numbers))] = close
    return numbers


INPUTS: Mapping[str, Callable[[Random, Close], Any]] = {
    "x": _integer,
    "n": _count,
    "text": _text,
    "words": _words,
    "numbers": _numbers,
}
"""How an argument is drawn, by the name of the parameter."""


def draw_arguments(parameters: str, rng: Random, close: Close) -> tuple[Any, ...]:
    """Return arguments for one call of a function with such parameters.

    Args:
        parameters: Their names.
        rng: Draws them.
        close: A number that shall be among them, be a length, or lie between two; None for none.
    """
    if parameters in INPUTS:
        return (INPUTS[parameters](rng, close),)
    a, b = _integer(rng, None), _integer(rng, None)  # all others are "a, b"
    return a, b if close is None else a + rng.choice((-1, 1)) * close
