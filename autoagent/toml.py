"""TOML that somebody else wrote: what would take hours to read is refused beforehand."""

from __future__ import annotations

import tomllib
from typing import Any

MOST_DOTS = 250
"""In one line: what a dotted key takes grows with the square of its parts."""


def parsed(text: str) -> dict[str, Any]:
    """Return what a text says.

    Raises:
        ValueError: It is no TOML, or is made to take long; the message says why.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"line {number} has more than {MOST_DOTS} dots")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
