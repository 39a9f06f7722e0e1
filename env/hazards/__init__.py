"""Hazards: what threatens a life, one file for each kind; installed packages may add others."""

from __future__ import annotations

import copy
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from env.hazards.drift import Drift
from env.hazards.hazard import Hazard, Scene
from env.hazards.hunger import Hunger
from env.hazards.lesion import Lesion
from env.hazards.radiation import Radiation
from sandbox.extensions import Extensions

Makers = Mapping[str, Callable[..., Hazard]]
"""What makes hazards, by name."""
HAZARDS = Extensions[Callable[..., Hazard]]("autoagent.hazards", "hazard")
"""What makes hazards, by name: found through entry points."""
NONE: Makers = {}


def load_hazards(hazards: Iterable[str | Hazard], own: Makers = NONE) -> tuple[Hazard, ...]:
    """Return hazards by name, or copies of hazards; ``none`` is no hazard.

    They are copied, since a hazard lives through one life at a time, and the same list may have
    been given to several environments.

    Args:
        hazards: Names, or hazards.
        own: What makes those whose names mean something else than in `HAZARDS`.

    Raises:
        ValueError: A name is unknown or given twice; the message lists those that are known.
    """
    if isinstance(hazards, str):
        raise ValueError(f"hazards are a list; write [{hazards!r}]")
    loaded: list[Hazard] = []
    for hazard in hazards:
        if hazard == "none":
            continue
        if isinstance(hazard, str):
            if hazard not in HAZARDS:
                known = ", ".join(["none", *HAZARDS])
                raise ValueError(f"unknown hazard {hazard!r}; known: {known}")
            hazard = _maker(hazard, own)()
        if hazard.name in (other.name for other in loaded):
            raise ValueError(f"the hazard {hazard.name!r} is given twice")
        loaded.append(copy.deepcopy(hazard))
    return tuple(loaded)


def described(hazards: Iterable[Hazard]) -> list[dict[str, Any]]:
    """Return what hazards are and what they were made with, as JSON.

    A parameter is found by its name among the attributes; of one that is no plain value, its
    type is told.
    """
    return [
        {"name": hazard.name, "type": type(hazard).__name__, "parameters": _parameters(hazard)}
        for hazard in hazards
    ]


def hazards_like(told: Any, *known: tuple[Hazard, ...], own: Makers = NONE) -> tuple[Hazard, ...]:
    """Return hazards that `described` tells of: known ones, or else made anew by their names.

    Raises:
        ValueError: None of those known are like it, nor any that could be made.
    """
    for hazards in known:
        if described(hazards) == told:
            return hazards
    try:
        made = tuple(_maker(each["name"], own)(**each["parameters"]) for each in told)
    except (KeyError, TypeError, ValueError):
        made = ()
    if described(made) != told:
        raise ValueError(
            f"this life was lived among hazards that cannot be made by name: {told!r}; begin one "
            'among the same with reset(options={"hazards": [...]}) first'
        )
    return made


def _maker(name: str, own: Makers) -> Callable[..., Hazard]:
    return own[name] if name in own else HAZARDS[name]


def _parameters(hazard: Hazard) -> dict[str, Any]:
    names = inspect.signature(type(hazard)).parameters
    values = {name: getattr(hazard, name) for name in names if hasattr(hazard, name)}
    plain = json.dumps(values, skipkeys=True, default=lambda value: type(value).__name__)
    return dict(json.loads(plain))


__all__ = [
    "HAZARDS",
    "Drift",
    "Hazard",
    "Hunger",
    "Lesion",
    "Makers",
    "Radiation",
    "Scene",
    "described",
    "hazards_like",
    "load_hazards",
]
