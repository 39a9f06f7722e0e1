"""Former names of what others build on: they work for one version, and say what to write now."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def renamed(module: str, name: str, names: Mapping[str, str]) -> Any:
    """Return what a module's former name stands for; for its `__getattr__`.

    Args:
        module: The module's name.
        name: What is looked for in it.
        names: What former names stand for, with the modules that have these.

    Raises:
        AttributeError: The module has never had such a name.
    """
    if name not in names:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    warn(f"{module}.{name}", names[name])
    place, _, now = names[name].rpartition(".")
    return getattr(import_module(place), now)


def warn(former: str, now: str) -> None:
    """Say that a name goes."""
    message = f"{former} is called {now} now; the former name goes with the next version"
    warnings.warn(message, DeprecationWarning, stacklevel=4)
