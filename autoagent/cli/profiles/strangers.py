"""What the file of a folder that nobody trusts may have a command spend: less than is usual."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autoagent.cli.options import DEFAULT_STEPS
from autoagent.cli.profiles.keys import BUDGETS
from autoagent.cli.profiles.reading import Setting

IN_PLACE_OF_STEPS = frozenset({"tokens", "seconds", "cost"})
"""Bounds of a life; where one is given, its steps are not bounded unless that is said, too."""
WORKED_OUT = frozenset({"steps", "calls"})
"""Without a default, a command works these out, so that nobody can say here what lowers them."""


def most(options: Mapping[str, Any], found: Mapping[str, Setting]) -> dict[str, float]:
    """Return the bounds that a command has if no stranger sets any.

    Args:
        options: The command's, by key.
        found: What files set, by key.
    """
    bounds = {key: options[key].default for key in BUDGETS & options.keys()}
    usual = {
        key: bound if bound is not None else 0 if key in WORKED_OUT else math.inf
        for key, bound in bounds.items()
    }
    if _lives(options):
        own = any(found[key].own for key in found.keys() & {"steps", *IN_PLACE_OF_STEPS})
        usual["steps"] = math.inf if own else DEFAULT_STEPS
    return usual


def keep_steps(options: Mapping[str, Any], usual: Mapping[str, float], found: Any) -> None:
    """Bound the steps of a life as usual, where another bound is a stranger's alone."""
    if _lives(options) and usual["steps"] < math.inf and found.keys() & IN_PLACE_OF_STEPS:
        found.setdefault("steps", DEFAULT_STEPS)


def _lives(options: Mapping[str, Any]) -> bool:
    return {"steps", "skill_calls"} <= options.keys()
