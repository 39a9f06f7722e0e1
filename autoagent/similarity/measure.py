"""What a measure of similarity is, and the simplest one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autoagent.llm.framing.prompt import shorten

Pair = tuple[str, str]
"""An expected and an actual text."""


@dataclass(frozen=True, slots=True)
class Rating:
    """How close two texts are.

    Attributes:
        value: In [0, 1]; 1 is the best.
        reasoning: Why, in words; empty where nobody was asked.
    """

    value: float
    reasoning: str = ""


class Measure(Protocol):
    """One way to tell how close two texts are."""

    name: str

    def rate(self, pairs: Sequence[Pair]) -> list[Rating | None]:
        """Rate pairs of an expected and an actual text; None where there is nothing to say."""
        ...


class Length:
    """The length of the shorter text over the length of the longer one, in characters."""

    name = "length"

    def rate(self, pairs: Sequence[Pair]) -> list[Rating | None]:
        """Rate each pair; two empty texts are alike."""
        lengths = [sorted(map(len, pair)) for pair in pairs]
        return [Rating(shorter / longer if longer else 1.0) for shorter, longer in lengths]


def readable(text: str, longest: int) -> str:
    """Return a text as a model is shown it: its two ends, and without half characters."""
    return shorten(text, longest, len).encode(errors="replace").decode()
