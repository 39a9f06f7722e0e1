"""When two outputs count as the same: modes that a task states."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

TOLERANCE = 1e-6
NUMBER = re.compile(
    rb"(?<![\w.])[-+]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+(?![\w.])", re.ASCII
)
"""A number that stands by itself, and is no part of a word, a version or a date with dots.

It never tries a digit twice: a stranger's output may be one very long number that is none.
"""
MODES = ("exact", "trailing-space", "numbers", "numbers=TOLERANCE")
"""How modes are written."""
EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A mode of comparison.

    Attributes:
        same: Tells whether an output is what was expected, given both.
        words: What there is to say about it to whoever writes programs; empty if nothing.
    """

    same: Callable[[bytes, bytes], bool]
    words: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether every byte counts."""
        return not self.words


def trimmed(text: bytes) -> bytes:
    """Return text without white space at the ends of its lines and at its own end."""
    return b"\n".join(line.rstrip() for line in text.rstrip().splitlines())


def trailing_space_ignored(expected: bytes, actual: bytes) -> bool:
    """Tell whether outputs are the same but for white space at ends."""
    return trimmed(expected) == trimmed(actual)


def numbers_alike(tolerance: float, expected: bytes, actual: bytes) -> bool:
    """Tell whether outputs are the same but for trailing white space and a little in numbers.

    Numbers may differ by `tolerance`, or by that share of the expected one if this is more.
    """
    wanted, got = trimmed(expected), trimmed(actual)
    if NUMBER.split(wanted) != NUMBER.split(got):
        return False
    pairs = zip(NUMBER.findall(wanted), NUMBER.findall(got), strict=True)
    return all(a == b or _close(float(a), float(b), tolerance) for a, b in pairs)


def _close(expected: float, actual: float, tolerance: float) -> bool:
    """Tell whether numbers are close; what is too large for a float is close to nothing."""
    room = tolerance * max(1, abs(expected))
    return math.isfinite(room) and math.isclose(expected, actual, rel_tol=0, abs_tol=room)


@cache
def comparison(mode: str) -> Comparison:
    """Return a mode of comparison by its name.

    Raises:
        ValueError: There is none of that name, or its tolerance is no number of the right size.
    """
    name, given, value = mode.partition("=")
    if mode == EXACT:
        return Comparison(bytes.__eq__)
    if mode == "trailing-space":
        return Comparison(trailing_space_ignored, "White space at the ends of lines is ignored.")
    if name == "numbers":
        try:
            tolerance = float(value) if given else TOLERANCE
        except ValueError:
            tolerance = math.nan
        if 0 <= tolerance < 1:
            words = f"Numbers may differ by {tolerance:g}, or by that share of the expected one."
            return Comparison(partial(numbers_alike, tolerance), words)
        raise ValueError(f"{mode}: the tolerance must be a number from 0 to below 1, such as 1e-9")
    raise ValueError(f"no way to compare is called {mode!r}; known: {', '.join(MODES)}")
