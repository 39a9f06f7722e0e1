"""Former names of what others build on: they work for one version, and say what to write now."""

from __future__ import annotations

import warnings
from typing import Any


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


def renamed(module: str, name: str, names: dict[str, Any]) -> Any:
    """Return what a module's former name stands for; for its `__getattr__`.

    Args:
        module: The module's name.
        name: What is looked for in it.
        names: What former names stand for.

    Raises:
        AttributeError: The module has never had such a name.
    """
    if name not in names:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warn(f"{module}.{name}", names[name].__name__)
    return names[name]


def warn(former: str, now: str) -> None:
    """Say that a name goes."""
    message = f"{former} is called {now} now; the former name goes with the next version"
    warnings.warn(message, DeprecationWarning, stacklevel=4)
