"""A gymnasium space of texts in all of Unicode."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import Space

LONGEST_SAMPLE = 64
SURROGATES = range(0xD800, 0xE000)
REPLACEMENT = "\ufffd"
MARKER = "\n[...]\n"


class Unicode(Space[str]):
    """Texts of bounded length, of any characters but half ones (lone surrogates).

    `gymnasium.spaces.Text` keeps a table of its alphabet, which for Unicode takes a second and
    hundreds of megabytes; this has none.

    Args:
        max_length: Characters of the longest text.
        seed: Seed of `sample`.

    Raises:
        ValueError: `max_length` is below 1.
    """

    def __init__(self, max_length: int, seed: int | np.random.Generator | None = None) -> None:
        if max_length < 1:
            raise ValueError(f"max_length must be at least 1, got {max_length}")
        self.max_length = max_length
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """Texts are no arrays."""
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Return a random short text; half of its characters are ASCII.

        Raises:
            ValueError: A mask or probabilities are given, which this space cannot heed.
        """
        if mask is not None or probability is not None:
            raise ValueError("a Unicode space samples without mask and probability")
        length = int(self.np_random.integers(0, min(self.max_length, LONGEST_SAMPLE) + 1))
        ascii_ = self.np_random.integers(0x20, 0x7F, size=length)
        any_ = self.np_random.integers(0x20, 0xD800, size=length)
        heads = self.np_random.random(length) < 0.5
        return "".join(map(chr, np.where(heads, ascii_, any_)))

    def contains(self, x: Any) -> bool:
        """Tell whether `x` is a text of this space."""
        return isinstance(x, str) and len(x) <= self.max_length and _is_whole(x)

    def fit(self, text: str) -> str:
        """Return a text of this space that says what `text` does, shortened in its middle."""
        if not _is_whole(text):
            text = "".join(REPLACEMENT if ord(c) in SURROGATES else c for c in text)
        if len(text) <= self.max_length:
            return text
        kept = max(self.max_length - len(MARKER), 0)
        if not kept:
            return text[: self.max_length]
        return text[: kept - kept // 2] + MARKER + text[len(text) - kept // 2 :]

    def to_jsonable(self, sample_n: Iterable[str]) -> list[str]:
        """Return samples as JSON."""
        return list(sample_n)

    def from_jsonable(self, sample_n: list[Any]) -> list[str]:
        """Return samples from JSON."""
        return [str(sample) for sample in sample_n]

    def __repr__(self) -> str:
        return f"Unicode({self.max_length})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unicode) and other.max_length == self.max_length


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
