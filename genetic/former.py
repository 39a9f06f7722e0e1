"""The former name of a method of variation operators."""

from __future__ import annotations

from typing import Any

from autoagent.former import warn


class _Bearing:
    """A variation operator whose method still has its former name."""

    def __init__(self, former: Any) -> None:
        self.vary = former.bear
        self.progress = former.progress


def with_vary(variation: Any) -> Any:
    """Return what is a `genetic.algorithm.Variation` for sure: its method was called `bear`."""
    if hasattr(variation, "vary") or not hasattr(variation, "bear"):
        return variation
    warn(f"{type(variation).__name__}.bear", "vary")
    return _Bearing(variation)
